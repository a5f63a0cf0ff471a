import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { EntranceError } from '#entrance/errors.js';
import { prepare } from '#entrance/preparation.js';

const lines: string[] = [];
const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });

beforeEach(() => {
  lines.length = 0;
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('what fails because the store is away is tried again until it succeeds', async () => {
  let attempts = 0;
  const preparation = prepare(async () => {
    attempts += 1;
    if (attempts < 4) throw new EntranceError('store_unavailable');
  }, log);
  await jest.advanceTimersByTimeAsync(0);
  expect(preparation.isDone).toBe(false);
  await jest.advanceTimersByTimeAsync(10_000);
  await preparation.done;
  expect([preparation.isDone, attempts]).toEqual([true, 4]);
  expect(lines).toEqual([]);
});

test('a host app waits for it a few seconds and not for ever, and reads why', async () => {
  const preparation = prepare(() => Promise.reject(new EntranceError('store_unavailable')), log);
  const ready = preparation.doneOrLate();
  await jest.advanceTimersByTimeAsync(5_000);
  await ready;
  expect(preparation.isDone).toBe(false);
  expect(lines.join()).toContain('the store doesn’t answer yet');
  preparation.stop();
});

test('what is stopped before it is done counts as not done, and isn’t tried again', async () => {
  let attempts = 0;
  const preparation = prepare(async () => {
    attempts += 1;
    throw new Error('a bug');
  }, log);
  await jest.advanceTimersByTimeAsync(0);
  preparation.stop();
  await preparation.done;
  await jest.advanceTimersByTimeAsync(60_000);
  expect([preparation.isDone, attempts]).toEqual([false, 1]);
  expect(lines.join()).toContain('a bug');
});
