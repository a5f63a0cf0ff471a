import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, User, UserQuery } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import type {} from '#entrance/redis/connection.js';
import { pageCursors, parseUserQuery } from '#entrance/requests/user-query.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, written } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const redis = useRedis();

function onRedis(): Directory {
  const prefix = `test-${randomUUID()}:`;
  const audit = createRedisAudit(redis.client, prefix, auditOptions());
  return createRedisDirectory(redis.client, prefix, audit, redis.client, ['local', 'entra']);
}

describe.each([
  ['in memory', () => createMemoryDirectory(createMemoryAudit(auditOptions()), ['local', 'entra'])],
  ['on Redis', onRedis],
] as const)('names in a directory %s', (_, createDirectory) => {
  let directory: Directory;
  beforeEach(() => {
    directory = createDirectory();
  });

  const IN_ORDER = [
    'adam Bell',
    'Álvaro Ruiz',
    'Åsa Berg',
    'Émile Roux',
    'İpek Kaya',
    'Łukasz Nowak',
    'Noah 10',
    'Noah 9',
    'Ödön Kiss',
    'Zoe Adler',
  ];

  test.each([false, true])('are in order without regard to accents (descending: %p)', async (descending) => {
    await addAll(IN_ORDER.toSorted());
    expect(await names({ descending })).toEqual(descending ? IN_ORDER.toReversed() : IN_ORDER);
  });

  test('are met each on the way there and back, a few at a time', async () => {
    await addAll([...IN_ORDER, 'Emile Roux', 'emile roux', 'ÉMILE ROUX', 'Émile Roux-Petit']);
    const there = await names({ limit: 3 });
    expect(there).toHaveLength(14);
    expect(await names({ limit: 3, descending: true })).toEqual(there.toReversed());
    const { previous } = await lastPage({ limit: 3 });
    expect(await names({ limit: 3 }, previous)).toEqual(there.slice(0, 12));
  });

  test('that differ by an accent alone stand together: first without, then with it', async () => {
    await addAll(['José', 'Jose Maria', 'Jóse', 'Jose', 'Joseph', 'Strauß', 'Strauss']);
    expect(await names()).toEqual(['Jose', 'José', 'Jóse', 'Jose Maria', 'Joseph', 'Strauss', 'Strauß']);
  });

  test.each([
    ['emile', ['Emile Durand', 'Émile Roux']],
    ['Émile', ['Emile Durand', 'Émile Roux']],
    ['E\u0301MILE r', ['Émile Roux']],
    ['lukasz', ['Łukasz Nowak']],
    ['ŁUKASZ', ['Łukasz Nowak']],
    ['nguyen v', ['Nguyễn Văn']],
    ['ipek', ['İpek Kaya']],
    ['İPEK', ['İpek Kaya']],
    ['ıpek', ['İpek Kaya']],
    ['straus', ['Strauß']],
    ['STRAUSS', ['Strauß']],
    ['οδυσ', ['Οδυσσέας']],
    ['ΟΔΥΣ', ['Οδυσσέας']],
    ['mile', []],
    ['emile x', []],
  ])('are found by %s, whatever the order', async (q, expected) => {
    await addAll([
      'Émile Roux',
      'Emile Durand',
      'Łukasz Nowak',
      'Nguyễn Văn',
      'İpek Kaya',
      'Strauß',
      'Οδυσσέας',
    ]);
    for (const sort of ['full_name', 'email', 'created_at'] as const)
      expect((await names({ q, sort })).toSorted()).toEqual(expected.toSorted());
  });

  test('lead to an address that is written without accents, and addresses with accents stay found by them', async () => {
    await add('R.', 'emile.roux@acmecorp.com');
    await add('J.', 'josé@acmecorp.com');
    expect(await names({ q: 'Émile.r' })).toEqual(['R.']);
    expect(await names({ q: 'josé@' })).toEqual(['J.']);
  });

  test('tell addresses apart that differ by an accent: they are two people’s', async () => {
    await add('One', 'jose@acmecorp.com');
    await add('Other', 'josé@acmecorp.com');
    expect((await directory.findByEmail('JOSÉ@acmecorp.com'))?.fullName).toBe('Other');
  });

  test('move with a change, also of an accent alone', async () => {
    const user = await add('Emile Roux');
    await addAll(['Ede', 'Enno', 'Zoe']);
    const renamed = written(await directory.update(user, { fullName: 'Émile Roux' }));
    expect(await names()).toEqual(['Ede', 'Émile Roux', 'Enno', 'Zoe']);
    const again = written(await directory.update(renamed, { fullName: 'Øyvind' }));
    expect(await names()).toEqual(['Ede', 'Enno', 'Øyvind', 'Zoe']);
    expect(await names({ q: 'emile' })).toEqual([]);
    expect(await names({ q: 'oyvind' })).toEqual(['Øyvind']);
    await directory.delete(again);
    expect(await names()).toEqual(['Ede', 'Enno', 'Zoe']);
  });

  test('as long as can be have cursors that an address can hold, and are found by all that is typed', async () => {
    const long = ['ガ'.repeat(199), 'ễ'.repeat(99), '🚀'.repeat(100)];
    const all = long.flatMap((start) => ['', 'b', 'a'].map((end) => `${start}${end}`));
    await addAll(all);
    const query = parseUserQuery({ sort: 'full_name', limit: '2' }, { sort: 'email' });
    const met: string[] = [];
    for (let page = await directory.list(query); ; ) {
      met.push(...page.users.map(({ fullName }) => fullName));
      const { next } = pageCursors(page, query);
      if (next === null) break;
      page = await directory.list(
        parseUserQuery({ sort: 'full_name', limit: '2', cursor: next }, { sort: 'email' }),
      );
    }
    expect(met.toSorted()).toEqual(all.toSorted());
    for (const name of all) expect(await names({ q: `${name}` })).toContain(name);
    expect(await names({ q: `${long[0]}a` })).toEqual([`${long[0]}a`]);
  });

  async function add(fullName: string, email = `${randomUUID()}@acmecorp.com`): Promise<User> {
    return written(await directory.create(newPerson({ fullName, email })));
  }

  async function addAll(fullNames: readonly string[]): Promise<void> {
    for (const fullName of fullNames) await add(fullName);
  }

  function list(query: Partial<UserQuery>) {
    return directory.list({ sort: 'full_name', descending: false, limit: 200, ...query });
  }

  async function lastPage(query: Partial<UserQuery>) {
    let page = await list(query);
    while (page.next !== null)
      page = await list({ ...query, cursor: { direction: 'after', position: page.next } });
    return page;
  }

  /** The names on all pages; backwards from a position if one is given. */
  async function names(query: Partial<UserQuery> = {}, before?: string | null): Promise<string[]> {
    const direction = before ? 'before' : 'after';
    const met: string[][] = [];
    for (let position = before ?? null; ; ) {
      const cursor = position === null ? {} : { cursor: { direction, position } as const };
      const page = await list({ ...query, ...cursor });
      met.push(page.users.map(({ fullName }) => fullName));
      position = before ? page.previous : page.next;
      if (position === null) return (before ? met.toReversed() : met).flat();
    }
  }
});
