import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import type { Grant, NewUser, SortKey, User, UserPage, UserQuery } from '#entrance/directory/directory.js';
import { directoryKeys, identityField } from '#entrance/directory/redis/keys.js';
import { listUsers } from '#entrance/directory/redis/listing.js';
import type { Limits } from '#entrance/directory/redis/search.js';
import { compactId } from '#entrance/identity/compact-id.js';
import { userStatuses } from '#entrance/identity/user.js';
import { connectRedis, isStoreFailure, type RedisConnection } from '#entrance/redis/connection.js';
import {
  keyOf,
  LOCAL,
  numberedPerson,
  pagesOf,
  written,
} from '#entrance/testing/contracts/directory-world.js';
import { newPrefix, openInMemory, openOnRedis } from '../support/directories.js';
import { newPerson } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const SORTS: readonly SortKey[] = ['email', 'full_name', 'created_at', 'last_login_at'];
const ORDERS = SORTS.flatMap((sort) => [false, true].map((descending) => ({ sort, descending })));
const ADMIN: Grant = { name: 'platform_admin', origin: 'manual' };
const VIEWER: Grant = {
  name: 'platform_viewer',
  origin: 'sso',
  sources: [
    { kind: 'group', value: 'f3a0' },
    { kind: 'default', value: '' },
  ],
  confirmedAt: '2026-01-01T00:00:00.000Z',
};
const OPS: Grant = { ...VIEWER, name: 'ops' };
const PLATFORM: Grant = { name: 'platform', origin: 'manual' };

const redis = useRedis();

const redisDirectory = (prefix = newPrefix(), { client }: Pick<RedisConnection, 'client'> = redis) =>
  openOnRedis({ client, prefix }).directory;
const memoryDirectory = () => openInMemory().directory;

