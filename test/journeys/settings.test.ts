import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startServer } from '#entrance/server.js';
import { parseConfig } from '#entrance/settings.js';
import { runHere, startCommand } from '../support/command.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/timing.js';

const administrator = {
  PORT: '0',
  SHUTDOWN_DELAY: '0',
  PLATFORM_ADMIN_EMAIL: 'admin@harbour.example',
  PLATFORM_ADMIN_PASSWORD: 'plum-kettle-orbit-sandal',
};
/** Nothing but a warning about it says that this name is wrong. */
const misspelt = { SSO_ENTRA_CLIENT_SECERT: 'x' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entrance-settings-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});

describe.each<[string, () => Promise<void>, string]>([
  ['a directory', () => mkdir(join(folder, '.env')).then(() => undefined), 'it is a directory'],
  [
    'a link that leads nowhere',
    () => symlink('/nowhere/.env', join(folder, '.env')),
    'its link leads nowhere',
  ],
  [
    'UTF-16',
    () => writeFile(join(folder, '.env'), Buffer.from('\ufeffSSO_ENABLED=true\n', 'utf16le')),
    'isn’t UTF-8 but UTF-16',
  ],
])('a .env that is %s', (_, make, cause) => {
  test.each(['serve', 'doctor'])('ends entrance %s with 78, and the cause in words', async (command) => {
    await make();
    const { code, stdout, stderr } = await runHere([command], { folder, settings: administrator });
    expect(code).toBe(78);
    expect(stdout + stderr).toContain('.env file');
    expect(stdout + stderr).toContain(cause);
  });
});

test('what is wrong in a .env is told beside what is wrong in the environment', async () => {
  await writeFile(join(folder, '.env'), 'BRAND_NAME=Team C#\nSESSION_IDLE_TIMEOUT=soon\n');
  const { code, stderr } = await runHere(['serve'], {
    folder,
    settings: { ...administrator, LOG_FORMAT: '"json"' },
  });
  expect(code).toBe(78);
  for (const words of [
    '3 problems',
    'BRAND_NAME in line 1 of .env is cut at its #',
    'SESSION_IDLE_TIMEOUT must be',
    'LOG_FORMAT begins and ends with quotation marks',
  ])
    expect(stderr).toContain(words);
});

test.each(['serve', 'doctor'])('a LOG_FILE that is a directory ends entrance %s with 78', async (command) => {
  const { code, stdout, stderr } = await runHere([command], {
    folder,
    settings: { ...administrator, LOG_FILE: folder },
  });
  expect(code).toBe(78);
  expect(stdout + stderr).toContain('LOG_FILE can’t be written: it is a directory');
  expect(stdout + stderr).not.toContain('at ');
});

const isReady = (port: string) =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

describe('warnings about settings', () => {
  /** What a server writes in the process of the test. */
  async function warningsOf(settings: Readonly<Record<string, string>>) {
    const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const server = await startServer(parseConfig({ ...administrator, ...misspelt, ...settings }));
    await server.administratorReady;
    await server.close();
    return { stdout: stdout.mock.calls.join(''), stderr: stderr.mock.calls.join('') };
  }

  test('are on stderr of entrance serve', async () => {
    const port = String(await freePort());
    const { child, ended } = startCommand(['serve'], {
      folder,
      settings: { ...administrator, ...misspelt, PORT: port },
    });
    await until(async () => child.exitCode !== null || (await isReady(port)));
    child.kill('SIGTERM');
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    expect(stderr).toContain('Warning: SSO_ENTRA_CLIENT_SECERT is no setting');
    expect(stdout).not.toContain('SSO_ENTRA_CLIENT_SECERT');
  });

  test.each(['info', 'ERROR', 'fatal'])('are on stderr with LOG_LEVEL=%s', async (level) => {
    const { stdout, stderr } = await warningsOf({ LOG_LEVEL: level });
    expect(stderr).toContain('Warning: SSO_ENTRA_CLIENT_SECERT is no setting');
    expect(stdout).not.toContain('SSO_ENTRA_CLIENT_SECERT');
  });

  test('aren’t with LOG_LEVEL=silent', async () => {
    expect(await warningsOf({ LOG_LEVEL: 'silent' })).toEqual({ stdout: '', stderr: '' });
  });
});
