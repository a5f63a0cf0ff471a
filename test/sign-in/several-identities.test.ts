import { beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import type { NewUser, User } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { unlinkIdentity } from '#entrance/directory/unlink.js';
import type { EntranceError } from '#entrance/errors.js';
import type { Identity } from '#entrance/identity/identity.js';
import { identitiesOf, withIdentity } from '#entrance/identity/linked-identities.js';
import type { IdentityKey } from '#entrance/identity/user.js';
import { uuidv7 } from '#entrance/identity/uuid.js';
import type { ForgettingStores } from '#entrance/revalidation/end-and-forget.js';
import { createMemoryRefreshGrants } from '#entrance/revalidation/memory.js';
import { MemorySessionStore } from '#entrance/session/memory.js';
import { type AdmissionStores, admitUser } from '#entrance/sign-in/admit-user.js';
import { auditOptions } from '../support/audit.js';
import { newPerson, written } from '../support/people.js';

const NOW = '2026-06-01T12:00:00.000Z';
const clock = { now: () => Date.parse(NOW) };
const policy = {
  allowedTenants: ['*'],
  trustedDomains: [],
  autoCreateUsers: true,
  requireApproval: false,
  autoAdminDomains: [],
};

const okta: IdentityKey = { provider: 'okta', providerScope: 'https://acme.okta.com', providerId: '00u1' };
const github: IdentityKey = { provider: 'github', providerScope: 'https://api.github.com', providerId: '1' };

let stores: AdmissionStores & ForgettingStores;
beforeEach(() => {
  const audit = createMemoryAudit(auditOptions());
  stores = {
    audit,
    directory: createMemoryDirectory(audit, ['local', 'okta', 'github']),
    sessions: new MemorySessionStore({ idleTimeout: 1e9, absoluteTimeout: 1e9 }, clock),
    refreshGrants: createMemoryRefreshGrants(clock),
    hooks: { admit: async () => undefined },
    log: pino({ level: 'silent' }),
  };
});

async function add(changes: Partial<NewUser>): Promise<User> {
  const { createdAt, ...ada } = newPerson({ email: 'ada@acmecorp.com', fullName: 'Ada Lovelace', ...okta });
  const known = { ...ada, id: uuidv7(clock.now()), createdAt, lastLoginAt: createdAt };
  return written(await stores.directory.create({ ...known, ...changes }));
}

/** Ada, who signs in with Okta and, since a while ago, with GitHub. */
async function addAda(changes: Partial<NewUser> = {}): Promise<User> {
  const user = await add(changes);
  return written(await stores.directory.update(user, withIdentity(user, github, '2026-02-01T00:00:00.000Z')));
}

function signIn(key: IdentityKey, changes: Partial<Identity> = {}) {
  const identity: Identity = {
    key,
    email: 'ada@acmecorp.com',
    emailVerified: true,
    fullName: 'Ada Lovelace',
    groups: [],
    appRoles: [],
    providerSessionId: undefined,
    ...changes,
  };
  const rules = {
    roles: { mapped: [{ kind: 'group' as const, value: 'admins', name: 'platform_admin' }] },
    teams: { mapped: [] },
    teamNames: new Map(),
    everySignIn: true,
  };
  return admitUser(stores, identity, policy, rules, clock, {});
}

const refusalOf = (key: IdentityKey, changes: Partial<Identity> = {}) =>
  signIn(key, changes).then(
    () => undefined,
    (error: EntranceError) => error,
  );

test('apps know the person by the address of the first identity: another one neither changes it nor puts it in doubt', async () => {
  const ada = await addAda();
  for (const email of ['ada@home.example', 'ada@acmecorp.com']) {
    for (const emailVerified of [true, false]) {
      const { user } = await signIn(github, { email, emailVerified });
      expect(user.id).toBe(ada.id);
      expect(user).toMatchObject({ email: 'ada@acmecorp.com', emailDoubt: undefined });
    }
  }
  const { user } = await signIn(okta, { email: 'ada.king@acmecorp.com' });
  expect(user).toMatchObject({ id: ada.id, email: 'ada.king@acmecorp.com' });
});

test('the person keeps the name of the first identity', async () => {
  await addAda();
  const byGitHub = await signIn(github, { fullName: 'ada-codes' });
  expect(byGitHub.user).toMatchObject({ fullName: 'Ada Lovelace', lastLoginAt: NOW });
  const byOkta = await signIn(okta, { fullName: 'Ada King' });
  expect(byOkta.user.fullName).toBe('Ada King');
});

test('nobody else is handed on with an address that the provider gives to a further identity', async () => {
  const ada = await addAda();
  const bob = await add({ ...github, providerId: '2', email: 'shared@acmecorp.com' });
  const { user } = await signIn(github, { email: 'shared@acmecorp.com' });
  expect(user).toMatchObject({ id: ada.id, email: 'ada@acmecorp.com' });
  expect(await stores.directory.find(bob.id)).toMatchObject({
    email: 'shared@acmecorp.com',
    emailDoubt: { reason: 'taken', other: ada.id },
  });
  expect(await stores.directory.findByEmail('shared@acmecorp.com')).toBeUndefined();
});

test('an address is taken over from an account of that provider alone', async () => {
  await addAda();
  const bob = await add({ ...okta, providerId: '00u2', email: 'shared@acmecorp.com' });
  await signIn(github, { email: 'shared@acmecorp.com', emailDomainOwnerVerified: true });
  expect(await stores.directory.findByEmail('shared@acmecorp.com')).toEqual(bob);
  const ahead = await add({
    providerId: null,
    providerScope: null,
    lastLoginAt: null,
    email: 'next@acmecorp.com',
  });
  await signIn(github, { email: 'next@acmecorp.com' });
  expect(await stores.directory.find(ahead.id)).toEqual(ahead);
});

test('an account that was added ahead for the address of a further identity is merged', async () => {
  const ada = await addAda();
  const ahead = await add({
    provider: 'github',
    providerId: null,
    providerScope: null,
    lastLoginAt: null,
    email: 'ada@home.example',
    roles: [{ name: 'platform_viewer', origin: 'manual' }],
  });
  const { user } = await signIn(github, { email: 'ada@home.example' });
  expect(await stores.directory.find(ahead.id)).toBeUndefined();
  expect(user).toMatchObject({ id: ada.id, email: 'ada@acmecorp.com', roles: ahead.roles });
});

test('a person who isn’t let in by a further identity keeps the address of the first', async () => {
  const ada = await addAda({ status: 'disabled' });
  expect(await refusalOf(github, { email: 'ada@home.example' })).toMatchObject({ code: 'account_disabled' });
  expect((await stores.directory.find(ada.id))?.emailDoubt).toBeUndefined();
});

test('roles come from the identity that was signed in with last', async () => {
  await addAda();
  const { user: admin } = await signIn(okta, { groups: ['admins'] });
  expect(admin.roles).toMatchObject([{ name: 'platform_admin', origin: 'sso' }]);
  const { user } = await signIn(github);
  expect(user.roles).toEqual([]);
  const { events } = await stores.audit.list({ action: 'user-roles-change', limit: 1 });
  expect(events).toMatchObject([
    { entrance: { provider: 'github', roles: { removed: ['platform_admin'] } } },
  ]);
});

test('an identity of the same address is no way in: only linking makes it one', async () => {
  await add({});
  expect(await refusalOf(github)).toMatchObject({ code: 'account_conflict' });
  expect(await stores.directory.findByIdentity(github)).toBeUndefined();
});

test('who has proved the address is told how its account signs in, and nobody else is', async () => {
  await addAda();
  const stranger = { ...okta, providerId: '00u9' };
  expect((await refusalOf(stranger))?.facts).toEqual({ signsInWith: ['okta', 'github'] });
  expect((await refusalOf(stranger, { emailVerified: false }))?.facts).toEqual({});
  await add({ provider: 'local', providerId: null, providerScope: null, email: 'root@acmecorp.com' });
  expect((await refusalOf(stranger, { email: 'root@acmecorp.com' }))?.facts).toEqual({
    signsInWith: ['local'],
  });
});

test('an account that is claimed says since when, and one that begins with a sign-in since it is there', async () => {
  const ahead = await add({ providerId: null, providerScope: null, lastLoginAt: null });
  const { user } = await signIn(okta);
  expect(user.id).toBe(ahead.id);
  expect(identitiesOf(user)).toEqual([{ ...okta, linkedAt: NOW }]);
  const { user: fresh } = await signIn(github, { email: 'bob@acmecorp.com' });
  expect(identitiesOf(fresh)).toEqual([{ ...github, linkedAt: fresh.createdAt }]);
});

test('unlinking takes the roles that rest on the identity, and those that rest on another one stay', async () => {
  const ada = await addAda();
  await signIn(okta, { groups: ['admins'] });
  await add({
    ...okta,
    providerId: '00u2',
    email: 'root@acmecorp.com',
    roles: [{ name: 'platform_admin', origin: 'manual' }],
  });
  const unlinking = { id: ada.id, by: {}, waysIn: ['okta', 'github'], now: NOW };
  const kept = await unlinkIdentity(stores, { ...unlinking, identity: github });
  expect(kept.roles).toHaveLength(1);
  const again = await stores.directory.update(kept, withIdentity(kept, github, NOW));
  if ('conflict' in again) throw new Error(again.conflict);
  const left = await unlinkIdentity(stores, { ...unlinking, identity: okta });
  expect(left).toMatchObject({ ...github, roles: [], emailDoubt: { reason: 'unverified' } });
  const { user } = await signIn(github);
  expect(user).toMatchObject({ id: ada.id, email: 'ada@acmecorp.com', emailDoubt: undefined });
});

test.each([
  ['the last one', okta, ['okta', 'github']],
  ['the last one that is open', github, ['github', 'local']],
])('%s isn’t unlinked', async (_, identity, waysIn) => {
  const ada = identity === okta ? await add({}) : await addAda();
  await expect(
    unlinkIdentity(stores, { id: ada.id, by: {}, identity, waysIn, now: NOW }),
  ).rejects.toMatchObject({ code: 'last_identity', status: 409 });
  expect(await stores.directory.find(ada.id)).toEqual(ada);
});

test('the last administrator keeps the way in that gives the role', async () => {
  const ada = await addAda();
  await signIn(okta, { groups: ['admins'] });
  const unlinking = { id: ada.id, by: {}, identity: okta, waysIn: ['okta', 'github'], now: NOW };
  await expect(unlinkIdentity(stores, unlinking)).rejects.toMatchObject({ code: 'last_admin' });
});
