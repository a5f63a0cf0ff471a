import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { assertLog, completeLog, type Log, type LogMethod } from '#entrance/host/log.js';

/** A log with the fewest methods, which keeps what it is given. */
function simpleLog() {
  const lines: unknown[][] = [];
  const method =
    (level: string): LogMethod =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  const log: Log = {
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
  };
  return { log, lines };
}

describe('a log without child and isLevelEnabled', () => {
  test('gets each line at its level', () => {
    const { log, lines } = simpleLog();
    const complete = completeLog(log);
    complete.warn('a text');
    complete.error({ code: 'x' }, 'a text with fields');
    expect(lines).toEqual([
      ['warn', 'a text'],
      ['error', { code: 'x' }, 'a text with fields'],
    ]);
    expect(complete.isLevelEnabled('debug')).toBe(true);
  });

  test('gets the fields of a child with each line', () => {
    const { log, lines } = simpleLog();
    const child = completeLog(log).child({ provider: 'one' }).child?.({ attempt: 2 });
    child?.info('a text');
    child?.debug({ provider: 'two' }, 'another');
    expect(lines).toEqual([
      ['info', { provider: 'one', attempt: 2 }, 'a text'],
      ['debug', { provider: 'two', attempt: 2 }, 'another'],
    ]);
  });
});

test('a log without one of the methods is refused with their names', () => {
  const { log } = simpleLog();
  expect(() => assertLog(log)).not.toThrow();
  const half: object = { info() {}, warn() {} };
  expect(() => Reflect.apply(assertLog, undefined, [half])).toThrow(/has no debug, error/);
});

test('no file calls another method of a log', () => {
  const source = fileURLToPath(new URL('../../src/', import.meta.url));
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const called = files.flatMap((file) =>
    [...readFileSync(source + file, 'utf8').matchAll(/\b[lL]og\.(\w+)\(/g)].map(([, method]) => method),
  );
  const { log } = simpleLog();
  expect(
    [...new Set(called)].filter((method) => !Object.keys(completeLog(log)).includes(method ?? '')),
  ).toEqual([]);
});
