import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Cookie } from 'express-session';
import fc from 'fast-check';
import { pino } from 'pino';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import type { User } from '#entrance/directory/directory.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { provisioned } from '#entrance/directory/provision.js';
import { createRedisDirectory } from '#entrance/directory/redis.js';
import { EntranceError } from '#entrance/errors.js';
import type { Identity } from '#entrance/identity/identity.js';
import { confirmedEmail, type UserStatus } from '#entrance/identity/user.js';
import { connectRedis, type RedisConnection } from '#entrance/redis/connection.js';
import { MemorySessionStore } from '#entrance/session/memory.js';
import { type AdmissionStores, admitUser } from '#entrance/sign-in/admit-user.js';
import { auditOptions } from '../support/audit.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';

const TENANTS = ['3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650', '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805'] as const;
const ADDRESSES = ['a@acmecorp.com', 'b@acmecorp.com', 'c@acmecorp.com', 'root@acmecorp.com'] as const;
const LOCAL = 'root@acmecorp.com';
const PEOPLE = [0, 1, 2, 3] as const;
const clock = { now: () => Date.parse('2026-06-01T12:00:00.000Z') };
const log = pino({ level: 'silent' });

type Step =
  | {
      readonly kind: 'sign in';
      readonly who: number;
      readonly email: string;
      readonly verified: boolean;
      readonly edov: boolean;
    }
  | { readonly kind: 'add ahead'; readonly email: string }
  | { readonly kind: 'set status'; readonly who: number; readonly status: UserStatus }
  | { readonly kind: 'disable ahead'; readonly email: string }
  | { readonly kind: 'unlink' | 'delete'; readonly who: number };

const who = fc.constantFrom(...PEOPLE);
const email = fc.constantFrom(...ADDRESSES);
const signIn = fc.record({
  kind: fc.constant('sign in' as const),
  who,
  email,
  verified: fc.boolean(),
  edov: fc.boolean(),
});
const step: fc.Arbitrary<Step> = fc.oneof(
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

let server: RedisServer;
let redis: RedisConnection;
beforeAll(async () => {
  server = await startRedisServer();
  redis = connectRedis(server.url, { log });
  await once(redis.client, 'ready');
});
afterAll(async () => {
  await redis.close();
  await server.stop();
});

const sessions = () => new MemorySessionStore({ idleTimeout: 1e9, absoluteTimeout: 1e9 }, clock);
const inMemory = (): AdmissionStores => {
  const audit = createMemoryAudit(auditOptions());
  return { audit, directory: createMemoryDirectory(audit), sessions: sessions(), log };
};
const onRedis = (): AdmissionStores => {
  const prefix = `test-${randomUUID()}:`;
  const audit = createRedisAudit(redis.client, prefix, auditOptions());
  return { audit, directory: createRedisDirectory(redis.client, prefix, audit), sessions: sessions(), log };
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
          const distinct = [...new Map(round.map((one) => [one.who, one])).values()];
          await Promise.all(distinct.map((one) => world.signInAs(one)));
          await world.checkShared();
        }
      }),
      { numRuns: Math.ceil(numRuns / 3) },
    );
  });
});

interface Modelled {
  status: UserStatus;
  /** The last address that was this person's, and whether it still is. */
  last: string;
  confirmed: boolean;
  readonly tenantId: string | null;
}

