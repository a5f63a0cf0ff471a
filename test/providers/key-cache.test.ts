import { expect, test } from '@jest/globals';
import { KeyCache } from '#entrance/providers/key-cache.js';

function cacheOf(...kids: string[]) {
  let time = 0;
  let fetches = 0;
  const cache = new KeyCache({ now: () => time });
  return {
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
    publish: (...next: string[]) => kids.splice(0, kids.length, ...next),
    keysFor: async (kid?: string) =>
      (
        await cache.keysFor(kid, async () => {
          fetches += 1;
          return kids.map((one) => ({ kty: 'RSA', kid: one }));
        })
      ).map((key) => key.kid),
    fetches: () => fetches,
  };
}

test('keys are fetched once and kept for a day', async () => {
  const cache = cacheOf('one');
  for (let round = 0; round < 10; round += 1) await cache.keysFor('one');
  expect(cache.fetches()).toBe(1);
  cache.pass(24 * 60 * 60 * 1_000);
  await cache.keysFor('one');
  expect(cache.fetches()).toBe(2);
});

test('keys that are fetched again and haven’t changed are the same list', async () => {
  let time = 0;
  const cache = new KeyCache({ now: () => time });
  const fetchKeys = async () => [{ kty: 'RSA', kid: 'one' }];
  const keys = await cache.keysFor('one', fetchKeys);
  time += 60 * 60 * 1_000;
  await cache.refresh(fetchKeys);
  expect(await cache.keysFor('one', fetchKeys)).toBe(keys);
  expect(await cache.keysFor('invented', fetchKeys)).toBe(keys);
});

test('an unknown kid makes us look again at once', async () => {
  const cache = cacheOf('one');
  await cache.keysFor('one');
  cache.publish('two');
  expect(await cache.keysFor('two')).toEqual(['two']);
});

test('fifty tokens with invented kids cause two fetches, not fifty', async () => {
  const cache = cacheOf('one');
  for (let round = 0; round < 50; round += 1) await cache.keysFor(`invented-${round}`);
  expect(cache.fetches()).toBe(2);
  cache.pass(30_000);
  await cache.keysFor('invented');
  expect(cache.fetches()).toBe(3);
});
