import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, NewUser, UserQuery } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { directoryKeys } from '#entrance/directory/redis/keys.js';
import { listUsers } from '#entrance/directory/redis/listing.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import type { Limits } from '#entrance/directory/redis/search.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, written } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const redis = useRedis();
const WAYS = ['local', 'entra'];
const USERS = 1_000;
const LIMIT = 20;
/** A hundredth of the usual ones: this directory stands for one of 100,000 users. */
const IN_PROPORTION: Limits = { few: 30, intersected: 150, places: 20, budget: 50, record: 4 };

function onRedis(): Directory {
  const prefix = `test-${randomUUID()}:`;
  const audit = createRedisAudit(redis.client, prefix, auditOptions());
  const directory = createRedisDirectory(redis.client, prefix, audit, redis.client, WAYS);
  const keys = directoryKeys(prefix);
  return { ...directory, list: (query) => listUsers(redis.client, keys, query, IN_PROPORTION) };
}

/** In every order, the people with the frequent surname stand in the middle, far from both ends. */
function anybody(number: number): NewUser {
  const isFrequent = number >= 350 && number < 650;
  const [first, last] = number < 350 ? ['Anna', 'Berg'] : isFrequent ? ['Mia', 'Müller'] : ['Zoe', 'Zorn'];
  const time = new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString();
  const address = isFrequent && number % 2 === 0 ? `m.mueller.${number}` : `${first}.${number}`;
  return newPerson({
    fullName: `${first} ${last}`,
    email: `${address}@acmecorp.com`.toLowerCase(),
    createdAt: time,
    lastLoginAt: time,
  });
}

const ORDERS = (['full_name', 'email', 'created_at', 'last_login_at'] as const).flatMap((sort) =>
  [false, true].map((descending) => ({ sort, descending })),
);

describe.each([
  ['in memory', () => createMemoryDirectory(createMemoryAudit(auditOptions()), WAYS)],
  ['on Redis', onRedis],
] as const)('a surname of 30 %% of the people in a directory %s', (_, createDirectory) => {
  let directory: Directory;
  const people = Array.from({ length: USERS }, (_, number) => anybody(number));
  beforeAll(async () => {
    directory = createDirectory();
    for (let start = 0; start < USERS; start += 20)
      await Promise.all(
        people.slice(start, start + 20).map(async (one) => written(await directory.create(one))),
      );
  });

  test.each(ORDERS)('finds a page of them at once by $sort (descending: $descending)', async (order) => {
    for (const q of ['müller', 'mul', 'Mia Müll']) {
      const page = await directory.list({ ...order, q, limit: LIMIT });
      expect(page.users).toHaveLength(LIMIT);
      for (const { fullName } of page.users) expect(fullName).toBe('Mia Müller');
    }
  });

  test.each(ORDERS)('finds all of them, page by page, by $sort (descending: $descending)', async (order) => {
    const frequent = people.filter(({ fullName }) => fullName === 'Mia Müller');
    expect((await idsOn({ ...order, q: 'muller', limit: LIMIT })).toSorted()).toEqual(idsOf(frequent));
    const byAddress = frequent.filter(({ email }) => email.startsWith('m.mueller'));
    expect((await idsOn({ ...order, q: 'mueller', limit: LIMIT })).toSorted()).toEqual(idsOf(byAddress));
  });

  async function idsOn(query: UserQuery): Promise<string[]> {
    const ids: string[] = [];
    for (let page = await directory.list(query); ; ) {
      ids.push(...page.users.map(({ id }) => id));
      if (page.next === null) return ids;
      expect(page.users).not.toHaveLength(0);
      page = await directory.list({ ...query, cursor: { direction: 'after', position: page.next } });
    }
  }

  function idsOf(users: readonly NewUser[]): string[] {
    return users.map(({ id }) => id).toSorted();
  }
});
