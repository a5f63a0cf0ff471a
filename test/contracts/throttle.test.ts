import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  createMemoryThrottle,
  createRedisThrottle,
  type LocalSignInThrottle,
} from '#entrance/passwords/throttle.js';
import { startRedisServer } from '../support/redis-server.js';
import { connect, until, useRedis, useTopologies } from '../support/redis-topologies.js';

const MINUTES = 60_000;
const usual = { maxFailedAttempts: 5, lockoutDuration: 15 * MINUTES };
const ada = 'ada@acmecorp.com';
const home = '203.0.113.7';
const tooMany = { code: 'too_many_attempts', status: 429 };

const redis = useRedis();
beforeEach(async () => {
  await redis.client.flushAll();
});

const subjects = [
  { name: 'memory', open: (limits = usual) => createMemoryThrottle(limits) },
  { name: 'Redis', open: (limits = usual) => createRedisThrottle(redis.client, 'test:', limits) },
  ...useTopologies().map(({ name, redis, prefix }) => ({
    name,
    open: (limits = usual) => createRedisThrottle(redis().client, prefix(), limits),
  })),
];

async function fail(throttle: LocalSignInThrottle, times: number, { account = ada, address = home } = {}) {
  for (let time = 0; time < times; time += 1) await throttle.admit({ account, address });
}

/** Failures for one account, spread over fifty addresses. */
async function failFromEverywhere(throttle: LocalSignInThrottle, times: number) {
  for (let time = 0; time < times; time += 1)
    await throttle.admit({ account: ada, address: `198.51.100.${time % 50}` });
}

describe.each(subjects)('the throttle in $name', ({ open }) => {
  test('pauses an account from an address after its failures, whatever the next password is', async () => {
    const throttle = open();
    await fail(throttle, 5);
    await expect(throttle.admit({ account: ada, address: home })).rejects.toMatchObject(tooMany);
    const refusal = await throttle.admit({ account: ada, address: home }).catch((error) => error);
    expect(refusal.retryAfter).toBeGreaterThan(14 * 60);
    expect(refusal.retryAfter).toBeLessThanOrEqual(15 * 60);
  });

  test('a lockout from one address doesn’t lock the person out elsewhere, nor others there', async () => {
    const throttle = open();
    await fail(throttle, 5);
    await throttle.admit({ account: ada, address: '198.51.100.1' });
    await throttle.admit({ account: 'grace@acmecorp.com', address: home });
  });

  test('of fifty guesses at once exactly the allowed ones reach the password', async () => {
    const throttle = open();
    const guesses = Array.from({ length: 50 }, () => throttle.admit({ account: ada, address: home }));
    const admitted = (await Promise.allSettled(guesses)).filter(({ status }) => status === 'fulfilled');
    expect(admitted).toHaveLength(5);
    await expect(throttle.admit({ account: ada, address: home })).rejects.toMatchObject(tooMany);
    await throttle.admit({ account: 'grace@acmecorp.com', address: home });
  });

  test('a success forgives the failures before it', async () => {
    const throttle = open();
    for (let round = 0; round < 10; round += 1) {
      await fail(throttle, 4);
      await (await throttle.admit({ account: ada, address: home })).succeeded();
    }
    await fail(throttle, 5);
    await expect(fail(throttle, 1)).rejects.toMatchObject(tooMany);
  });

  test('an attempt whose password was never looked at doesn’t count', async () => {
    const throttle = open();
    await fail(throttle, 4);
    for (let time = 0; time < 3; time += 1) {
      await (await throttle.admit({ account: ada, address: home })).withdrawn();
    }
    await fail(throttle, 1);
    await expect(fail(throttle, 1)).rejects.toMatchObject(tooMany);
  });

  test('pauses an address after fifty failures, whichever accounts it tried', async () => {
    const throttle = open();
    for (let time = 0; time < 50; time += 1) await fail(throttle, 1, { account: `user${time}@acmecorp.com` });
    await expect(throttle.admit({ account: 'nobody@acmecorp.com', address: home })).rejects.toMatchObject(
      tooMany,
    );
    await throttle.admit({ account: 'nobody@acmecorp.com', address: '198.51.100.1' });
  });

  test('successes don’t use up an address', async () => {
    const throttle = open();
    for (let time = 0; time < 60; time += 1) {
      await (await throttle.admit({ account: `user${time}@acmecorp.com`, address: home })).succeeded();
    }
  });

  test('after a hundred failures a day an account may be tried only from where that person signed in before', async () => {
    const throttle = open();
    await (await throttle.admit({ account: ada, address: home })).succeeded();
    await failFromEverywhere(throttle, 100);
    const strange = await throttle.admit({ account: ada, address: '192.0.2.99' }).catch((error) => error);
    expect(strange).toMatchObject(tooMany);
    expect(strange.retryAfter).toBeGreaterThan(86_000);
    await (await throttle.admit({ account: ada, address: home })).succeeded();
    await throttle.admit({ account: 'grace@acmecorp.com', address: '192.0.2.99' });
    await fail(throttle, 5);
    await expect(fail(throttle, 1)).rejects.toMatchObject(tooMany);
  });

  test('an account is the same in any case and spelling, and an IPv6 address is its /64', async () => {
    const throttle = open();
    const spellings = [
      'ada@bücher.example',
      'ADA@bücher.example',
      ' ada@xn--bcher-kva.example ',
      'Ada@BÜCHER.example',
    ];
    for (const [index, account] of spellings.entries()) {
      await throttle.admit({ account, address: `2001:db8:1:2::${index + 1}` });
    }
    await throttle.admit({ account: 'ada@bu\u0308cher.example', address: '2001:db8:1:2:ffff::' });
    await expect(
      throttle.admit({ account: 'ada@bücher.example', address: '2001:0DB8:1:2::a' }),
    ).rejects.toMatchObject(tooMany);
    await throttle.admit({ account: 'ada@bücher.example', address: '2001:db8:1:3::1' });
  });

  test('what isn’t an email address at all is counted too', async () => {
    const throttle = open();
    await fail(throttle, 5, { account: 'x'.repeat(4_000) });
    await expect(fail(throttle, 1, { account: 'x'.repeat(4_000) })).rejects.toMatchObject(tooMany);
  });
});

