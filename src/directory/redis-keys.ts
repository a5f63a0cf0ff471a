import { compactId } from '../identity/compact-id.js';
import type { IdentityKey, ProviderId, SortKey, User, UserStatus } from './directory.js';
import { identityOf, isActiveAdmin } from './user-keys.js';
import { fold, placeOf, SORT_KEYS } from './user-order.js';

/** The names of the directory's keys. They share one hash tag and so one slot of a cluster, as scripts over several keys need. */
export type DirectoryKeys = ReturnType<typeof directoryKeys>;

export function directoryKeys(prefix: string) {
  const key = (name: string) => `${prefix}{directory}:${name}`;
  return {
    /** Hash: id → record. */
    users: key('users'),
    /** Hash: id → password hash. Apart from the records, so that no list carries one. */
    passwords: key('passwords'),
    /** Hash: identity → id. */
    identities: key('identities'),
    /** Set of ids. */
    administrators: key('administrators'),
    /** Sorted set of places, all with the score 0. That of the emails also finds and guards them. */
    order: (sort: SortKey) => key(`by-${sort}`),
    /** Sets of ids; the common values have none, since a page of them is soon found by walking an order. */
    withRole: (name: string) => key(`role:${name}`),
    withStatus: (status: UserStatus) => (status === 'active' ? undefined : key(`status:${status}`)),
    withProvider: (provider: ProviderId) => (provider === 'entra' ? undefined : key(`provider:${provider}`)),
  };
}

/** A command that a script carries out: its name, its key, its arguments. */
export type Step = readonly [command: string, key: string, ...args: string[]];

/** The steps that make the indexes find `after` where they found `before`. */
export function indexSteps(keys: DirectoryKeys, before: User | undefined, after: User): Step[] {
  const old = before === undefined ? [] : entriesOf(keys, before);
  const current = entriesOf(keys, after);
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
  const identity = identityOf(user);
  const ordered = SORT_KEYS.map((sort): Entry => {
    const key = keys.order(sort);
    const place = placeOf(user, sort);
    return { put: ['ZADD', key, '0', place], drop: ['ZREM', key, place] };
  });
  const sets = setsOf(keys, user).map((key): Entry => ({ put: ['SADD', key, id], drop: ['SREM', key, id] }));
  if (identity === undefined) return [...ordered, ...sets];
  const field = identityField(identity);
  const { identities } = keys;
  return [...ordered, ...sets, { put: ['HSET', identities, field, id], drop: ['HDEL', identities, field] }];
}

function setsOf(keys: DirectoryKeys, user: User): string[] {
  const sets = [
    isActiveAdmin(user) ? keys.administrators : undefined,
    keys.withStatus(user.status),
    keys.withProvider(user.provider),
    ...user.roles.map(({ name }) => keys.withRole(name)),
  ];
  return [...new Set(sets.filter((key) => key !== undefined))];
}

export function identityField({ provider, tenantId, providerId }: IdentityKey): string {
  return `${provider}:${compactId(tenantId)}:${compactId(providerId)}`;
}

/** Where in the order of the emails the holder of this one would stand, as a range of ZRANGE BYLEX. */
export function emailRange(email: string): readonly [from: string, to: string] {
  return [`[${fold(email)}\0`, `(${fold(email)}\u0001`];
}