/** The stores, and beside them what the contract says should be in them. */
async function createWorld(stores: AdmissionStores) {
  const { directory } = stores;
  const accounts = new Map<string, Modelled>();
  const ids = new Map<string, string>();
  const said = new Map<string, string>();
  const local = provisioned({ email: LOCAL, fullName: 'Root', roles: [], teams: [] }, clock.now());
  await directory.create({ ...local, provider: 'local' }, { passwordHash: 'none' });
  accounts.set('local', { status: 'active', last: LOCAL, confirmed: true, tenantId: null });
  ids.set('local', local.id);
  let added = 0;

  const keyOf = (one: number) => ({
    provider: 'entra' as const,
    tenantId: TENANTS[one === 3 ? 1 : 0],
    providerId: `00000000-0000-4000-8000-00000000000${one}`,
  });
  const nameOf = (one: number) => `person ${one}`;
  const holderOf = (address: string) =>
    [...accounts].find(([, { last, confirmed }]) => confirmed && last === address);

  async function signInAs({ who, email, verified, edov }: Extract<Step, { kind: 'sign in' }>) {
    const identity: Identity = {
      key: keyOf(who),
      email,
      emailVerified: verified || edov,
      ...(edov ? { emailDomainOwnerVerified: true } : {}),
      fullName: nameOf(who),
      groups: [],
      appRoles: [],
      providerSessionId: undefined,
    };
    said.set(nameOf(who), email);
    const policy = {
      allowedTenants: TENANTS,
      trustedDomains: [],
      autoCreateUsers: true,
      requireApproval: false,
      autoAdminDomains: [],
    };
    const rules = { roles: { mapped: [] }, teams: { mapped: [] }, teamNames: new Map(), everySignIn: true };
    try {
      const { user } = await admitUser(stores, identity, policy, rules, clock, {});
      await beginSession(user);
      return user;
    } catch (error) {
      if (error instanceof EntranceError) return error.code;
      throw error;
    }
  }

  /** As a sign-in does: the session is stored, then the user is read once more. */
  async function beginSession(user: User): Promise<void> {
    const data = {
      cookie: new Cookie(),
      entrance: {
        userId: user.id,
        email: confirmedEmail(user),
        fullName: user.fullName,
        roles: [],
        provider: user.provider,
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
    if (one.kind === 'add ahead') return addAhead(one.email);
    if (one.kind === 'disable ahead') {
      const [name, account] = holderOf(one.email) ?? [];
      if (name?.startsWith('ahead') && account !== undefined) await setStatus(name, account, 'disabled');
      return;
    }
    const name = nameOf(one.who);
    const account = accounts.get(name);
    if (account === undefined) return;
    if (one.kind === 'set status') return setStatus(name, account, one.status);
    const user = await found(name);
    if (one.kind === 'delete') await directory.delete(user);
    else await directory.update(user, { providerId: null, tenantId: null, lastLoginAt: null });
    await stores.sessions.revokeOfUser(user.id);
    accounts.delete(name);
    if (one.kind === 'delete') return;
    added += 1;
    accounts.set(`ahead ${added}`, { ...account, tenantId: null });
    ids.set(`ahead ${added}`, user.id);
  }

  async function addAhead(address: string): Promise<void> {
    const person = { email: address, fullName: 'Ahead', roles: [], teams: [] };
    const outcome = await directory.create(provisioned(person, clock.now()));
    expect('user' in outcome).toBe(holderOf(address) === undefined);
    if (!('user' in outcome)) return;
    added += 1;
    accounts.set(`ahead ${added}`, { status: 'active', last: address, confirmed: true, tenantId: null });
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
  function expectSignIn(one: Extract<Step, { kind: 'sign in' }>, result: User | string): void {
    const name = nameOf(one.who);
    const { tenantId } = keyOf(one.who);
    const own = accounts.get(name);
    const [holderName, holder] = holderOf(one.email) ?? [];
    const isVerified = one.verified || one.edov;
    const isAhead = holderName?.startsWith('ahead') === true;
    const mayTake =
      holder !== undefined &&
      holderName !== 'local' &&
      isVerified &&
      (one.edov || holder.tenantId === null || holder.tenantId === tenantId);
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
      accounts.set(name, { status: 'active', last: one.email, confirmed: isVerified, tenantId });
      ids.set(name, (result as User).id); // admitted, or the next check fails
      return;
    }
    const isMerged = isAhead && holder?.status === 'active' && isVerified;
    if (own.status !== 'active' && !(own.status === 'pending' && isMerged)) {
      expected(own.status === 'pending' ? 'pending_approval' : 'account_disabled');
      if (own.last !== one.email) own.confirmed = false;
      return;
    }
    expect(typeof result).toBe('object');
    own.status = 'active';
    if (holder !== undefined && holder !== own && !isMerged && !mayTake) {
      own.confirmed = false;
      return;
    }
    if (isMerged) accounts.delete(holderName ?? '');
    else if (holder !== undefined) holder.confirmed = false;
    Object.assign(own, { last: one.email, confirmed: isVerified });
  }

  return {
    play,
    signInAs,

    async check(): Promise<void> {
      expect(await directory.count()).toBe(accounts.size);
      for (const [name, { last, confirmed, status }] of accounts) {
        const user = await found(name);
        expect({ name, email: user.email, handedOn: confirmedEmail(user), status: user.status }).toEqual({
          name,
          email: last,
          handedOn: confirmed ? last : undefined,
          status,
        });
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
        if (user.providerId !== null && address !== undefined) expect(address).toBe(said.get(user.fullName));
        if (address !== undefined) expect((await directory.findByEmail(address))?.id).toBe(user.id);
        for (const { record } of await stores.sessions.listOfUser(user.id))
          expect([undefined, address]).toContain(record.email);
      }
    },
  };
}
