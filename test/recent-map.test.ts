import { describe, expect, test } from '@jest/globals';
import { RecentMap } from '#entrance/recent-map.js';

const filled = (size: number, entries: number) => {
  const map = new RecentMap<string>(size);
  for (let n = 1; n <= entries; n += 1) map.set(`${n}`, `value of ${n}`);
  return map;
};
/** Each is looked for in a map of its own, since what is looked for is kept longer. */
const keptOf = (entries: number, prepare: (map: RecentMap<string>) => void = () => {}) =>
  Array.from({ length: entries }, (_, index) => `${index + 1}`).filter((key) => {
    const map = filled(10, entries);
    prepare(map);
    return map.get(key) !== undefined;
  });

describe('of a hundred entries', () => {
  test('in a map of ten, ten are kept at most, and the last five for certain', () => {
    for (let entries = 95; entries <= 105; entries += 1) {
      const found = keptOf(entries);
      expect(found.length).toBeLessThanOrEqual(10);
      expect(found).toEqual(expect.arrayContaining([0, 1, 2, 3, 4].map((back) => `${entries - back}`)));
    }
  });

  test('one that is used again and again stays', () => {
    const map = filled(10, 1);
    for (let n = 2; n <= 100; n += 1) {
      map.set(`${n}`, '');
      expect(map.get('1')).toBe('value of 1');
    }
  });
});

test('the last value counts, whenever the first one was set', () => {
  for (let between = 0; between <= 10; between += 1) {
    const map = filled(10, 1 + between);
    map.set('1', 'another');
    expect(map.get('1')).toBe('another');
  }
});

test('what is deleted is gone, whenever it was set', () => {
  for (let between = 0; between <= 10; between += 1) {
    const map = filled(10, 1 + between);
    map.delete('1');
    expect(map.get('1')).toBeUndefined();
  }
});

test('cleared, it is empty', () => {
  expect(keptOf(8, (map) => map.clear())).toEqual([]);
});
