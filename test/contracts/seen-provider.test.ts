import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Directory, SeenClaims, User } from '#entrance/directory/directory.js';
import { directoryKeys } from '#entrance/directory/redis/keys.js';
import { compactId } from '#entrance/identity/compact-id.js';
import { withIdentity, withIdentityUsed, withoutIdentity } from '#entrance/identity/linked-identities.js';
import type { IdentityKey } from '#entrance/identity/user.js';
import { newPrefix, openInMemory, openOnRedis } from '../support/directories.js';
import { newPerson, written } from '../support/people.js';
import { useRedis } from '../support/redis-topologies.js';

const WAYS = ['okta', 'github'];
const FIRST_SIGN_IN = '2026-03-01T08:00:00.000Z';
const LINKED = '2026-03-02T08:00:00.000Z';
const LATER = '2026-03-03T08:00:00.000Z';

const redis = useRedis();

const inMemory = () => openInMemory(WAYS).directory;
const onRedis = (prefix = newPrefix()) => openOnRedis({ client: redis.client, prefix }, WAYS).directory;

const okta = (): IdentityKey => ({
  provider: 'okta',
  providerScope: 'https://acme.okta.com',
  providerId: randomUUID(),
});
const github = (): IdentityKey => ({
  provider: 'github',
  providerScope: 'https://api.github.com',
  providerId: randomUUID(),
});

/** A sign-in with a group, and one that says nothing of note. */
const occasions = [
  ['with a group', ['Engineering']],
  ['without a group', []],
] as const;

describe.each([
  ['in memory', inMemory],
  ['on Redis', () => onRedis()],
] as const)('the provider of the last sign-in, in a directory %s', (_, open) => {
  let directory: Directory;
  beforeEach(() => {
    directory = open();
  });

  async function create(key: IdentityKey, groups: readonly string[]): Promise<User> {
    const person = { ...newPerson({ email: `${randomUUID()}@acmecorp.com` }), ...key };
    return written(
      await directory.create(
        { ...person, createdAt: FIRST_SIGN_IN, lastLoginAt: FIRST_SIGN_IN },
        { seen: saidBy(key, FIRST_SIGN_IN, groups) },
      ),
    );
  }
  const signIn = async (user: User, key: IdentityKey, at: string, groups: readonly string[]) =>
    written(
      await directory.update(
        user,
        { ...withIdentityUsed(user, key, at), lastLoginAt: at },
        { seen: saidBy(key, at, groups) },
      ),
    );
  const link = async (user: User, key: IdentityKey) =>
    written(await directory.update(user, withIdentity(user, key, LINKED)));
  const unlink = async (user: User, key: IdentityKey) =>
    written(await directory.update(user, withoutIdentity(user, key)));

  /** As one account's claims are read, and as everybody's are. */
  async function providerSeen(user: User): Promise<SeenClaims['provider']> {
    const seen = await directory.findSeen(user);
    for await (const some of directory.everybody()) {
      const listed = some.find((one) => one.user.id === user.id);
      if (listed !== undefined) expect(listed.seen).toEqual(seen);
    }
    return seen?.provider;
  }

  describe.each(occasions)('%s', (_occasion, groups) => {
    test('is that of the identity that was used, whether it is the first one or not', async () => {
      const [first, second] = [okta(), github()];
      const linked = await link(await create(first, groups), second);
      const later = await signIn(linked, second, LATER, groups);
      expect(await providerSeen(later)).toBe('github');
      expect(await providerSeen(await signIn(later, first, '2026-03-04T08:00:00.000Z', groups))).toBe('okta');
    });

    test('stays the same if another identity is linked, and unlinked again', async () => {
      const second = github();
      const linked = await link(await create(okta(), groups), second);
      expect(await providerSeen(linked)).toBe('okta');
      expect(await providerSeen(await unlink(linked, second))).toBe('okta');
    });

    test('never becomes that of an identity that wasn’t used', async () => {
      const [first, second] = [okta(), github()];
      const linked = await link(await create(first, groups), second);
      expect(await providerSeen(await unlink(linked, first))).toBeUndefined();
    });

    test('is still named if its identity was unlinked since', async () => {
      const second = github();
      const linked = await link(await create(okta(), groups), second);
      const used = await signIn(linked, second, LATER, groups);
      expect(await providerSeen(await unlink(used, second))).toBe('github');
    });
  });
});

describe('claims that an earlier version kept without a provider', () => {
  const prefix = newPrefix();
  let directory: Directory;
  beforeAll(() => {
    directory = onRedis(prefix);
  });
  const stored = JSON.stringify([Date.parse(LATER), [compactId('Engineering')], [], 'acmecorp.com']);

  async function withStored(keys: readonly IdentityKey[], text: string | undefined): Promise<User> {
    const [first, ...others] = keys;
    const person = { ...newPerson({ email: `${randomUUID()}@acmecorp.com` }), ...first };
    let user = written(await directory.create({ ...person, lastLoginAt: LATER }));
    for (const key of others) user = written(await directory.update(user, withIdentity(user, key, LINKED)));
    if (text !== undefined) await redis.client.hSet(directoryKeys(prefix).claims, compactId(user.id), text);
    return user;
  }

  test.each([
    ['with groups', stored],
    ['without a record, since they said nothing of note', undefined],
  ])('%s are those of the only provider, and of an unknown one if there are several', async (_, text) => {
    const one = await directory.findSeen(await withStored([okta()], text));
    expect(one).toMatchObject({ provider: 'okta', groups: text === undefined ? [] : ['Engineering'] });
    const several = await directory.findSeen(await withStored([okta(), github()], text));
    expect(several).toMatchObject({ provider: undefined, groups: one?.groups });
  });
});

function saidBy({ provider }: IdentityKey, at: string, groups: readonly string[]): SeenClaims {
  return { at, provider, groups, appRoles: [], verifiedDomain: 'acmecorp.com' };
}
