import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, User, UserQuery } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { directoryKeys } from '#entrance/directory/redis/keys.js';
import { listUsers } from '#entrance/directory/redis/listing.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import type { Limits } from '#entrance/directory/redis/search.js';
import { auditOptions } from '../support/audit.js';
import { newPerson } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const redis = useRedis();
const WAYS = ['local', 'entra'];
/** So small that each search walks along an order. */
const HURRIED: Limits = { few: 1, intersected: 1, places: 4, budget: 8, record: 1 };
const DOUBT = { since: '2026-01-01T00:00:00.000Z', reason: 'unverified', other: null } as const;

const anyName = fc
  .array(fc.constantFrom('Ann', 'Anna', 'Bo', 'Müller', 'Müllerson', 'van', '17', 'José', '田中'), {
    maxLength: 3,
  })
  .map((words) => words.join(' '));
const anyLocal = fc
  .array(fc.constantFrom('ann', 'müller', 'muller', 'josé', '17', 'bo', 'k'), { minLength: 1, maxLength: 3 })
  .chain((words) => fc.constantFrom('.', '-', '').map((between) => words.join(between)));
const anyChange = fc.record({
  kind: fc.constantFrom('create', 'create', 'rename', 'move', 'doubt', 'delete', 'merge', 'takeEmail'),
  at: fc.nat(),
  other: fc.nat(),
  fullName: anyName,
  local: anyLocal,
});
type Change = typeof anyChange extends fc.Arbitrary<infer Value> ? Value : never;

const SEARCHES = [
  'a',
  'ann',
  'anna',
  'bo',
  'mul',
  'müller',
  'mullers',
  'van',
  '17',
  '1',
  'jose',
  '田',
  'k',
  'ann.17',
];
const QUERIES = [...SEARCHES, 'ann mul', 'müller 17', 'ann@', 'josé@', 'bo-k'].flatMap((q) =>
  (['full_name', 'email', 'created_at'] as const).map(
    (sort): UserQuery => ({ q, sort, descending: q.length % 2 === 0, limit: 3 }),
  ),
);

test('a search on Redis finds the same as in memory, whatever was added, changed, merged and deleted before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { minLength: 5, maxLength: 40, size: 'max' }), async (changes) => {
      const prefix = `test-${randomUUID()}:`;
      const audit = createRedisAudit(redis.client, prefix, auditOptions());
      const onRedis = createRedisDirectory(redis.client, prefix, audit, redis.client, WAYS);
      const inMemory = createMemoryDirectory(createMemoryAudit(auditOptions()), WAYS);
      for (const [number, change] of changes.entries()) await make(change, number, [onRedis, inMemory]);
      const keys = directoryKeys(prefix);
      const hurried = { list: (query: UserQuery) => listUsers(redis.client, keys, query, HURRIED) };
      for (const query of QUERIES) {
        const expected = await idsOf(inMemory, query);
        expect([query, await idsOf(onRedis, query)]).toEqual([query, expected]);
        expect([query, await idsOf(hurried, query)]).toEqual([query, expected]);
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

/** Makes a change in both directories. A change that conflicts isn't made in either. */
async function make(change: Change, number: number, directories: readonly Directory[]): Promise<void> {
  const { fullName } = change;
  const email = `${change.local}@acmecorp.com`;
  const ahead = change.other % 3 === 0 ? { providerId: null, providerScope: null } : {};
  const added = newPerson({ fullName, email, createdAt: new Date(number * 1_000).toISOString(), ...ahead });
  for (const directory of directories) {
    const users = (await directory.list({ sort: 'created_at', descending: false, limit: 200 })).users;
    const user = users[change.at % users.length];
    const other = users[change.other % users.length];
    if (change.kind === 'create' || user === undefined || other === undefined) await directory.create(added);
    else if (change.kind === 'delete') await directory.delete(user);
    else await directory.update(user, ...changeOf(change, user, other, email));
  }
}

function changeOf(
  { kind, fullName }: Change,
  user: User,
  other: User,
  email: string,
): readonly [Parameters<Directory['update']>[1], Parameters<Directory['update']>[2]?] {
  switch (kind) {
    case 'rename':
      return [{ fullName }];
    case 'move':
      return [{ email, fullName, emailDoubt: undefined }];
    case 'merge':
      return user === other || other.providerId !== null ? [{}] : [{ email: other.email }, { merges: other }];
    case 'takeEmail':
      return user === other || other.emailDoubt !== undefined
        ? [{}]
        : [{ email: other.email, emailDoubt: undefined }, { losesEmail: { user: other, doubt: DOUBT } }];
    default:
      return [{ emailDoubt: DOUBT }];
  }
}

async function idsOf(from: Pick<Directory, 'list'>, query: UserQuery): Promise<string[]> {
  const ids: string[] = [];
  for (let page = await from.list(query); ; ) {
    ids.push(...page.users.map(({ id }) => id));
    if (page.next === null) return ids;
    page = await from.list({ ...query, cursor: { direction: 'after', position: page.next } });
  }
}
