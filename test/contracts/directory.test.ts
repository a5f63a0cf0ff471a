import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pino } from 'pino';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type {
  Conflict,
  Directory,
  Grant,
  KnownUser,
  NewUser,
  Outcome,
  SeenClaims,
  SortKey,
  User,
  UserPage,
  UserQuery,
} from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { directoryKeys, identityField } from '#entrance/directory/redis/keys.js';
import { listUsers } from '#entrance/directory/redis/listing.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import type { Limits } from '#entrance/directory/redis/search.js';
import { EntranceError } from '#entrance/errors.js';
import { UNKNOWN } from '#entrance/identity/claimed.js';
import { compactId } from '#entrance/identity/compact-id.js';
import { userStatuses } from '#entrance/identity/user.js';
import { connectRedis, isStoreFailure, type RedisConnection } from '#entrance/redis/connection.js';
import { auditOptions } from '../support/audit.js';
import { newPerson } from '../support/people.js';
import { useRedis, useTopologies } from '../support/redis-topologies.js';

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

const memoryDirectory = () => createMemoryDirectory(createMemoryAudit(auditOptions()), ['local', 'entra']);
const redisDirectory = (
  prefix = `test-${randomUUID()}:`,
  { client }: Pick<RedisConnection, 'client'> = redis,
) =>
  createRedisDirectory(client, prefix, createRedisAudit(client, prefix, auditOptions()), client, [
    'local',
    'entra',
  ]);

const implementations: ReadonlyArray<readonly [string, () => Directory]> = [
  ['in memory', memoryDirectory],
  ['on Redis', redisDirectory],
  ...useTopologies().map(
    ({ name, redis, prefix }) => [`on ${name}`, () => redisDirectory(prefix(), redis())] as const,
  ),
];

