import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { Directory, NewUser, User, UserQuery } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { directoryKeys } from '#entrance/directory/redis/keys.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import { compactId } from '#entrance/identity/compact-id.js';
import { identitiesOf, withIdentity, withoutIdentity } from '#entrance/identity/linked-identities.js';
import type { IdentityKey, ProviderId } from '#entrance/identity/user.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, TENANT, written } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const NOW = '2026-05-01T10:00:00.000Z';
const WAYS: readonly ProviderId[] = ['local', 'okta', 'github'];

const redis = useRedis();

const inMemory = (waysIn = WAYS) => createMemoryDirectory(createMemoryAudit(auditOptions()), waysIn);
const onRedis = (waysIn = WAYS, prefix = `test-${randomUUID()}:`) => {
  const audit = createRedisAudit(redis.client, prefix, auditOptions());
  return createRedisDirectory(redis.client, prefix, audit, redis.client, waysIn);
};

describe.each([
  ['in memory', inMemory],
  ['on Redis', onRedis],
] as const)('accounts with several identities, in a directory %s', (_, open) => {
  let directory: Directory;
  beforeEach(() => {
    directory = open();
  });

  const create = async (changes: Partial<NewUser> = {}) => written(await directory.create(person(changes)));
  const link = (user: User, key: IdentityKey) => directory.update(user, withIdentity(user, key, NOW));
  const unlink = (user: User, key: IdentityKey, keepAnAdmin = false) =>
    directory.update(user, withoutIdentity(user, key), { keepAnAdmin });

  test('each identity finds the account, and the record keeps them all', async () => {
    const [first, second, third] = [okta(), github(), entra()];
    let user = await create(first);
    for (const key of [second, third]) user = written(await link(user, key));
    expect(await directory.find(user.id)).toEqual(user);
    for (const key of [first, second, third]) expect(await directory.findByIdentity(key)).toEqual(user);
    expect(identitiesOf(user).map(({ linkedAt }) => linkedAt)).toEqual([user.createdAt, NOW, NOW]);
  });

  test('one of the same subject in another scope, or at another provider, is somebody else', async () => {
    const key = okta();
    await create(key);
    expect(
      await directory.findByIdentity({ ...key, providerScope: 'https://other.okta.com' }),
    ).toBeUndefined();
    expect(await directory.findByIdentity({ ...key, provider: 'github' })).toBeUndefined();
    await create({ ...key, provider: 'github' });
  });

  test('nobody gets an identity that another account holds, be it the first one there or a further one', async () => {
    const [first, further] = [okta(), github()];
    written(await link(await create(first), further));
    const other = await create(okta());
    expect(await link(other, first)).toEqual({ conflict: 'identity_taken' });
    expect(await link(other, further)).toEqual({ conflict: 'identity_taken' });
    expect(await directory.create(person(further))).toEqual({ conflict: 'identity_taken' });
    expect(await directory.find(other.id)).toEqual(other);
  });

  test('of several accounts that link one identity at the same moment, one does', async () => {
    const key = github();
    const users = await Promise.all(Array.from({ length: 6 }, () => create(okta())));
    const outcomes = await Promise.all(users.map((user) => link(user, key)));
    expect(outcomes.filter((outcome) => 'user' in outcome)).toHaveLength(1);
  });

  test('an identity that was unlinked is free, and the others stay', async () => {
    const [first, second] = [okta(), github()];
    const user = written(await link(await create(first), second));
    const left = written(await unlink(user, first));
    expect(left).toMatchObject(second);
    expect(await directory.findByIdentity(first)).toBeUndefined();
    expect(await directory.findByIdentity(second)).toEqual(left);
    const other = await create(first);
    expect(await directory.delete(left)).toBe('deleted');
    expect(await directory.findByIdentity(second)).toBeUndefined();
    expect(await directory.findByIdentity(first)).toEqual(other);
  });

  test('a list by provider holds everybody who signs in with it', async () => {
    const both = written(await link(await create(okta()), github()));
    const one = await create(okta());
    const microsoft = written(await link(await create(entra()), github()));
    const local = await create({ provider: 'local' });
    const waits = await create({ provider: 'okta' });
    const ids = async (query: Partial<UserQuery>) => {
      const page = await directory.list({ sort: 'email', descending: false, limit: 50, ...query });
      return page.users.map(({ id }) => id);
    };
    expect(await ids({ provider: 'okta' })).toEqual([both.id, one.id, waits.id]);
    expect(await ids({ provider: 'github' })).toEqual([both.id, microsoft.id]);
    expect(await ids({ provider: 'entra' })).toEqual([microsoft.id]);
    expect(await ids({ provider: 'local' })).toEqual([local.id]);
    expect(await ids({ provider: 'nobody' })).toEqual([]);
    const left = identitiesOf(both)[1];
    if (left !== undefined) written(await unlink(both, left));
    expect(await ids({ provider: 'github' })).toEqual([microsoft.id]);
  });

  describe('the last administrator', () => {
    const roles = [{ name: 'platform_admin', origin: 'manual' }] as const;

    test('counts once, however many ways in they have', async () => {
      const user = written(await link(await create({ ...okta(), roles }), github()));
      expect(await directory.isLastAdmin(user)).toBe(true);
      expect(await directory.delete(user, { keepAnAdmin: true })).toBe('last_admin');
      const local = await directory.create(person({ provider: 'local', roles }), { passwordHash: 'hash' });
      expect(await directory.isLastAdmin(user)).toBe(false);
      expect(await directory.delete(written(local), { keepAnAdmin: true })).toBe('deleted');
      expect(await directory.isLastAdmin(user)).toBe(true);
    });

    test('may lose a way in as long as another one is open', async () => {
      const [open1, shut] = [okta(), entra()];
      const user = written(await link(await create({ ...open1, roles }), shut));
      expect(await unlink(user, open1, true)).toEqual({ conflict: 'last_admin' });
      const left = written(await unlink(user, shut, true));
      const both = written(await link(left, github()));
      expect(await directory.isLastAdmin(both)).toBe(true);
      written(await unlink(both, open1, true));
    });

    test('isn’t anybody who could sign in by a way that is shut alone', async () => {
      const shut = await create({ ...entra(), roles });
      expect(await directory.hasAdmin()).toBe(false);
      expect(await directory.isLastAdmin(shut)).toBe(false);
      const user = await create({ ...github(), roles });
      expect(await directory.hasAdmin()).toBe(true);
      expect(await directory.update(user, { roles: [] }, { keepAnAdmin: true })).toEqual({
        conflict: 'last_admin',
      });
      written(await link(shut, okta()));
      written(await directory.update(user, { roles: [] }, { keepAnAdmin: true }));
    });

    test('of two with different providers who go at the same moment, one stays', async () => {
      for (let round = 0; round < 30; round += 1) {
        const pair = [await create({ ...okta(), roles }), await create({ ...github(), roles })];
        const outcomes = await Promise.all(
          pair.map((user) => directory.update(user, { roles: [] }, { keepAnAdmin: true })),
        );
        expect(outcomes.filter((outcome) => 'conflict' in outcome)).toEqual([{ conflict: 'last_admin' }]);
        for (const { id } of pair) {
          const user = await directory.find(id);
          if (user !== undefined) await directory.delete(user);
        }
      }
    });
  });
});

