import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { createEntrance } from '#entrance/index.js';
import { assertLogFile, createLog } from '#entrance/log.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'entrance-log-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const logTo = (file: string) => createLog({ level: 'info', format: 'json', file });
const places: readonly [string, () => string, RegExp][] = [
  ['a directory', () => folder, /LOG_FILE can’t be written: it is a directory/],
  [
    'a file in place of a folder',
    () => {
      writeFileSync(join(folder, 'file'), '');
      return join(folder, 'file/entrance.log');
    },
    /LOG_FILE can’t be written: a part of its path is no directory/,
  ],
  [
    'a link that leads nowhere',
    () => {
      symlinkSync('/nowhere/entrance.log', join(folder, 'link'));
      return join(folder, 'link');
    },
    /LOG_FILE can’t be written: its link leads nowhere/,
  ],
];

describe.each(places)('LOG_FILE that is %s', (_, place, words) => {
  test('is refused by the variable’s name, when it is opened and when it is only looked at', () => {
    const file = place();
    expect(() => logTo(file)).toThrow(ConfigError);
    expect(() => logTo(file)).toThrow(words);
    expect(() => assertLogFile({ level: 'info', format: 'json', file })).toThrow(words);
  });

  test('is the server’s alone: a host app that has a variable of this name starts', async () => {
    const settings = {
      BASE_URL: 'http://localhost:8000',
      PLATFORM_ADMIN_EMAIL: 'admin@harbour.example',
      PLATFORM_ADMIN_PASSWORD: 'plum-kettle-orbit-sandal',
      LOG_FILE: place(),
    };
    await (await createEntrance({ settings })).close();
  });
});

test('a link to a file that isn’t there yet is fine where that file can be made, also over a second link', () => {
  symlinkSync('later.log', join(folder, 'link'));
  symlinkSync(join(folder, 'link'), join(folder, 'second'));
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  for (const name of ['link', 'second']) {
    const file = join(folder, name);
    assertLogFile({ level: 'info', format: 'json', file });
    expect(existsSync(join(folder, 'later.log'))).toBe(false);
    logTo(file).info('hello');
    expect(readFileSync(join(folder, 'later.log'), 'utf8')).toContain('"msg":"hello"');
    rmSync(join(folder, 'later.log'));
  }
});

test('a log file is made with its folders, and others can’t read it', () => {
  const before = process.umask(0);
  const file = join(folder, 'new/folder/entrance.log');
  assertLogFile({ level: 'info', format: 'json', file });
  expect(existsSync(join(folder, 'new'))).toBe(false);
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  logTo(file).info('hello');
  process.umask(before);
  expect(readFileSync(file, 'utf8')).toContain('"msg":"hello"');
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

test('a file that is there keeps its mode', () => {
  const file = join(folder, 'entrance.log');
  writeFileSync(file, '', { mode: 0o600 });
  logTo(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a disk that is full is told once and ends nothing', () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const log = logTo('/dev/full');
  for (let line = 0; line < 20; line += 1) log.info('hello');
  expect(stderr.mock.calls).toEqual([['Warning: LOG_FILE can’t be written any more: its disk is full.\n']]);
});

test('a folder that is there is fine to look at', () => {
  mkdirSync(join(folder, 'logs'));
  expect(() =>
    assertLogFile({ level: 'info', format: 'json', file: join(folder, 'logs/entrance.log') }),
  ).not.toThrow();
});
