import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { Cookie } from 'express-session';
import fc from 'fast-check';
import { pino } from 'pino';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { User } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import { unlinkIdentity, unlinkUser } from '#entrance/directory/unlink.js';
import { EntranceError } from '#entrance/errors.js';
import type { Identity } from '#entrance/identity/identity.js';
import { identitiesOf } from '#entrance/identity/linked-identities.js';
import { confirmedEmail, type IdentityKey, type UserStatus } from '#entrance/identity/user.js';
import { provisioned } from '#entrance/people/provision.js';
import type { ForgettingStores } from '#entrance/revalidation/end-and-forget.js';
import { createMemoryRefreshGrants } from '#entrance/revalidation/memory.js';
import { MemorySessionStore } from '#entrance/session/memory.js';
import { type AdmissionStores, admitUser } from '#entrance/sign-in/admit-user.js';
import { linkIdentity } from '#entrance/sign-in/linking.js';
import { auditOptions } from '../support/audit.js';
import { useRedis } from '../support/redis-topologies.js';
import { until } from '../support/timing.js';

const TENANTS = ['3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650', '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805'] as const;
const ADDRESSES = ['a@acmecorp.com', 'b@acmecorp.com', 'c@acmecorp.com', 'root@acmecorp.com'] as const;
const LOCAL = 'root@acmecorp.com';
const PEOPLE = [0, 1, 2, 3] as const;
const clock = { now: () => Date.parse('2026-06-01T12:00:00.000Z') };
const log = pino({ level: 'silent' });

/** Everybody may have an identity at each: the first is of two directories, the other one of none. */
const PROVIDERS = ['entra', 'github'] as const;
type ProviderName = (typeof PROVIDERS)[number];

type Step =
  | {
      readonly kind: 'sign in' | 'link';
      readonly who: number;
      readonly provider: ProviderName;
      readonly email: string;
      readonly verified: boolean;
      readonly edov: boolean;
    }
  | { readonly kind: 'add ahead'; readonly email: string }
  | { readonly kind: 'set status'; readonly who: number; readonly status: UserStatus }
  | { readonly kind: 'disable ahead'; readonly email: string }
  | { readonly kind: 'unlink one'; readonly who: number; readonly provider: ProviderName }
  | { readonly kind: 'unlink' | 'delete'; readonly who: number };

const who = fc.constantFrom(...PEOPLE);
const email = fc.constantFrom(...ADDRESSES);
const provider = fc.constantFrom('entra' as const, 'entra' as const, 'github' as const);
const signIn = fc.record({
  kind: fc.constant('sign in' as const),
  who,
  provider,
  email,
  verified: fc.boolean(),
  edov: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      who,
      provider: fc.constantFrom(...PROVIDERS),
      email,
      verified: fc.boolean(),
      edov: fc.constant(false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('unlink one' as const),
      who,
      provider: fc.constantFrom(...PROVIDERS),
    }),
  },
  { weight: 6, arbitrary: signIn },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('add ahead' as const), email }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disable ahead' as const), email }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('set status' as const),
      who,
      status: fc.constantFrom<UserStatus>('active', 'disabled', 'pending'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('unlink' as const, 'delete' as const), who }) },
);

const redis = useRedis();
// The worlds in memory keep the event loop busy, for so long that a connection may be given up meanwhile.
beforeEach(() => until(async () => redis.client.isReady));

const sessions = () => new MemorySessionStore({ idleTimeout: 1e9, absoluteTimeout: 1e9 }, clock);
type World = AdmissionStores & ForgettingStores;
const inMemory = (): World => {
  const audit = createMemoryAudit(auditOptions());
  return {
    audit,
    directory: createMemoryDirectory(audit, ['local', ...PROVIDERS]),
    sessions: sessions(),
    refreshGrants: createMemoryRefreshGrants(clock),
    hooks: { admit: async () => undefined },
    log,
  };
};
const onRedis = (): World => {
  const prefix = `test-${randomUUID()}:`;
  const audit = createRedisAudit(redis.client, prefix, auditOptions());
  return {
    audit,
    directory: createRedisDirectory(redis.client, prefix, audit, redis.client, ['local', ...PROVIDERS]),
    sessions: sessions(),
    refreshGrants: createMemoryRefreshGrants(clock),
    hooks: { admit: async () => undefined },
    log,
  };
};