test('the lockout ends by itself, in memory and on Redis', async () => {
  const throttles = subjects.map(({ open }) => open({ maxFailedAttempts: 2, lockoutDuration: 3_000 }));
  await Promise.all(throttles.map((throttle) => fail(throttle, 2)));
  for (const throttle of throttles)
    await expect(fail(throttle, 1)).rejects.toMatchObject({ ...tooMany, retryAfter: expect.any(Number) });
  const isOpen = (throttle: LocalSignInThrottle) =>
    fail(throttle, 1).then(
      () => true,
      () => false,
    );
  // An attempt that finds it open has failed once, and may fail once more.
  for (const throttle of throttles) await until(() => isOpen(throttle));
  await Promise.all(throttles.map((throttle) => fail(throttle, 1)));
});

test('several instances on one store count together', async () => {
  const [one, other] = [
    createRedisThrottle(redis.client, 'test:', usual),
    createRedisThrottle(redis.client, 'test:', usual),
  ];
  await fail(one, 3);
  await fail(other, 2);
  await expect(fail(one, 1)).rejects.toMatchObject(tooMany);
  await expect(fail(other, 1)).rejects.toMatchObject(tooMany);
});

test('the store lists neither addresses nor emails, and forgets', async () => {
  const throttle = createRedisThrottle(redis.client, 'test:', usual);
  await fail(throttle, 1);
  await (await throttle.admit({ account: 'grace@acmecorp.com', address: home })).succeeded();
  const keys = await redis.client.keys('*');
  expect(keys.length).toBeGreaterThan(3);
  expect(keys.join()).not.toMatch(/ada|grace|acmecorp|203\.0/);
  for (const key of keys) {
    expect(key).toMatch(/^test:throttle:/);
    expect(await redis.client.ttl(key)).toBeGreaterThan(0);
  }
});

test('from an address over its limit, further accounts leave no trace in the store', async () => {
  const throttle = createRedisThrottle(redis.client, 'test:', usual);
  for (let time = 0; time < 50; time += 1) await fail(throttle, 1, { account: `user${time}@acmecorp.com` });
  const before = await redis.client.dbSize();
  await expect(fail(throttle, 1, { account: 'one-more@acmecorp.com' })).rejects.toMatchObject(tooMany);
  expect(await redis.client.dbSize()).toBe(before);
});

test('while the store is away nobody may try: it fails closed', async () => {
  const away = await startRedisServer();
  const connection = await connect(away.url);
  const throttle = createRedisThrottle(connection.client, 'test:', usual);
  const attempt = await throttle.admit({ account: ada, address: home });
  await away.stop();
  await expect(throttle.admit({ account: ada, address: home })).rejects.toMatchObject({
    code: 'store_unavailable',
  });
  await expect(attempt.succeeded()).rejects.toMatchObject({ code: 'store_unavailable' });
  await connection.close();
});
