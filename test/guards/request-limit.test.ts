import { expect, test } from '@jest/globals';
import { createRequestLimiter } from '#entrance/guards/request-limit.js';

function setUp() {
  let time = Date.parse('2026-03-01T12:00:00Z');
  const limiter = createRequestLimiter({ clock: { now: () => time } });
  const refusal = (address: string) => {
    try {
      limiter.admit(address);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return {
    refusal,
    use: (address: string, times: number) => {
      for (let request = 0; request < times; request += 1) limiter.admit(address);
    },
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

test('one address has 600 requests a minute, and is told when to come back', () => {
  const { use, refusal, pass } = setUp();
  use('203.0.113.7', 600);
  pass(20_000);
  expect(refusal('203.0.113.7')).toMatchObject({ code: 'too_many_requests', status: 429, retryAfter: 40 });
  expect(refusal('203.0.113.8')).toBeUndefined();
  pass(40_000);
  expect(refusal('203.0.113.7')).toBeUndefined();
});

test('an IPv6 address counts with its /64', () => {
  const { use, refusal } = setUp();
  use('2001:db8:1:2::1', 300);
  use('2001:db8:1:2::2', 300);
  expect(refusal('2001:db8:1:2::3')).toMatchObject({ code: 'too_many_requests' });
  expect(refusal('2001:db8:1:3::1')).toBeUndefined();
});