describe('the directory on Redis', () => {
  test('keeps all its keys in one slot of a cluster, and none outside its prefix', async () => {
    const prefix = newPrefix();
    const directory = redisDirectory(prefix);
    await directory.create(local({ roles: [ADMIN, VIEWER] }), { passwordHash: '$argon2id$one' });
    await directory.create(person({ status: 'disabled' }));
    const keys = await redis.client.keys(`${prefix}*`);
    expect(keys.length).toBeGreaterThan(8);
    expect(keys.filter((key) => !key.startsWith(`${prefix}{directory}:`))).toEqual([]);
  });

  test('leaves nothing of a role that nobody holds any more', async () => {
    const prefix = newPrefix();
    const directory = redisDirectory(prefix);
    const user = written(await directory.create(person({ roles: [ADMIN, VIEWER] })));
    await directory.update(user, { roles: [] });
    expect(await redis.client.keys(`${prefix}{directory}:role:*`)).toEqual([]);
    expect(await redis.client.exists(`${prefix}{directory}:administrators`)).toBe(0);
  });

  test('finds the same with many candidates, walking an order, as with few', async () => {
    const prefix = newPrefix();
    const [onRedis, inMemory] = [redisDirectory(prefix), memoryDirectory()];
    const limits: Limits = { few: 300, intersected: 1_500, places: 100, budget: 500, record: 4 };
    const list = (query: UserQuery) => listUsers(redis.client, directoryKeys(prefix), query, limits);
    // Few at a time: on a busy machine a crowd of writes would pass the deadline of a command.
    for (let start = 0; start < 600; start += 20) {
      const people = Array.from({ length: 20 }, (_, offset) => oneOfMany(start + offset));
      await Promise.all(people.flatMap((user) => [onRedis.create(user), inMemory.create(user)]));
    }
    for (const order of ORDERS) {
      const query: UserQuery = { ...order, limit: 20, q: 'crowd', role: 'platform_viewer' };
      const [walked, expected] = [
        await pagesOf({ list }, query, 'after'),
        await pagesOf(inMemory, query, 'after'),
      ];
      expect(walked).toEqual(expected);
    }
  });

  test('goes on from page to page where it looks at few users for each, and misses nobody', async () => {
    const hurried: Limits = { few: 3, intersected: 2, places: 3, budget: 5, record: 1 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyNamesake, { maxLength: 25 }),
        fc.array(anyNameQuery, { maxLength: 10 }),
        async (people, queries) => {
          const prefix = newPrefix();
          const onRedis = redisDirectory(prefix);
          const inMemory = memoryDirectory();
          for (const user of people) await Promise.all([onRedis.create(user), inMemory.create(user)]);
          const list = (query: UserQuery) => listUsers(redis.client, directoryKeys(prefix), query, hurried);
          for (const query of queries) {
            const expected = await pagesOf(inMemory, query, 'after');
            const found = await pagesOf({ list }, query, 'after');
            expect(usersOn(found)).toEqual(usersOn(expected));
            const position = expected.at(-1)?.previous;
            if (!position) continue;
            const back: UserQuery = { ...query, cursor: { direction: 'before', position } };
            const expectedBack = await pagesOf(inMemory, back, 'before');
            expect(usersOn((await pagesOf({ list }, back, 'before')).toReversed())).toEqual(
              usersOn(expectedBack.toReversed()),
            );
          }
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  });

  test('gives a page without anybody where it looked at many, and goes on behind them', async () => {
    const prefix = newPrefix();
    const directory = redisDirectory(prefix);
    for (let index = 0; index < 40; index++) await directory.create(numberedPerson(index));
    const last = written(await directory.create(person({ email: 'user-zzz@acmecorp.com', roles: [ADMIN] })));
    const query: UserQuery = { sort: 'email', descending: false, limit: 5, q: 'user', role: ADMIN.name };
    const hurried: Limits = { few: 0, intersected: 0, places: 10, budget: 20, record: 1 };
    const list = (asked: UserQuery) => listUsers(redis.client, directoryKeys(prefix), asked, hurried);
    const pages = await pagesOf({ list }, query, 'after');
    expect(pages.map(({ users }) => users.map(({ id }) => id))).toEqual([[], [last.id]]);
    expect(pages.at(0)?.previous).toBeNull();
  });

  test('takes nobody for the holder of an identity that only shares its digest', async () => {
    const prefix = newPrefix();
    const directory = redisDirectory(prefix);
    const user = written(await directory.create(person()));
    const other = { ...keyOf(user), providerId: randomUUID() };
    const { identities } = directoryKeys(prefix);
    await redis.client.hSet(identities, identityField(other), compactId(user.id));
    expect(await directory.findByIdentity(other)).toBeUndefined();
    expect(await directory.findByIdentity(keyOf(user))).toEqual(user);
  });

  test('tells that the store is away', async () => {
    const away = connectRedis('redis://127.0.0.1:1', { log: pino({ level: 'silent' }) });
    const directory = redisDirectory('test:', away);
    const user = { ...person(), version: 1 };
    try {
      for (const call of [
        directory.find(user.id),
        directory.findByEmail(user.email),
        directory.list({ sort: 'email', descending: false, limit: 1 }),
        directory.count(),
        directory.create(user),
        directory.update(user, {}),
        directory.findPasswordHash(user.id),
      ]) {
        expect(isStoreFailure(await call.catch((error: unknown) => error))).toBe(true);
      }
    } finally {
      await away.close();
    }
  });

  test('lists what the directory in memory lists', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyPerson, { maxLength: 25 }),
        fc.array(anyQuery, { maxLength: 8 }),
        async (people, queries) => {
          const onRedis = redisDirectory();
          const inMemory = memoryDirectory();
          for (const user of people) expect(await onRedis.create(user)).toEqual(await inMemory.create(user));
          for (const query of queries) {
            const pages = await pagesOf(inMemory, query, 'after');
            expect(await pagesOf(onRedis, query, 'after')).toEqual(pages);
            const position = pages.at(-1)?.previous;
            if (!position) continue;
            const back: UserQuery = { ...query, cursor: { direction: 'before', position } };
            expect(await pagesOf(onRedis, back, 'before')).toEqual(await pagesOf(inMemory, back, 'before'));
          }
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });
});

