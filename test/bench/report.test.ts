import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { benchmarks } from '../../bench/benchmarks.js';
import { atLeast, atMost } from '../../bench/support/benchmark.js';
import { medianRatio, percentile } from '../../bench/support/figures.js';
import { asMarkdown, replaceBlock } from '../../bench/support/report.js';

const page = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');

test.each(['machine', ...benchmarks.map(({ name }) => name)])(
  'docs/performance.md has a place for %s',
  (name) => {
    const replaced = replaceBlock(page, name, 'NEW');
    expect(replaced).toContain(`<!-- bench:${name} -->\n\nNEW\n\n<!-- /bench:${name} -->`);
    expect(replaceBlock(replaced, name, 'NEW')).toBe(replaced);
  },
);

test('a page without the place is refused', () => {
  expect(() => replaceBlock(page, 'no-such-benchmark', '')).toThrow('no-such-benchmark');
});

test('a goal that was missed says so', () => {
  const targets = [atLeast('speed', 0.9, 0.89), atMost('latency', 0.2, 0.2, ' ms')];
  const table = asMarkdown({ tables: [], targets });
  expect(table).toContain('| speed | ≥ 0.9 | 0.89 | **missed** |');
  expect(table).toContain('| latency | ≤ 0.2 ms | 0.2 ms | met |');
});

test('percentiles are by the nearest rank', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 50, 99].map((percent) => percentile(values, percent))).toEqual([1, 3, 5]);
});

test('ratios are taken within rounds, so that a slow round doesn’t count', () => {
  expect(medianRatio([90, 9, 45], [100, 10, 50])).toBe(0.9);
});
