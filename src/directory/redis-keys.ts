import { createHash } from 'node:crypto';
import { compactId } from '../identity/compact-id.js';
import { fold } from '../identity/fold.js';
import { identitiesOf } from '../identity/linked-identities.js';
import type { IdentityKey, ProviderId, SortKey, User, UserStatus } from './directory.js';
import { administersBy, emailStartsWithName } from './user-keys.js';
import { placeOf, providersOf, scoreOf } from './user-order.js';

/** What has a set of ids. */
export type RareStatus = Exclude<UserStatus, 'active'>;
/** Accounts of this provider have no set: earlier releases knew no other, and wrote none for it. */
export const PROVIDER_WITHOUT_SET: ProviderId = 'entra';
export type TimeKey = Extract<SortKey, 'created_at' | 'last_login_at'>;

/**
 * The form of the places by name, as `nameKey` makes them. Another form needs another number here, and the keys of this one in
 * `earlierNames`: then whoever stands in them is moved.
 */
const NAMES_FORM = 2;

/** The names of the directory's keys. They share one hash tag and so one slot of a cluster, as scripts over several keys need. */
export type DirectoryKeys = ReturnType<typeof directoryKeys>;

export function directoryKeys(prefix: string) {
  const key = (name: string) => `${prefix}{directory}:${name}`;
  return {
    /** Hash: id → record. */
    users: key('users'),
    /** Hash: id → password hash. Apart from the records, so that no list carries one. */
    passwords: key('passwords'),
    /** Hash: id → what the last sign-in through a provider said, where that isn't the usual. */
    claims: key('claims'),
    /** Hash: digest of an identity → id. */
    identities: key('identities'),
    /** Sets of ids, by how these administrators sign in: which ways are open may change from one start to the next. */
    administrators: (by: ProviderId) => key(`administrators:${by}`),
    /** Sorted set of places, all with the score 0. It also finds and guards the emails. */
    emails: key('by-email'),
    /**
     * Two sorted sets of places, all with the score 0: of those whose email starts with their name, and of the others.
     * A search finds the first kind by name and by email in one order, since it knows where in it they are.
     */
    names: (areInEmail: boolean) => key(`${areInEmail ? 'by-name' : 'by-name-unlike-email'}:${NAMES_FORM}`),
    /** Where earlier versions keep those two orders. */
    earlierNames: [key('by-name'), key('by-name-unlike-email')],
    /** Sorted set of ids, scored with a time. */
    times: (sort: TimeKey) => key(`by-${sort}`),
    /** Sets of ids; the common values have none, since a page of them is soon found by walking an order. */
    withRole: (name: string) => key(`role:${name}`),
    inTeam: (id: string) => key(`team:${id}`),
    withStatus: (status: RareStatus) => key(`status:${status}`),
    withProvider: (provider: ProviderId) => key(`provider:${provider}`),
  };
}

/** A command that a script carries out: its name, its key, its arguments. */
export type Step = readonly [command: string, key: string, ...args: string[]];

/** The steps that make the indexes find `after` where they found `before`. */
export function indexSteps(keys: DirectoryKeys, before: User | undefined, after: User | undefined): Step[] {
  const old = before === undefined ? [] : entriesOf(keys, before);
  const current = after === undefined ? [] : entriesOf(keys, after);
  const isIn = (entries: readonly Entry[], { put }: Entry) =>
    entries.some((entry) => entry.put.join('\n') === put.join('\n'));
  return [
    ...old.filter((entry) => !isIn(current, entry)).map(({ drop }) => drop),
    ...current.filter((entry) => !isIn(old, entry)).map(({ put }) => put),
  ];
}

/** A place in an index where a user is found, by what puts it there and what takes it away. */
interface Entry {
  readonly put: Step;
  readonly drop: Step;
}

function entriesOf(keys: DirectoryKeys, user: User): Entry[] {
  const id = compactId(user.id);
  const placed = (key: string, place: string): Entry => ({
    put: ['ZADD', key, '0', place],
    drop: ['ZREM', key, place],
  });
  const scored = (key: string, time: string | null): Entry => ({
    put: ['ZADD', key, `${scoreOf(time)}`, id],
    drop: ['ZREM', key, id],
  });
  const ordered = [
    placed(keys.emails, placeOf(user, 'email')),
    placed(keys.names(emailStartsWithName(user)), placeOf(user, 'full_name')),
    scored(keys.times('created_at'), user.createdAt),
    scored(keys.times('last_login_at'), user.lastLoginAt),
  ];
  const sets = setsOf(keys, user).map((key): Entry => ({ put: ['SADD', key, id], drop: ['SREM', key, id] }));
  const identities = identitiesOf(user).map((identity): Entry => {
    const field = identityField(identity);
    return { put: ['HSET', keys.identities, field, id], drop: ['HDEL', keys.identities, field] };
  });
  return [...ordered, ...sets, ...identities];
}

function setsOf(keys: DirectoryKeys, user: User): string[] {
  const sets = [
    ...administersBy(user).map((way) => keys.administrators(way)),
    user.status === 'active' ? undefined : keys.withStatus(user.status),
    ...providersOf(user)
      .filter((provider) => provider !== PROVIDER_WITHOUT_SET)
      .map((provider) => keys.withProvider(provider)),
    ...user.roles.map(({ name }) => keys.withRole(name)),
    ...user.teams.map(({ name }) => keys.inTeam(name)),
  ];
  return [...new Set(sets.filter((key) => key !== undefined))];
}

/** A digest of 84 bits, since a million identities in full take much room. Whoever finds a user by it compares. */
export function identityField({ provider, providerScope, providerId }: IdentityKey): string {
  const identity = JSON.stringify([provider, providerScope, providerId]);
  return createHash('sha256').update(identity).digest('base64url').slice(0, 14);
}

/** Where in the order of the emails the holder of this one would stand, as a range of ZRANGE BYLEX. */
export function emailRange(email: string): readonly [from: string, to: string] {
  return [`[${fold(email)}\0`, `(${fold(email)}\u0001`];
}