const letters = ['a', 'A', 'b', 'é', 'ß', 'İ', ' ', '%', '[', '\\', '\uffee', '🚀', '\ud83d', '\0'];
const anyText = fc.array(fc.constantFrom(...letters), { maxLength: 4 }).map((parts) => parts.join(''));
const anyTime = fc
  .integer({ min: 0, max: 3 })
  .map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString());
const anyGrant = fc.constantFrom<Grant>(ADMIN, VIEWER, { name: 'a:b', origin: 'manual' });

const anyPerson: fc.Arbitrary<NewUser> = fc
  .record({
    email: anyText.map((text) => `${text}@a.example`),
    fullName: anyText,
    provider: fc.constantFrom('local' as const, 'entra' as const),
    status: fc.constantFrom(...userStatuses),
    roles: fc.uniqueArray(anyGrant, { maxLength: 2 }),
    teams: fc.subarray([OPS, PLATFORM]),
    createdAt: anyTime,
    lastLoginAt: fc.option(anyTime),
    id: fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => `user ${id}`),
    ),
  })
  .map((fields) => (fields.provider === 'local' ? local(fields) : person({ ...fields, provider: 'entra' })));

const anyQuery: fc.Arbitrary<UserQuery> = fc.record(
  {
    sort: fc.constantFrom(...SORTS),
    descending: fc.boolean(),
    limit: fc.integer({ min: 1, max: 9 }),
    q: anyText,
    provider: fc.constantFrom('local' as const, 'entra' as const),
    role: fc.constantFrom('platform_admin', 'platform_viewer', 'a:b', 'unknown'),
    status: fc.constantFrom(...userStatuses),
    team: fc.constantFrom(OPS.name, PLATFORM.name, 'unknown'),
    notSignedInSince: anyTime,
  },
  { requiredKeys: ['sort', 'descending', 'limit'] },
);

const words = fc
  .array(fc.constantFrom('a', 'ad', 'ada', 'b', 'é', 'e', 'ß', 'ss', '🚀', '-', ''), { maxLength: 3 })
  .map((parts) => parts.join(' '));

/** Somebody whose email is made of a name as companies make them, mostly of their own. */
const anyNamesake: fc.Arbitrary<NewUser> = fc
  .tuple(anyPerson, words, fc.option(words), fc.constantFrom('', '.', '_', '-'), fc.nat({ max: 99 }))
  .map(([user, fullName, otherName, between, number]) => ({
    ...user,
    fullName,
    email: `${(otherName ?? fullName).replaceAll(' ', between)}${number}@a.example`,
  }));

const anyNameQuery: fc.Arbitrary<UserQuery> = fc
  .tuple(anyQuery, words, fc.constantFrom(' ', '', '.', '_', '-'))
  .map(([query, text, between]) => ({ ...query, q: text.replaceAll(' ', between) }));

/** A new user who differs from every other. */
function person(fields: Partial<NewUser> = {}): NewUser {
  return newPerson({ email: `${randomUUID()}@acmecorp.com`, fullName: 'Ada Lovelace', ...fields });
}

function local(fields: Partial<NewUser> = {}): NewUser {
  return person({ ...fields, ...LOCAL });
}

function oneOfMany(index: number): NewUser {
  const roles = index % 7 === 0 ? [ADMIN] : [VIEWER];
  return { ...numberedPerson(index), email: `crowd-${(index * 7919) % 6_000}@acmecorp.com`, roles };
}

function usersOn(pages: readonly UserPage[]): User[] {
  return pages.flatMap(({ users }) => users);
}
