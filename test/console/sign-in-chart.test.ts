import { expect, test } from '@jest/globals';
import { signInChart } from '#entrance/console/sign-in-chart.js';

test.each([
  [0, '1'],
  [1, '1'],
  [7, '8'],
  [11, '15'],
  [21, '25'],
  [97, '100'],
  [101, '150'],
  [2_345, '2,500'],
])('a drawing whose busiest day has %i sign-ins goes up to %s', (count, top) => {
  const days = [
    { day: '2026-03-01', counts: new Map([['success', count]]) },
    { day: '2026-03-02', counts: new Map([['email_unverified', Math.min(count, 1)]]) },
  ];
  const chart = signInChart(days);
  expect(chart.top).toBe(top);
  for (const { y, signedInHeight, refusedHeight } of chart.days) {
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y + signedInHeight + refusedHeight).toBeCloseTo(chart.height);
  }
});