describe.each([
  ['in memory', inMemory, 120],
  ['on Redis', onRedis, 25],
] as const)('addresses, in any order of events, %s', (_, open, numRuns) => {
  test('every account is known by what the provider said last, and by nothing that it gives to somebody else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = await createWorld(open());
        for (const one of steps) {
          await world.play(one);
          await world.check();
        }
      }),
      { numRuns },
    );
  });

  test('people who sign in at the same moment never share an address, nor keep one that isn’t theirs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(signIn, { maxLength: 4 }), { maxLength: 6 }), async (rounds) => {
        const world = await createWorld(open());
        for (const round of rounds) {
          const distinct = [...new Map(round.map((one) => [`${one.provider} ${one.who}`, one])).values()];
          await Promise.all(distinct.map((one) => world.signInAs(one)));
          await world.checkShared();
        }
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });
});

type SignIn = Extract<Step, { kind: 'sign in' | 'link' }>;

function codeOf(error: unknown): string {
  if (error instanceof EntranceError) return error.code;
  throw error;
}

interface Modelled {
  /** The names of the identities, the first one first. */
  ways: string[];
  /** Of the first identity, or of the one that is awaited. */
  provider: string;
  status: UserStatus;
  /** The last address that was this person's, and whether it still is. */
  last: string;
  confirmed: boolean;
  providerScope: string | null;
}