describe.each(implementations)('a directory %s', (_, createDirectory) => {
  let directory: Directory;
  beforeEach(() => {
    directory = createDirectory();
  });

  describe('finding', () => {
    test('gives back what was created, by id, identity and email', async () => {
      const newUser = person({
        fullName: 'Søren “Ж” O’Neill 🚀',
        roles: [ADMIN, VIEWER],
        teams: [PLATFORM, OPS],
        lastLoginAt: '2026-03-01T08:00:00.123Z',
      });
      const user = await created(newUser);
      expect(user).toEqual({ ...newUser, version: 1 });
      expect(await directory.find(user.id)).toEqual(user);
      expect(await directory.findByIdentity(identityOf(user))).toEqual(user);
      expect(await directory.findByEmail(user.email)).toEqual(user);
      expect(await directory.count()).toBe(1);
    });

    test('keeps a local account, which has no identity', async () => {
      const user = await created(local({ email: 'root@acmecorp.com' }));
      expect(await directory.find(user.id)).toEqual(user);
      expect(user).toMatchObject({
        provider: 'local',
        providerId: null,
        providerScope: null,
        lastLoginAt: null,
      });
    });

    test('compares emails without regard to case, and shows them as they were written', async () => {
      const user = await created(person({ email: 'Ada.Lovelace@acmecorp.com' }));
      expect(await directory.findByEmail('ADA.lovelace@ACMECORP.com')).toEqual(user);
      expect((await directory.findByEmail('ada.lovelace@acmecorp.com'))?.email).toBe(
        'Ada.Lovelace@acmecorp.com',
      );
    });

    test('misses quietly', async () => {
      await created(person({ email: 'ada@acmecorp.com' }));
      expect(await directory.find(randomUUID())).toBeUndefined();
      expect(await directory.find('')).toBeUndefined();
      expect(await directory.find('no uuid')).toBeUndefined();
      expect(await directory.findByEmail('ada@acmecorp.co')).toBeUndefined();
      expect(await directory.findByEmail('ada@acmecorp.com.au')).toBeUndefined();
      expect(await directory.findByEmail('')).toBeUndefined();
      const stranger = { provider: 'entra', providerScope: randomUUID(), providerId: randomUUID() } as const;
      expect(await directory.findByIdentity(stranger)).toBeUndefined();
    });

    test('takes one object ID in two tenants for two people', async () => {
      const oid = randomUUID();
      const one = await created(person({ providerId: oid }));
      const other = await created(person({ providerId: oid, providerScope: randomUUID() }));
      expect(await directory.findByIdentity(identityOf(one))).toEqual(one);
      expect(await directory.findByIdentity(identityOf(other))).toEqual(other);
    });
  });

  describe('what the last sign-in said', () => {
    const at = '2026-03-01T08:00:00.123Z';
    const seen = {
      at,
      provider: 'entra',
      groups: [randomUUID(), randomUUID().toUpperCase()],
      appRoles: ['gateway.admin'],
      verifiedDomain: 'acmecorp.com',
    };

    async function signedIn(said: SeenClaims): Promise<User> {
      const outcome = await directory.create(
        person({ email: `${randomUUID()}@acmecorp.com`, lastLoginAt: at }),
        { seen: said },
      );
      if ('conflict' in outcome) throw new Error(outcome.conflict);
      return outcome.user;
    }

    test.each<[string, SeenClaims]>([
      ['groups and app roles', seen],
      ['nothing of note', { ...seen, groups: [], appRoles: [] }],
      ['no verified address', { ...seen, groups: [], appRoles: [], verifiedDomain: undefined }],
      ['unknown groups', { ...seen, groups: UNKNOWN }],
      ['some groups of several', { ...seen, groups: { atLeast: [randomUUID()] } }],
      ['unknown app roles', { ...seen, groups: [], appRoles: UNKNOWN }],
      ['nothing that is known', { ...seen, groups: UNKNOWN, appRoles: UNKNOWN, domainIsUncertain: true }],
    ])('is kept: %s', async (_name, said) => {
      const user = await signedIn(said);
      expect(await directory.findSeen(user)).toEqual(said);
      const known: KnownUser[] = [];
      for await (const some of directory.everybody()) known.push(...some);
      expect(known).toEqual([{ user, seen: said }]);
    });

    test('is what it said last, and stays where somebody else changes the user', async () => {
      const user = await signedIn(seen);
      const later = { ...seen, at: '2026-03-02T08:00:00.123Z', groups: UNKNOWN };
      const outcome = await directory.update(user, { lastLoginAt: later.at }, { seen: later });
      if ('conflict' in outcome) throw new Error(outcome.conflict);
      expect(await directory.findSeen(outcome.user)).toEqual(later);
      await directory.update(outcome.user, { fullName: 'Ada' });
      expect(await directory.findSeen(outcome.user)).toEqual(later);
      await directory.update(
        { ...outcome.user, version: 3 },
        {},
        { seen: { ...seen, groups: [], appRoles: [] } },
      );
      expect(await directory.findSeen({ ...outcome.user, lastLoginAt: at })).toMatchObject({ groups: [] });
    });

    test('counts more groups than are kept as unknown', async () => {
      const groups = (count: number) => Array.from({ length: count }, () => randomUUID());
      const most = { ...seen, groups: groups(1_000) };
      expect(await directory.findSeen(await signedIn(most))).toEqual(most);
      const more = await signedIn({ ...seen, groups: groups(1_001) });
      expect((await directory.findSeen(more))?.groups).toEqual(UNKNOWN);
    });

    test('is gone with the user, and isn’t there of who never signed in', async () => {
      const user = await signedIn(seen);
      await directory.delete(user);
      expect((await directory.findSeen(user))?.appRoles).toEqual([]);
      expect(await directory.findSeen(await created(person({ lastLoginAt: null })))).toBeUndefined();
      expect(await directory.findSeen(await created(local({})))).toBeUndefined();
    });
  });

  describe('creating', () => {
    test('refuses an email that another account holds, in any case', async () => {
      await created(person({ email: 'ada@acmecorp.com' }));
      expect(await directory.create(person({ email: 'ADA@acmecorp.com' }))).toEqual({
        conflict: 'email_taken',
      });
      expect(await directory.count()).toBe(1);
    });

    test('refuses an identity that another account holds', async () => {
      const user = await created(person());
      const twin = person({ providerScope: user.providerScope, providerId: user.providerId });
      expect(await directory.create(twin)).toEqual({ conflict: 'identity_taken' });
      expect(await directory.find(twin.id)).toBeUndefined();
      expect(await directory.findByEmail(twin.email)).toBeUndefined();
    });

    test('refuses to create a user twice', async () => {
      const user = await created(person());
      await expect(directory.create(person({ id: user.id }))).rejects.toThrow(TypeError);
    });

    test('100 concurrent first sign-ins of one new person leave one user', async () => {
      const someone = person();
      const outcomes = await Promise.all(
        Array.from({ length: 100 }, () => directory.create({ ...someone, id: randomUUID() })),
      );
      expect(outcomes.filter((outcome) => 'user' in outcome)).toHaveLength(1);
      expect(await directory.count()).toBe(1);
      expect((await everybody({ sort: 'email' })).map(({ email }) => email)).toEqual([someone.email]);
    });

    test('counts those of a status, through every change of it', async () => {
      const counts = () =>
        Promise.all(
          (['pending', 'rejected', 'disabled'] as const).map((one) => directory.countWithStatus(one)),
        );
      const first = userOf(await directory.create(person({ status: 'pending' })));
      await directory.create(person({ status: 'pending' }));
      await directory.create(person({}));
      expect(await counts()).toEqual([2, 0, 0]);
      const rejected = userOf(await directory.update(first, { status: 'rejected' }));
      expect(await counts()).toEqual([1, 1, 0]);
      await directory.delete(rejected);
      expect(await counts()).toEqual([1, 0, 0]);
    });

    test('two people with one email leave one owner', async () => {
      for (let round = 0; round < 20; round++) {
        const email = `round-${round}@acmecorp.com`;
        const outcomes = await Promise.all([
          directory.create(person({ email })),
          directory.create(person({ email: email.toUpperCase() })),
        ]);
        expect(conflictsOf(outcomes)).toEqual(['email_taken']);
      }
      expect(await directory.count()).toBe(20);
    });
  });

  describe('deleting', () => {
    test('leaves nothing of a user, and their email and identity to the next', async () => {
      const user = await created(person({ roles: [ADMIN], teams: [OPS], status: 'disabled' }));
      expect(await directory.delete(user)).toBe('deleted');
      expect(await directory.find(user.id)).toBeUndefined();
      expect(await directory.count()).toBe(0);
      for (const filter of [{}, { role: ADMIN.name }, { team: OPS.name }, { status: 'disabled' as const }])
        expect(
          (await directory.list({ ...filter, sort: 'email', descending: false, limit: 9 })).users,
        ).toEqual([]);
      await created({ ...person(), email: user.email, providerId: user.providerId });
    });

    test('takes the password along', async () => {
      const outcome = await directory.create(local(), { passwordHash: '$argon2id$…' });
      const user = userOf(outcome);
      await directory.delete(user);
      expect(await directory.findPasswordHash(user.id)).toBeUndefined();
    });

    test('refuses what was decided on an older version, and to delete twice', async () => {
      const user = await created(person());
      const after = await updated(user, { fullName: 'First' });
      expect(await directory.delete(user)).toBe('stale');
      expect(await directory.delete(after)).toBe('deleted');
      expect(await directory.delete(after)).toBe('stale');
    });

    test('keeps the last active administrator', async () => {
      const admin = await created(person({ roles: [ADMIN] }));
      expect(await directory.delete(admin, { keepAnAdmin: true })).toBe('last_admin');
      await created(person({ roles: [ADMIN] }));
      expect(await directory.delete(admin, { keepAnAdmin: true })).toBe('deleted');
    });
  });

  describe('updating', () => {
    test('changes what it is told to and counts the version', async () => {
      const user = await created(person());
      const decision = { at: '2026-02-02T00:00:00.000Z', by: 'grace@acmecorp.com', reason: 'Not ours' };
      const changes = {
        decision,
        fullName: 'Ada King',
        status: 'rejected',
        roles: [ADMIN],
        teams: [OPS],
      } as const;
      const after = await updated(user, { ...changes, lastLoginAt: '2026-05-05T05:05:05.555Z' });
      expect(after).toEqual({ ...user, ...changes, lastLoginAt: '2026-05-05T05:05:05.555Z', version: 2 });
      expect(await directory.find(user.id)).toEqual(after);
    });

    test('refuses a change that was decided on an older version', async () => {
      const user = await created(person());
      await updated(user, { fullName: 'First' });
      expect(await directory.update(user, { fullName: 'Second' })).toEqual({ conflict: 'stale' });
      expect((await directory.find(user.id))?.fullName).toBe('First');
    });

    test('refuses a change of somebody who is not there', async () => {
      expect(await directory.update({ ...person(), version: 1 }, {})).toEqual({ conflict: 'stale' });
    });

    test('takes one of many concurrent changes, and tells the others', async () => {
      const user = await created(person());
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, index) => directory.update(user, { fullName: `Name ${index}` })),
      );
      expect(conflictsOf(outcomes)).toEqual(Array.from({ length: 19 }, () => 'stale'));
      expect((await directory.find(user.id))?.version).toBe(2);
      expect(await everybody({ sort: 'full_name' })).toHaveLength(1);
    });

    test('moves the email: the new one is held, the old one is free again', async () => {
      const user = await created(person({ email: 'ada.byron@acmecorp.com' }));
      const after = await updated(user, { email: 'ada.king@acmecorp.com' });
      expect(await directory.findByEmail('ada.byron@acmecorp.com')).toBeUndefined();
      expect(await directory.findByEmail('ada.king@acmecorp.com')).toEqual(after);
      await created(person({ email: 'ada.byron@acmecorp.com' }));
      expect(await directory.create(person({ email: 'ada.king@acmecorp.com' }))).toEqual({
        conflict: 'email_taken',
      });
    });

    test('changes the case of an email, which stays one’s own', async () => {
      const user = await created(person({ email: 'ada@acmecorp.com' }));
      expect((await updated(user, { email: 'Ada@acmecorp.com' })).email).toBe('Ada@acmecorp.com');
    });

    test('refuses an email that another account holds, and changes nothing', async () => {
      await created(person({ email: 'ada@acmecorp.com' }));
      const user = await created(person({ email: 'grace@acmecorp.com' }));
      const outcome = await directory.update(user, { email: 'ADA@acmecorp.com', fullName: 'Somebody Else' });
      expect(outcome).toEqual({ conflict: 'email_taken' });
      expect(await directory.find(user.id)).toEqual(user);
    });

    test('two people who take one email at the same time leave one owner', async () => {
      for (let round = 0; round < 20; round++) {
        const [one, other] = [await created(person()), await created(person())];
        const email = `round-${round}@acmecorp.com`;
        const outcomes = await Promise.all([
          directory.update(one, { email }),
          directory.update(other, { email }),
        ]);
        expect(conflictsOf(outcomes)).toEqual(['email_taken']);
      }
    });

    test('claims a provisioned account for an identity, once', async () => {
      const provisioned = await created(person({ providerId: null, providerScope: null }));
      const identity = { provider: 'entra', providerScope: randomUUID(), providerId: randomUUID() } as const;
      const claimed = await updated(provisioned, identity);
      expect(await directory.findByIdentity(identity)).toEqual(claimed);
      const other = await created(person({ providerId: null, providerScope: null }));
      expect(await directory.update(other, identity)).toEqual({ conflict: 'identity_taken' });
    });

    test('frees the identity that a user no longer has', async () => {
      const user = await created(person());
      await updated(user, { providerId: randomUUID() });
      expect(await directory.findByIdentity(identityOf(user))).toBeUndefined();
      await created(person({ providerScope: user.providerScope, providerId: user.providerId }));
    });
  });

  describe('the last active platform_admin', () => {
    const keepAnAdmin = { keepAnAdmin: true };

    test('can be neither demoted nor disabled', async () => {
      const admin = await created(person({ roles: [ADMIN, VIEWER] }));
      await created(person({ roles: [ADMIN], status: 'disabled' }));
      expect(await directory.update(admin, { roles: [VIEWER] }, keepAnAdmin)).toEqual({
        conflict: 'last_admin',
      });
      expect(await directory.update(admin, { status: 'disabled' }, keepAnAdmin)).toEqual({
        conflict: 'last_admin',
      });
      expect(await directory.find(admin.id)).toEqual(admin);
    });

    test('can change in any other way', async () => {
      const admin = await created(person({ roles: [ADMIN] }));
      const sso: Grant = { ...VIEWER, name: 'platform_admin' };
      expect(await directory.update(admin, { fullName: 'Ada', roles: [sso] }, keepAnAdmin)).toHaveProperty(
        'user',
      );
    });

    test('can be demoted where nobody asks that one remains', async () => {
      const admin = await created(person({ roles: [ADMIN] }));
      expect(await directory.update(admin, { roles: [] })).toHaveProperty('user');
    });

    test('may go once there is another', async () => {
      const admin = await created(person({ roles: [ADMIN] }));
      const other = await created(person());
      await updated(other, { roles: [ADMIN] });
      expect(await directory.update(admin, { status: 'disabled' }, keepAnAdmin)).toHaveProperty('user');
    });

    test('is told from somebody who never was one', async () => {
      await created(person({ roles: [ADMIN] }));
      const viewer = await created(person({ roles: [VIEWER] }));
      expect(await directory.update(viewer, { status: 'disabled' }, keepAnAdmin)).toHaveProperty('user');
    });

    test('remains when the last two are demoted at the same time', async () => {
      for (let round = 0; round < 50; round++) {
        directory = createDirectory();
        const [one, other] = [
          await created(person({ roles: [ADMIN] })),
          await created(person({ roles: [ADMIN] })),
        ];
        const outcomes = await Promise.all([
          directory.update(one, { roles: [] }, keepAnAdmin),
          directory.update(other, { status: 'disabled' }, keepAnAdmin),
        ]);
        expect(conflictsOf(outcomes)).toEqual(['last_admin']);
      }
    });
  });

  describe('passwords', () => {
    test('are kept apart from the user', async () => {
      const outcome = await directory.create(local(), { passwordHash: '$argon2id$one' });
      const user = userOf(outcome);
      expect(await directory.findPasswordHash(user.id)).toBe('$argon2id$one');
      const seen = [outcome, await directory.find(user.id), await list({ sort: 'email' })];
      expect(JSON.stringify(seen)).not.toContain('argon2');
    });

    test('are replaced, and only where there is one', async () => {
      const user = userOf(await directory.create(local(), { passwordHash: '$argon2id$one' }));
      const other = await created(person());
      await directory.setPasswordHash(user.id, '$argon2id$two');
      await directory.setPasswordHash(other.id, '$argon2id$three');
      expect(await directory.findPasswordHash(user.id)).toBe('$argon2id$two');
      expect(await directory.findPasswordHash(other.id)).toBeUndefined();
      expect(await directory.findPasswordHash(randomUUID())).toBeUndefined();
    });

    test('are not set when the account isn’t created', async () => {
      await created(person({ email: 'ada@acmecorp.com' }));
      const refused = local({ email: 'ada@acmecorp.com' });
      await directory.create(refused, { passwordHash: '$argon2id$one' });
      expect(await directory.findPasswordHash(refused.id)).toBeUndefined();
    });

    test('end when an account is linked to a provider: only local accounts have one', async () => {
      const user = userOf(await directory.create(local(), { passwordHash: '$argon2id$one' }));
      const renamed = await updated(user, { fullName: 'Still Local' });
      expect(await directory.findPasswordHash(user.id)).toBe('$argon2id$one');
      await updated(renamed, { provider: 'entra', providerScope: randomUUID(), providerId: randomUUID() });
      expect(await directory.findPasswordHash(user.id)).toBeUndefined();
    });
  });

  describe('listing', () => {
    test('gives an empty page of an empty directory', async () => {
      expect(await list({ sort: 'email' })).toEqual({ users: [], next: null, previous: null });
    });

    test.each(ORDERS)('meets everybody once on the way there and back: %o', async (order) => {
      const people = Array.from({ length: 23 }, (_, index) => numbered(index));
      for (const newUser of shuffled(people)) await created(newUser);

      const forwards = await walk({ ...order, limit: 5 }, 'after');
      expect(forwards.map((page) => page.users.length)).toEqual([5, 5, 5, 5, 3]);
      const ids = forwards.flatMap((page) => page.users.map(({ id }) => id));
      expect(ids.toSorted()).toEqual(people.map(({ id }) => id).toSorted());
      expect(forwards.at(0)?.previous).toBeNull();

      const start = forwards.at(-1)?.previous ?? '';
      const backwards = await walk(
        { ...order, limit: 5, cursor: { direction: 'before', position: start } },
        'before',
      );
      const idsBack = backwards.reverse().flatMap((page) => page.users.map(({ id }) => id));
      expect(idsBack).toEqual(ids.slice(0, 20));
    });

    test.each(ORDERS)('is in order: %o', async ({ sort, descending }) => {
      for (let index = 0; index < 12; index++) await created(numbered(index));
      const values = (await everybody({ sort, descending })).map((user) => sortValue(user, sort));
      const expected = values.toSorted();
      expect(values).toEqual(descending ? expected.reverse() : expected);
    });

    test('takes those who never signed in for the oldest', async () => {
      const early = await created(person({ lastLoginAt: '2026-01-01T00:00:00.000Z' }));
      const never = await created(person({ lastLoginAt: null }));
      const late = await created(person({ lastLoginAt: '2026-02-01T00:00:00.000Z' }));
      expect(await everybody({ sort: 'last_login_at' })).toEqual([never, early, late]);
      expect(await everybody({ sort: 'last_login_at', descending: true })).toEqual([late, early, never]);
    });

    test('sorts names without regard to case', async () => {
      for (const fullName of ['bob', 'Alice', 'alan', 'Carol']) await created(person({ fullName }));
      const names = (await everybody({ sort: 'full_name' })).map(({ fullName }) => fullName);
      expect(names).toEqual(['alan', 'Alice', 'bob', 'Carol']);
    });

    test('shows people once where they are after a change', async () => {
      const ada = await created(person({ fullName: 'Ada', email: 'z@acmecorp.com' }));
      const bob = await created(person({ fullName: 'Bob', email: 'b@acmecorp.com' }));
      await updated(ada, {
        fullName: 'Zoe',
        email: 'a@acmecorp.com',
        lastLoginAt: '2026-04-01T00:00:00.000Z',
      });
      expect((await everybody({ sort: 'full_name' })).map(({ id }) => id)).toEqual([bob.id, ada.id]);
      expect((await everybody({ sort: 'email' })).map(({ id }) => id)).toEqual([ada.id, bob.id]);
      expect((await everybody({ sort: 'last_login_at' })).map(({ id }) => id)).toEqual([bob.id, ada.id]);
    });

    test('filters by provider, role and status, and by all of them', async () => {
      const ada = await created(person({ roles: [ADMIN] }));
      const bob = await created(person({ roles: [VIEWER], status: 'disabled' }));
      const cat = await created(local({ roles: [VIEWER, ADMIN] }));
      const dan = await created(person());
      const found = async (filter: Partial<UserQuery>) =>
        new Set((await everybody({ sort: 'email', ...filter })).map(({ id }) => id));
      expect(await found({ provider: 'entra' })).toEqual(new Set([ada.id, bob.id, dan.id]));
      expect(await found({ provider: 'local' })).toEqual(new Set([cat.id]));
      expect(await found({ role: 'platform_admin' })).toEqual(new Set([ada.id, cat.id]));
      expect(await found({ role: 'platform_viewer' })).toEqual(new Set([bob.id, cat.id]));
      expect(await found({ role: 'unheard_of' })).toEqual(new Set());
      expect(await found({ status: 'active' })).toEqual(new Set([ada.id, cat.id, dan.id]));
      expect(await found({ status: 'disabled' })).toEqual(new Set([bob.id]));
      expect(await found({ role: 'platform_viewer', provider: 'local', status: 'active' })).toEqual(
        new Set([cat.id]),
      );
      expect(await found({ role: 'platform_admin', provider: 'entra', status: 'disabled' })).toEqual(
        new Set(),
      );
    });

    test('follows a change of role, status and provider', async () => {
      const user = await created(local({ roles: [VIEWER] }));
      const identity = { provider: 'entra', providerScope: randomUUID(), providerId: randomUUID() } as const;
      await updated(user, { ...identity, roles: [ADMIN], status: 'disabled' });
      const hits = async (filter: Partial<UserQuery>) =>
        (await everybody({ sort: 'email', ...filter })).length;
      expect(await hits({ provider: 'local' })).toBe(0);
      expect(await hits({ role: 'platform_viewer' })).toBe(0);
      expect(await hits({ status: 'active' })).toBe(0);
      expect(await hits({ provider: 'entra', role: 'platform_admin', status: 'disabled' })).toBe(1);
    });

    describe('searching', () => {
      const names = [
        ['ada@acmecorp.com', 'Ada Lovelace'],
        ['adam@acmecorp.com', 'Élodie Durand'],
        ['grace@acmecorp.com', 'Adélaïde Hopper'],
        ['o%brien@acmecorp.com', '100% [sic] \\ *?'],
        ['rocket@acmecorp.com', '🚀 Person 🚀🚀'],
        ['zoe@acmecorp.com', 'Strauß ΑΘΗΝΑ'],
      ] as const;
      beforeEach(async () => {
        for (const [email, fullName] of names) await created(person({ email, fullName }));
      });

      test.each([
        ['ada', ['ada', 'adam']],
        ['ADA', ['ada', 'adam']],
        ['ada lovelace', ['ada']],
        ['ada@', ['ada']],
        ['ad', ['ada', 'adam', 'grace']],
        ['adé', ['grace']],
        ['ade', ['grace']],
        ['e', ['adam']],
        ['élo', ['adam']],
        ['e\u0301LO', ['adam']],
        ['o%', ['o%brien']],
        ['%', []],
        ['100% [', ['o%brien']],
        ['100% [sic] \\ *?', ['o%brien']],
        ['*', []],
        ['?', []],
        ['[', []],
        ['(', []],
        ['+', []],
        ['-', []],
        ['\\', []],
        ['\0', []],
        ['ada@acmecorp.com\0', ['ada']],
        ['🚀', ['rocket']],
        ['🚀 person 🚀', ['rocket']],
        ['\ud83d', []],
        ['strauß', ['zoe']],
        ['a'.repeat(10_000), []],
        ['acmecorp', []],
      ])('%j', async (q, expected) => {
        const found = await everybody({ sort: 'email', q });
        expect(found.map(({ email }) => email.split('@')[0])).toEqual(expected);
      });

      test('an empty search finds everybody', async () => {
        expect(await everybody({ sort: 'email', q: '' })).toHaveLength(names.length);
      });
    });

    test('goes on where it was when the user at the cursor is changed away', async () => {
      const people: User[] = [];
      for (let index = 0; index < 6; index++) people.push(await created(numbered(index)));
      const first = await list({ sort: 'email', limit: 3 });
      const atCursor = people[2];
      if (!atCursor || !first.next) throw new Error('three people on the first page');
      await updated(atCursor, { email: 'aaa@acmecorp.com' });
      const second = await list({
        sort: 'email',
        limit: 3,
        cursor: { direction: 'after', position: first.next },
      });
      expect(second.users.map(({ id }) => id)).toEqual(people.slice(3).map(({ id }) => id));
      expect(second.next).toBeNull();
    });

    test('comes back from behind the end', async () => {
      const people: User[] = [];
      for (let index = 0; index < 3; index++) people.push(await created(numbered(index)));
      const { next } = await list({ sort: 'email', limit: 2 });
      const last = people[2];
      if (!last || !next) throw new Error('two pages');
      await updated(last, { email: 'aaa@acmecorp.com' });
      const empty = await list({ sort: 'email', limit: 2, cursor: { direction: 'after', position: next } });
      expect(empty).toEqual({ users: [], next: null, previous: next });
      const back = await list({ sort: 'email', limit: 2, cursor: { direction: 'before', position: next } });
      expect(back.users.map(({ id }) => id)).toEqual([people[2]?.id, people[0]?.id]);
    });

    test.each([0, -1, 201, 1.5, Number.NaN])('refuses the limit %p', async (limit) => {
      await expectInvalid(list({ sort: 'email', limit }), /^limit: /);
    });

    test('takes limits from 1 to 200', async () => {
      for (let index = 0; index < 3; index++) await created(numbered(index));
      expect((await list({ sort: 'email', limit: 1 })).users).toHaveLength(1);
      expect((await list({ sort: 'email', limit: 3 })).next).toBeNull();
      expect((await list({ sort: 'email', limit: 200 })).users).toHaveLength(3);
    });

    test.each(['', 'x', '%%%', 'ZW1haWw', 'a'.repeat(5_000), Buffer.from('email\0\0').toString('base64url')])(
      'refuses the position %j',
      async (position) => {
        await expectInvalid(list({ sort: 'email', cursor: { direction: 'after', position } }), /^cursor: /);
      },
    );

    test('refuses a position of another order', async () => {
      for (let index = 0; index < 3; index++) await created(numbered(index));
      const position = (await list({ sort: 'email', limit: 1 })).next ?? '';
      await expectInvalid(list({ sort: 'full_name', cursor: { direction: 'after', position } }), /^cursor: /);
    });
  });

  async function created(user: NewUser): Promise<User> {
    return userOf(await directory.create(user));
  }

  async function updated(user: User, changes: Parameters<Directory['update']>[1]): Promise<User> {
    return userOf(await directory.update(user, changes));
  }

  function list(query: Partial<UserQuery>): Promise<UserPage> {
    return directory.list({ sort: 'email', descending: false, limit: 50, ...query });
  }

  async function walk(query: Partial<UserQuery>, direction: 'after' | 'before'): Promise<UserPage[]> {
    return pagesOf(directory, { sort: 'email', descending: false, limit: 50, ...query }, direction);
  }

  async function everybody(query: Partial<UserQuery>): Promise<User[]> {
    return (await walk({ limit: 200, ...query }, 'after')).flatMap((page) => [...page.users]);
  }
});

