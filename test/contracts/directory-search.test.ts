import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, User, UserQuery } from '#entrance/directory/directory.js';
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
/** So small that each search walks along an order. */
const HURRIED: Limits = { few: 2, intersected: 3, places: 4, budget: 12, record: 1 };

function onRedis(limits?: Limits): Directory {
  const prefix = `test-${randomUUID()}:`;
  const audit = createRedisAudit(redis.client, prefix, auditOptions());
  const directory = createRedisDirectory(redis.client, prefix, audit, redis.client, WAYS);
  if (limits === undefined) return directory;
  return { ...directory, list: (query) => listUsers(redis.client, directoryKeys(prefix), query, limits) };
}

const SORTS = ['full_name', 'email', 'created_at', 'last_login_at'] as const;

describe.each([
  ['in memory', () => createMemoryDirectory(createMemoryAudit(auditOptions()), WAYS)],
  ['on Redis', () => onRedis()],
  ['on Redis that walks along the orders', () => onRedis(HURRIED)],
] as const)('a search in a directory %s', (_, createDirectory) => {
  let directory: Directory;
  beforeEach(() => {
    directory = createDirectory();
  });

  test.each([
    ['nakamura', ['Yuki Nakamura']],
    ['NAKA', ['Yuki Nakamura']],
    ['nguyen', ['Linh Nguyễn Văn']],
    ['van linh', ['Linh Nguyễn Văn']],
    ['yildiz', ['Işıl Yıldız']],
    ['YILDIZ', ['Işıl Yıldız']],
    ['yıldız isil', ['Işıl Yıldız']],
    ['Solberg Ingrid', ['Ingrid Solberg']],
    ['solberg, ingrid', ['Ingrid Solberg']],
    ['ing sol', ['Ingrid Solberg']],
    ['hansen', ['Ingrid Solberg']],
    ['hansen sol', ['Ingrid Solberg']],
    ['ihansen', []],
    ['olberg', []],
    ['ingrid x', []],
    ['luc marie', ['Anne-Marie Saint-Luc']],
    ['anne-m', ['Anne-Marie Saint-Luc']],
    ['brien', ['Kate O’Brien']],
    ["o'brien", ['Kate O’Brien']],
    ['太郎', ['田中 太郎']],
    ['太', ['田中 太郎']],
    ['i', ['Ingrid Solberg', 'Işıl Yıldız']],
    ['i s', ['Ingrid Solberg']],
    ['extraordinarilylong', ['Pat Extraordinarilylongname', 'Pat Extraordinarilylongother']],
    ['extraordinarilylongo', ['Pat Extraordinarilylongother']],
    ['yuki.n@', ['Yuki Nakamura']],
    ['yuki.n@acmecorp.com', ['Yuki Nakamura']],
    ['acmecorp', []],
    ['@acmecorp.com', []],
    ['kate.17', ['Kate O’Brien']],
    ['kate 17', []],
    ['kate - brien', ['Kate O’Brien']],
    ['-', []],
  ])('for “%s” finds words by their beginnings, in any order', async (q, expected) => {
    await add('Yuki Nakamura', 'yuki.n@acmecorp.com');
    await add('Linh Nguyễn Văn');
    await add('Işıl Yıldız');
    await add('Ingrid Solberg', 'i.hansen@acmecorp.com');
    await add('Anne-Marie Saint-Luc');
    await add('Kate O’Brien', 'kate.17@acmecorp.com');
    await add('田中 太郎');
    await add('Pat Extraordinarilylongname');
    await add('Pat Extraordinarilylongother');
    for (const sort of SORTS) expect((await names({ q, sort })).toSorted()).toEqual(expected.toSorted());
  });

  test('follows a change of the name and of the address, and a deletion', async () => {
    const user = await add('Ingrid Solberg', 'i.hansen@acmecorp.com');
    const renamed = written(
      await directory.update(user, { fullName: 'Ingrid Berg', email: 'i.olsen@acmecorp.com' }),
    );
    expect(await names({ q: 'solberg' })).toEqual([]);
    expect(await names({ q: 'hansen' })).toEqual([]);
    expect(await names({ q: 'berg' })).toEqual(['Ingrid Berg']);
    expect(await names({ q: 'olsen' })).toEqual(['Ingrid Berg']);
    await directory.delete(renamed);
    expect(await names({ q: 'berg' })).toEqual([]);
  });

  test('finds nobody by the words of an address that isn’t confirmed', async () => {
    const emailDoubt = { since: '2026-01-01T00:00:00.000Z', reason: 'unverified', other: null } as const;
    const user = await add('Ingrid Solberg', 'i.hansen@acmecorp.com');
    const doubted = written(await directory.update(user, { emailDoubt }));
    expect(await names({ q: 'hansen' })).toEqual([]);
    expect(await names({ q: 'solberg' })).toEqual(['Ingrid Solberg']);
    written(await directory.update(doubted, { emailDoubt: undefined }));
    expect(await names({ q: 'hansen' })).toEqual(['Ingrid Solberg']);
  });

  test('goes with a filter by the last sign-in: earlier than a time, or never, in every order', async () => {
    const times = ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', null];
    for (let index = 0; index < 12; index += 1)
      await add(`Ada Berg ${index}`, `a${index}@acmecorp.com`, { lastLoginAt: times[index % 4] ?? null });
    await add('Bea Sund', 'bea@acmecorp.com', { lastLoginAt: times[0] ?? null });
    const notSignedInSince = '2026-02-01T00:00:00.000Z';
    for (const sort of SORTS)
      for (const descending of [false, true]) {
        const found = await names({ q: 'berg', sort, descending, notSignedInSince, limit: 2 });
        const expected = [0, 3, 4, 7, 8, 11].map((index) => `Ada Berg ${index}`);
        expect(found.toSorted()).toEqual(expected.toSorted());
        expect(await names({ sort, descending, notSignedInSince, limit: 3 })).toHaveLength(7);
      }
  });

  async function add(
    fullName: string,
    email = `${randomUUID()}@acmecorp.com`,
    changes: Partial<User> = {},
  ): Promise<User> {
    return written(await directory.create(newPerson({ fullName, email, ...changes })));
  }

  async function names(query: Partial<UserQuery>): Promise<string[]> {
    const asked = { sort: 'full_name', descending: false, limit: 200, ...query } as const;
    const met: string[] = [];
    for (let page = await directory.list(asked); ; ) {
      met.push(...page.users.map(({ fullName }) => fullName));
      if (page.next === null) return met;
      page = await directory.list({ ...asked, cursor: { direction: 'after', position: page.next } });
    }
  }
});
