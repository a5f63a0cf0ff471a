import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryRefreshGrants } from '#entrance/revalidation/memory.js';
import { createRedisRefreshGrants } from '#entrance/revalidation/redis.js';
import type { RefreshGrant, RefreshGrants } from '#entrance/revalidation/refresh-grants.js';
import { useRedis, useTopologies } from '../support/redis-topologies.js';

const HOUR = 3_600_000;
const start = Date.now();
let time = start;
const clock = { now: () => time };
const redis = useRedis();
beforeEach(async () => {
  time = start;
  await redis.client.flushAll();
});

const subjects: readonly { readonly name: string; readonly open: () => RefreshGrants }[] = [
  { name: 'memory', open: () => createMemoryRefreshGrants(clock) },
  { name: 'Redis', open: () => createRedisRefreshGrants(redis.client, 'test:') },
  ...useTopologies().map((topology) => ({
    name: topology.name,
    open: () => createRedisRefreshGrants(topology.redis().client, topology.prefix()),
  })),
];

const grantOf = (sealedToken: string, confirmedAt = start): RefreshGrant => ({
  provider: 'entra',
  sealedToken,
  confirmedAt,
});
const first = grantOf('first');
const second = grantOf('second', start + 900_000);

describe.each(subjects)('the refresh grants in $name', ({ open }) => {
  let grants: RefreshGrants;
  beforeEach(() => {
    grants = open();
  });

  test('are found again, one for each user, the latest', async () => {
    expect(await grants.find('ada', 'entra')).toBeUndefined();
    await grants.keep('ada', first, HOUR);
    await grants.keep('bob', grantOf('bob’s'), HOUR);
    expect(await grants.find('ada', 'entra')).toEqual(first);
    await grants.keep('ada', second, HOUR);
    expect(await grants.find('ada', 'entra')).toEqual(second);
    expect(await grants.find('bob', 'entra')).toEqual(grantOf('bob’s'));
  });

  test('of one provider are not those of another', async () => {
    const other: RefreshGrant = { ...second, provider: 'okta' };
    await grants.keep('ada', first, HOUR);
    await grants.keep('ada', other, HOUR);
    expect(await grants.find('ada', 'entra')).toEqual(first);
    expect(await grants.remove('ada', other)).toBe(true);
    expect(await grants.find('ada', 'okta')).toBeUndefined();
    expect(await grants.find('ada', 'entra')).toEqual(first);
  });

  test('are replaced and removed only by who knows them', async () => {
    expect(await grants.replace('ada', first, second)).toBe(false);
    expect(await grants.remove('ada', first)).toBe(false);
    await grants.keep('ada', first, HOUR);
    expect(await grants.replace('ada', second, grantOf('third'))).toBe(false);
    expect(await grants.remove('ada', second)).toBe(false);
    expect(await grants.find('ada', 'entra')).toEqual(first);
    expect(await grants.replace('ada', first, second)).toBe(true);
    expect(await grants.find('ada', 'entra')).toEqual(second);
    expect(await grants.remove('ada', second)).toBe(true);
    expect(await grants.find('ada', 'entra')).toBeUndefined();
  });

  test('of some providers are forgotten whichever they are, and those of nobody else', async () => {
    const of = (provider: string): RefreshGrant => ({ ...second, provider });
    for (const user of ['ada', 'bob'])
      for (const provider of ['entra', 'okta', 'keycloak']) await grants.keep(user, of(provider), HOUR);
    await grants.forget('ada', ['okta', 'keycloak', 'github']);
    await grants.forget('ada', []);
    const left = async (user: string) =>
      Promise.all(['entra', 'okta', 'keycloak'].map((provider) => grants.find(user, provider)));
    expect(await left('ada')).toEqual([of('entra'), undefined, undefined]);
    expect(await left('bob')).toEqual([of('entra'), of('okta'), of('keycloak')]);
    // The answer to the old token brings none back.
    expect(await grants.replace('ada', of('okta'), of('okta'))).toBe(false);
  });

  test('are replaced however many replace them at the same moment', async () => {
    await grants.keep('ada', first, HOUR);
    const replaced = await Promise.all(
      Array.from({ length: 20 }, (_, n) => grants.replace('ada', first, grantOf(`${n}`))),
    );
    expect(replaced.filter(Boolean)).toHaveLength(1);
  });
});

test('in memory they end with their lifetime, also when they were replaced', async () => {
  const grants = createMemoryRefreshGrants(clock);
  await grants.keep('ada', first, HOUR);
  await grants.replace('ada', first, second);
  time = start + HOUR - 1;
  expect(await grants.find('ada', 'entra')).toEqual(second);
  time = start + HOUR;
  expect(await grants.find('ada', 'entra')).toBeUndefined();
  expect(await grants.replace('ada', second, first)).toBe(false);
});

test('on Redis they end with their lifetime, also when they were replaced', async () => {
  const grants = createRedisRefreshGrants(redis.client, 'test:');
  await grants.keep('ada', first, HOUR);
  await grants.replace('ada', first, second);
  const [key = ''] = await redis.client.keys('*');
  const lifetime = await redis.client.pTTL(key);
  expect(lifetime).toBeGreaterThan(HOUR - 60_000);
  expect(lifetime).toBeLessThanOrEqual(HOUR);
});