describe('the directory on Redis', () => {
  test('keeps all its keys in one slot of a cluster, and none outside its prefix', async () => {
    const prefix = `test-${randomUUID()}:`;
    const directory = redisDirectory(prefix);
    await directory.create(local({ roles: [ADMIN, VIEWER] }), { passwordHash: '$argon2id$one' });
    await directory.create(person({ status: 'disabled' }));
    const keys = await redis.client.keys(`${prefix}*`);
    expect(keys.length).toBeGreaterThan(8);
    expect(keys.filter((key) => !key.startsWith(`${prefix}{directory}:`))).toEqual([]);
  });

  test('leaves nothing of a role that nobody holds any more', async () => {
    const prefix = `test-${randomUUID()}:`;
    const directory = redisDirectory(prefix);
    const user = userOf(await directory.create(person({ roles: [ADMIN, VIEWER] })));
    await directory.update(user, { roles: [] });
    expect(await redis.client.keys(`${prefix}{directory}:role:*`)).toEqual([]);
    expect(await redis.client.exists(`${prefix}{directory}:administrators`)).toBe(0);
  });

  test('finds the same with many candidates, walking an order, as with few', async () => {
    const prefix = `test-${randomUUID()}:`;
    const [onRedis, inMemory] = [redisDirectory(prefix), memoryDirectory()];
    const limits: Limits = { few: 300, intersected: 1_500, places: 100, budget: 500, record: 4 };
    const list = (query: UserQuery) => listUsers(redis.client, directoryKeys(prefix), query, limits);
    // Few at a time: on a busy machine a crowd of writes would pass the deadline of a command.
    for (let start = 0; start < 600; start += 20) {
      const people = Array.from({ length: 20 }, (_, offset) => crowdMember(start + offset));
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
          const prefix = `test-${randomUUID()}:`;
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
            expect(usersOn((await pagesOf({ list }, back, 'before')).reverse())).toEqual(
              usersOn(expectedBack.reverse()),
            );
          }
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  });

  test('gives a page without anybody where it looked at many, and goes on behind them', async () => {
    const prefix = `test-${randomUUID()}:`;
    const directory = redisDirectory(prefix);
    for (let index = 0; index < 40; index++) await directory.create(numbered(index));
    const last = userOf(await directory.create(person({ email: 'user-zzz@acmecorp.com', roles: [ADMIN] })));
    const query: UserQuery = { sort: 'email', descending: false, limit: 5, q: 'user', role: ADMIN.name };
    const hurried: Limits = { few: 0, intersected: 0, places: 10, budget: 20, record: 1 };
    const list = (asked: UserQuery) => listUsers(redis.client, directoryKeys(prefix), asked, hurried);
    const pages = await pagesOf({ list }, query, 'after');
    expect(pages.map(({ users }) => users.map(({ id }) => id))).toEqual([[], [last.id]]);
    expect(pages.at(0)?.previous).toBeNull();
  });

  test('takes nobody for the holder of an identity that only shares its digest', async () => {
    const prefix = `test-${randomUUID()}:`;
    const directory = redisDirectory(prefix);
    const user = userOf(await directory.create(person()));
    const other = { ...identityOf(user), providerId: randomUUID() };
    const { identities } = directoryKeys(prefix);
    await redis.client.hSet(identities, identityField(other), compactId(user.id));
    expect(await directory.findByIdentity(other)).toBeUndefined();
    expect(await directory.findByIdentity(identityOf(user))).toEqual(user);
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

/** A new user who differs from every other; `fields` on top. */
function person(fields: Partial<NewUser> = {}): NewUser {
  return newPerson({ email: `${randomUUID()}@acmecorp.com`, fullName: 'Ada Lovelace', ...fields });
}

function local(fields: Partial<NewUser> = {}): NewUser {
  return person({ ...fields, provider: 'local', providerId: null, providerScope: null });
}

/** Distinct emails in order, and names and times that several share. */
function numbered(index: number): NewUser {
  const day = new Date(Date.UTC(2026, 0, 1 + (index % 4))).toISOString();
  return person({
    email: `user-${`${index}`.padStart(3, '0')}@acmecorp.com`,
    fullName: `Name ${index % 3}`,
    createdAt: day,
    lastLoginAt: index % 5 === 0 ? null : day,
  });
}

function crowdMember(index: number): NewUser {
  const roles = index % 7 === 0 ? [ADMIN] : [VIEWER];
  return { ...numbered(index), email: `crowd-${(index * 7919) % 6_000}@acmecorp.com`, roles };
}

function sortValue(user: User, sort: SortKey): string {
  switch (sort) {
    case 'email':
      return user.email;
    case 'full_name':
      return user.fullName;
    case 'created_at':
      return user.createdAt;
    case 'last_login_at':
      return user.lastLoginAt ?? '';
  }
}

function identityOf({ providerScope, providerId }: User) {
  return { provider: 'entra', providerScope: providerScope ?? '', providerId: providerId ?? '' } as const;
}

function userOf(outcome: Outcome): User {
  if ('conflict' in outcome) throw new Error(`conflict: ${outcome.conflict}`);
  return outcome.user;
}

function conflictsOf(outcomes: readonly Outcome[]): Conflict[] {
  return outcomes.flatMap((outcome) => ('conflict' in outcome ? [outcome.conflict] : []));
}

function usersOn(pages: readonly UserPage[]): User[] {
  return pages.flatMap(({ users }) => users);
}

async function pagesOf(
  directory: Pick<Directory, 'list'>,
  query: UserQuery,
  direction: 'after' | 'before',
): Promise<UserPage[]> {
  const pages: UserPage[] = [];
  let page = await directory.list(query);
  pages.push(page);
  for (;;) {
    const position = direction === 'after' ? page.next : page.previous;
    if (position === null) return pages;
    page = await directory.list({ ...query, cursor: { direction, position } });
    pages.push(page);
  }
}

async function expectInvalid(answer: Promise<unknown>, detail: RegExp): Promise<void> {
  const error = await answer.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EntranceError);
  expect(error).toMatchObject({ code: 'invalid_request', detail: expect.stringMatching(detail) });
}

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item, index) => ({ item, at: (index * 7) % items.length }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
