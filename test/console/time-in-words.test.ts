import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { timeInWords } from '#entrance/console/time-in-words.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const now = Date.parse('2026-11-28T12:00:00.000Z');
const words = (distance: number) => timeInWords(new Date(now + distance).toISOString(), now).words;

test.each([
  [0, 'just now'],
  [-25 * HOUR, '1 day ago'],
  [-36 * HOUR, '2 days ago'],
  [-47.5 * HOUR, '2 days ago'],
  [-13.9 * DAY, '2 weeks ago'],
  [-31 * DAY, '1 month ago'],
  [-59 * DAY, '2 months ago'],
  [-59.6 * MINUTE, '1 hour ago'],
  [-23.6 * HOUR, '1 day ago'],
  [90 * DAY - 1, 'in 3 months'],
  [30 * DAY - 1, 'in 1 month'],
  [7 * DAY - 1, 'in 1 week'],
  [365 * DAY - 1, 'in 1 year'],
])('%d ms from now is “%s”', (distance, expected) => {
  expect(words(distance)).toBe(expected);
});

test('any time is a number of units, at most half a unit off', () => {
  const units = { minute: MINUTE, hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY };
  fc.assert(
    fc.property(fc.integer({ min: -4_000 * DAY, max: 4_000 * DAY }), (distance) => {
      const said = words(distance);
      if (said === 'just now') return Math.abs(distance) < MINUTE / 2;
      const [, count = '', unit = ''] = /(\d+) (\w+?)s?(?: ago)?$/.exec(said) ?? [];
      const length = units[unit as keyof typeof units];
      return Number(count) >= 1 && Math.abs(Number(count) * length - Math.abs(distance)) <= length / 2;
    }),
  );
});