/** The stores, and beside them what the contract says should be in them. */
async function createWorld(stores: World) {
  const { directory } = stores;
  const accounts = new Map<string, Modelled>();
  const ids = new Map<string, string>();
  const said = new Map<string, string>();
  const local = provisioned(
    { email: LOCAL, fullName: 'Root', roles: [], teams: [] },
    { provider: 'entra', now: clock.now() },
  );
  await directory.create({ ...local, provider: 'local' }, { passwordHash: 'none' });
  accounts.set('local', {
    ways: ['local'],
    provider: 'local',
    status: 'active',
    last: LOCAL,
    confirmed: true,
    providerScope: null,
  });
  ids.set('local', local.id);
  let added = 0;
  let created = 0;

  const keyOf = (provider: ProviderName, one: number) => ({
    provider,
    providerScope: provider === 'github' ? 'https://api.github.com' : TENANTS[one === 3 ? 1 : 0],
    providerId: `00000000-0000-4000-8000-00000000000${one}`,
  });
  const nameOf = (provider: string, one: number) => `${provider} ${one}`;
  const nameOfKey = ({ provider, providerId }: IdentityKey) => nameOf(provider, Number(providerId.slice(-1)));
  /** An account has the name of the first identity that it ever had. */
  const accountOf = (way: string) => [...accounts].find(([, { ways }]) => ways.includes(way)) ?? [];
  const isAwaiting = ({ ways }: Modelled) => ways.length === 0;
  const holderOf = (address: string) =>
    [...accounts].find(([, { last, confirmed }]) => confirmed && last === address);

  const policy = {
    allowedTenants: ['*'],
    trustedDomains: [],
    autoCreateUsers: true,
    requireApproval: false,
    autoAdminDomains: [],
  };

  function identityOf({ who, provider, email, verified, edov }: SignIn): Identity {
    return {
      key: keyOf(provider, who),
      email,
      emailVerified: verified || edov,
      ...(edov ? { emailDomainOwnerVerified: true } : {}),
      fullName: nameOf(provider, who),
      groups: [],
      appRoles: [],
      providerSessionId: undefined,
    };
  }

  async function signInAs(one: SignIn) {
    const identity = identityOf(one);
    said.set(nameOf(one.provider, one.who), one.email);
    const rules = { roles: { mapped: [] }, teams: { mapped: [] }, teamNames: new Map(), everySignIn: true };
    try {
      const { user } = await admitUser(stores, identity, policy, rules, clock, {});
      await beginSession(user, identity.key);
      return user;
    } catch (error) {
      if (error instanceof EntranceError) return error.code;
      throw error;
    }
  }

  /** As a sign-in does: the session is stored, then the user is read once more. */
  async function beginSession(user: User, key: IdentityKey): Promise<void> {
    const data = {
      cookie: new Cookie(),
      entrance: {
        userId: user.id,
        email: confirmedEmail(user),
        fullName: user.fullName,
        roles: [],
        provider: key.provider,
        device: '',
        address: '',
        createdAt: clock.now(),
        lastSeenAt: clock.now(),
      },
    };
    stores.sessions.expectNew(data);
    await new Promise((resolve) => stores.sessions.set(randomUUID(), data, resolve));
    const now = await directory.find(user.id);
    if (now === undefined || confirmedEmail(now) !== confirmedEmail(user))
      await stores.sessions.revokeOfUser(user.id);
  }

  async function play(one: Step): Promise<void> {
    if (one.kind === 'sign in') return expectSignIn(one, await signInAs(one));
    if (one.kind === 'link') return expectLink(one);
    if (one.kind === 'unlink one') return expectUnlinkOne(one);
    if (one.kind === 'add ahead') return addAhead(one.email);
    if (one.kind === 'disable ahead') {
      const [name, account] = holderOf(one.email) ?? [];
      if (name !== undefined && account !== undefined && isAwaiting(account))
        await setStatus(name, account, 'disabled');
      return;
    }
    const [name, account] = accountOf(nameOf('entra', one.who));
    if (name === undefined || account === undefined) return;
    if (one.kind === 'set status') return setStatus(name, account, one.status);
    const user = await found(name);
    if (one.kind === 'delete') await directory.delete(user);
    else await unlinkUser(stores, { id: user.id, by: {} });
    await stores.sessions.revokeOfUser(user.id);
    accounts.delete(name);
    if (one.kind === 'delete') return;
    added += 1;
    accounts.set(`ahead ${added}`, { ...account, ways: [], providerScope: null });
    ids.set(`ahead ${added}`, user.id);
  }

  async function addAhead(address: string): Promise<void> {
    const person = { email: address, fullName: 'Ahead', roles: [], teams: [] };
    const outcome = await directory.create(provisioned(person, { provider: 'entra', now: clock.now() }));
    expect('user' in outcome).toBe(holderOf(address) === undefined);
    if (!('user' in outcome)) return;
    added += 1;
    accounts.set(`ahead ${added}`, {
      ways: [],
      provider: 'entra',
      status: 'active',
      last: address,
      confirmed: true,
      providerScope: null,
    });
    ids.set(`ahead ${added}`, outcome.user.id);
  }

  async function setStatus(name: string, account: Modelled, status: UserStatus): Promise<void> {
    await directory.update(await found(name), { status });
    account.status = status;
  }

  async function found(name: string): Promise<User> {
    const user = await directory.find(ids.get(name) ?? '');
    if (user === undefined) throw new Error(`${name} is missing`);
    return user;
  }

  /** The rule in words of the contract, on the model. */
  function expectSignIn(one: SignIn, result: User | string): void {
    const name = nameOf(one.provider, one.who);
    const { provider, providerScope } = keyOf(one.provider, one.who);
    const [ownName, own] = accountOf(name);
    const { holderName, holder, isVerified, isAhead, mayTake } = situationOf(one);
    const expected = (code: string) => expect(result).toBe(code);

    if (own === undefined) {
      if (holder !== undefined && isAhead && isVerified) {
        if (holder.status !== 'active') {
          expected(holder.status === 'pending' ? 'pending_approval' : 'account_disabled');
          return;
        }
        accounts.delete(holderName ?? '');
      } else if (holder !== undefined) {
        if (holder.status === 'active' || !mayTake) {
          expected('account_conflict');
          return;
        }
        holder.confirmed = false;
      }
      created += 1;
      accounts.set(`${name}, account ${created}`, {
        ways: [name],
        provider,
        status: 'active',
        last: one.email,
        confirmed: isVerified,
        providerScope,
      });
      ids.set(`${name}, account ${created}`, (result as User).id); // admitted, or the next check fails
      return;
    }
    const isFirst = own.ways[0] === name;
    const isMerged = isAhead && holder?.status === 'active';
    if (own.status !== 'active' && !(own.status === 'pending' && isMerged)) {
      expected(own.status === 'pending' ? 'pending_approval' : 'account_disabled');
      if (isFirst && own.last !== one.email) own.confirmed = false;
      return;
    }
    expect(typeof result).toBe('object');
    own.status = 'active';
    if (holder !== undefined && holder !== own && !isMerged && !mayTake) {
      if (isFirst) own.confirmed = false;
      return;
    }
    if (isMerged) accounts.delete(holderName ?? '');
    else if (holder !== undefined && holderName !== ownName) holder.confirmed = false;
    if (isFirst) Object.assign(own, { last: one.email, confirmed: isVerified });
  }

  /** Who has the address that a person brings, and may lose it to the person. */
  function situationOf(one: SignIn) {
    const { provider, providerScope } = keyOf(one.provider, one.who);
    const [holderName, holder] = holderOf(one.email) ?? [];
    const isVerified = one.verified || one.edov;
    const isOfProvider = isVerified && holder?.provider === provider;
    const isOfScope = holder?.providerScope === null || holder?.providerScope === providerScope;
    return {
      holderName,
      holder,
      isVerified,
      isAhead: isOfProvider && holder !== undefined && isAwaiting(holder),
      mayTake: isOfProvider && (one.edov || isOfScope),
    };
  }

  /** From inside a session of the account that has the person's other identity. */
  async function expectLink(one: SignIn): Promise<void> {
    const other = one.provider === 'entra' ? 'github' : 'entra';
    const [ownName, own] = accountOf(nameOf(other, one.who));
    if (ownName === undefined || own === undefined) return;
    const name = nameOf(one.provider, one.who);
    const { holderName, holder, isAhead, mayTake } = situationOf(one);
    const result = await linked(ids.get(ownName) ?? '', one);
    if (own.status !== 'active' || own.ways.includes(name)) return expect(result).toBe('not_local');
    if (accountOf(name)[0] !== undefined) return expect(result).toBe('identity_taken');
    expect(result).toBe('linked');
    own.ways.push(name);
    if (holder === undefined || holderName === ownName) return;
    if (isAhead && holder.status === 'active') accounts.delete(holderName ?? '');
    else if (mayTake) holder.confirmed = false;
  }

  async function linked(userId: string, one: SignIn): Promise<string> {
    const session = {
      handle: '',
      record: {
        userId,
        email: undefined,
        fullName: '',
        roles: [],
        provider: '',
        device: '',
        address: '',
        createdAt: clock.now(),
        lastSeenAt: clock.now(),
      },
    };
    const deps = { ...stores, clock, readSession: () => session };
    const request = Object.create(express.request, { headers: { value: {} }, ip: { value: undefined } });
    return linkIdentity(deps, request, identityOf(one), policy, userId).then(() => 'linked', codeOf);
  }

  async function expectUnlinkOne({ who, provider }: Extract<Step, { kind: 'unlink one' }>): Promise<void> {
    const way = nameOf(provider, who);
    const [name, own] = accountOf(way);
    if (name === undefined || own === undefined) return;
    const unlinking = {
      id: ids.get(name) ?? '',
      by: {},
      identity: keyOf(provider, who),
      waysIn: [...PROVIDERS],
      now: new Date(clock.now()).toISOString(),
    };
    const result = await unlinkIdentity(stores, unlinking).then(() => 'unlinked', codeOf);
    if (own.ways.length === 1) return expect(result).toBe('last_identity');
    expect(result).toBe('unlinked');
    if (own.ways[0] === way) {
      const first = provider === 'entra' ? 'github' : 'entra';
      Object.assign(own, {
        confirmed: false,
        provider: first,
        providerScope: keyOf(first, who).providerScope,
      });
    }
    own.ways = own.ways.filter((one) => one !== way);
  }

  return {
    play,
    signInAs,

    async check(): Promise<void> {
      expect(await directory.count()).toBe(accounts.size);
      for (const [name, { last, confirmed, status, ways }] of accounts) {
        const user = await found(name);
        const own = {
          email: user.email,
          handedOn: confirmedEmail(user),
          status: user.status,
          ways: user.provider === 'local' ? ['local'] : identitiesOf(user).map(nameOfKey),
        };
        expect({ name, ...own }).toEqual({
          name,
          email: last,
          handedOn: confirmed ? last : undefined,
          status,
          ways,
        });
        for (const identity of identitiesOf(user))
          expect((await directory.findByIdentity(identity))?.id).toBe(user.id);
      }
      await this.checkShared();
    },

    /** The invariants of all accounts and sessions, in any order of writes. */
    async checkShared(): Promise<void> {
      const { users } = await directory.list({ sort: 'email', descending: false, limit: 200 });
      const addresses = users.map(confirmedEmail).filter((address) => address !== undefined);
      expect(addresses).toHaveLength(new Set(addresses).size);
      expect((await directory.findByEmail(LOCAL))?.provider).toBe('local');
      for (const user of users) {
        const address = confirmedEmail(user);
        const [first] = identitiesOf(user);
        if (first !== undefined && address !== undefined) expect(address).toBe(said.get(nameOfKey(first)));
        if (address !== undefined) expect((await directory.findByEmail(address))?.id).toBe(user.id);
        for (const { record } of await stores.sessions.listOfUser(user.id))
          expect([undefined, address]).toContain(record.email);
      }
    },
  };
}