describe('what an earlier release stored on Redis', () => {
  const id = '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913';
  const key: IdentityKey = {
    provider: 'entra',
    providerScope: TENANT,
    providerId: '0e7a0c11-0000-4000-8000-0000000000a1',
  };
  const record = (provider: number, tail: readonly unknown[] = []) =>
    JSON.stringify([
      4,
      'ada@acmecorp.com',
      'Ada',
      provider,
      provider === 0 ? null : compactId(key.providerScope),
      provider === 0 ? null : compactId(key.providerId),
      0,
      Date.parse(NOW),
      Date.parse(NOW),
      ...tail,
    ]);

  async function store(prefix: string, text: string, provider: string): Promise<void> {
    const keys = directoryKeys(prefix);
    await redis.client.hSet(keys.users, compactId(id), text);
    await redis.client.zAdd(keys.emails, { score: 0, value: `ada@acmecorp.com\0${compactId(id)}` });
    await redis.client.sAdd(`${prefix}{directory}:administrators:${provider}`, compactId(id));
    // The text of the key in earlier releases: SHA-256 of ["entra",tid,oid], its first 14 characters in base64url.
    if (provider !== 'local') await redis.client.hSet(keys.identities, '0YCk8jWymGvUA8', compactId(id));
    else await redis.client.sAdd(`${prefix}{directory}:provider:local`, compactId(id));
  }

  test('an account of Microsoft is found by its identity, administers, and is written anew with the next change', async () => {
    const prefix = `test-${randomUUID()}:`;
    await store(prefix, record(1, [[['platform_admin']], []]), 'entra');
    const directory = onRedis(['local', 'entra'], prefix);
    const user = await directory.findByIdentity(key);
    if (user === undefined) throw new Error('not found');
    expect(user).toMatchObject({ id, ...key, version: 4 });
    expect(identitiesOf(user)).toEqual([{ ...key, linkedAt: NOW }]);
    expect(await directory.isLastAdmin(user)).toBe(true);
    const more = written(await directory.update(user, withIdentity(user, github(), NOW)));
    expect(await directory.findByIdentity(key)).toEqual(more);
    expect(await directory.isLastAdmin(user)).toBe(true);
    const list = await directory.list({ sort: 'email', descending: false, limit: 5, provider: 'entra' });
    expect(list.users).toEqual([more]);
    expect(await directory.update(more, { roles: [] }, { keepAnAdmin: true })).toEqual({
      conflict: 'last_admin',
    });
    expect(await directory.delete(more)).toBe('deleted');
    expect(await redis.client.hLen(directoryKeys(prefix).identities)).toBe(0);
    expect(await directory.hasAdmin()).toBe(false);
  });

  test('a local account stays one', async () => {
    const prefix = `test-${randomUUID()}:`;
    await store(prefix, record(0, [[['platform_admin']], []]), 'local');
    await redis.client.hSet(directoryKeys(prefix).passwords, compactId(id), 'hash');
    const directory = onRedis(['local', 'entra'], prefix);
    const user = await directory.findByEmail('ada@acmecorp.com');
    expect(user).toMatchObject({ provider: 'local', providerId: null, providerScope: null });
    expect(user && (await directory.isLastAdmin(user))).toBe(true);
    const list = await directory.list({ sort: 'email', descending: false, limit: 5, provider: 'local' });
    expect(list.users).toEqual([user]);
  });
});

let count = 0;
const okta = (): IdentityKey => ({
  provider: 'okta',
  providerScope: 'https://acme.okta.com',
  providerId: `00u${++count}`,
});
const github = (): IdentityKey => ({
  provider: 'github',
  providerScope: 'https://api.github.com',
  providerId: `${++count}`,
});
const entra = (): IdentityKey => ({ provider: 'entra', providerScope: TENANT, providerId: randomUUID() });

function person(changes: Partial<NewUser>): NewUser {
  count += 1;
  const email = `person-${`${count}`.padStart(4, '0')}@acmecorp.com`;
  return newPerson({ email, provider: 'okta', providerId: null, providerScope: null, ...changes });
}
