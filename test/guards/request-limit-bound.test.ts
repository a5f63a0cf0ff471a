import { expect, test } from '@jest/globals';
import { createRequestLimiter } from '#entrance/guards/request-limit.js';

const MOST_NETWORKS = 100_000;
const ADDRESS = '203.0.113.7';

/** The limiter after one request from `ADDRESS`, its only one, and then one from each of so many other networks. */
function afterRequestsFrom(others: number) {
  const limiter = createRequestLimiter({ clock: { now: () => 0 }, most: 1 });
  limiter.admit(ADDRESS);
  for (let other = 0; other < others; other += 1) {
    limiter.admit(`10.${other >> 16}.${(other >> 8) & 255}.${other & 255}`);
  }
  return limiter;
}

test('a flood from many networks takes no more memory than the most that are counted: then counting begins anew', () => {
  const full = afterRequestsFrom(MOST_NETWORKS - 1);
  expect(() => full.admit(ADDRESS)).toThrow('too_many_requests');

  const overfull = afterRequestsFrom(MOST_NETWORKS);
  expect(() => overfull.admit(ADDRESS)).not.toThrow();
});
