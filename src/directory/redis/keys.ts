import { createHash } from 'node:crypto';
import { compactId } from '../../identity/compact-id.js';
import { fold } from '../../identity/fold.js';
import { firstEnd } from '../../identity/grant-end.js';
import { identitiesOf } from '../../identity/linked-identities.js';
import { roleNames } from '../../identity/roles.js';
import type { IdentityKey, ProviderId, SortKey, User, UserStatus } from '../directory.js';
import { cut } from '../name-key.js';
import { administersBy, emailStartsWithName } from '../user-keys.js';
import { type Place, placeOf, providersOf, scoreOf } from '../user-order.js';
import { laterWords } from '../user-search.js';

/** A status with a set of ids. */
export type RareStatus = Exclude<UserStatus, 'active'>;
/** The accounts of this provider have no set: earlier releases knew no other provider, and wrote no set. */
export const PROVIDER_WITHOUT_SET: ProviderId = 'entra';
export type TimeKey = Extract<SortKey, 'created_at' | 'last_login_at'>;

/**
 * The version of the places by name, as `nameKey` makes them, and of the words of names, as `laterWords` makes them. For
 * another form, raise this number and add the keys of the old number to `earlierNames`: users in those keys are then
 * moved. Form 3 has the words.
 */
const NAMES_FORM = 3;

/** The most UTF-16 units of a word in its order. More would need more memory and hardly narrow a search. */
const LONGEST_WORD = 7;

/** The directory's keys. They share one hash tag, and so one slot of a cluster, since scripts use several of them. */
export type DirectoryKeys = ReturnType<typeof directoryKeys>;

export function directoryKeys(prefix: string) {
  const key = (name: string) => `${prefix}{directory}:${name}`;
  return {
    /** Hash: id → record. */
    users: key('users'),
    /** Hash: id → password hash. It is apart from the records, so that no list of users reads a password hash. */
    passwords: key('passwords'),
    /** Hash: id → claims of the last sign-in through a provider, if they aren't the usual ones. */
    claims: key('claims'),
    /** Hash: digest of an identity → id. */
    identities: key('identities'),
    /**
     * Sets of the ids of administrators, one for each way in, since the open ways may change from one start to the
     * next.
     */
    administrators: (by: ProviderId) => key(`administrators:${by}`),
    /** Sorted set of places, all with the score 0. It serves to find an email, and to keep emails unique. */
    emails: key('by-email'),
    /**
     * Two sorted sets of places, all with the score 0: one for users whose email starts with their name, and one for
     * the other users. For a user of the first set, a search can tell the place in the order by email from the name,
     * and the other way round, so it needs only one of the two orders.
     */
    names: (areInEmail: boolean) => key(`${areInEmail ? 'by-name' : 'by-name-unlike-email'}:${NAMES_FORM}`),
    /** The keys of these two orders in earlier versions. */
    earlierNames: [
      key('by-name'),
      key('by-name-unlike-email'),
      key('by-name:2'),
      key('by-name-unlike-email:2'),
    ],
    /** Sorted set of places, all with the score 0: words of users that the orders by name and by email don't find. */
    words: key(`by-word:${NAMES_FORM}`),
    /** Sorted set of ids, scored with a time. */
    times: (sort: TimeKey) => key(`by-${sort}`),
    /** Sorted set of ids of users with a role or membership that ends, scored with the time of the first end. */
    grantEnds: key('by-grant-end'),
    /** Set of the names of all roles that were ever given, so that the roles in use can be found. */
    roles: key('roles'),
    /** Sets of ids. Common values have no set, since a walk along any order soon fills a page of their users. */
    withRole: (name: string) => key(`role:${name}`),
    inTeam: (id: string) => key(`team:${id}`),
    withStatus: (status: RareStatus) => key(`status:${status}`),
    withProvider: (provider: ProviderId) => key(`provider:${provider}`),
  };
}

export type Step = readonly [command: string, key: string, ...args: string[]];

/** The steps that replace the entries of `before` in the indexes by those of `after`. */
export function indexSteps(keys: DirectoryKeys, before: User | undefined, after: User | undefined): Step[] {
  const old = before === undefined ? [] : entriesOf(keys, before);
  const current = after === undefined ? [] : entriesOf(keys, after);
  const isIn = (entries: readonly Entry[], { put }: Entry) =>
    entries.some((entry) => entry.put.join('\n') === put.join('\n'));
  return [
    ...old.filter((entry) => !isIn(current, entry)).map(({ drop }) => drop),
    ...current.filter((entry) => isAlwaysPut(keys, entry) || !isIn(old, entry)).map(({ put }) => put),
    ...newRoles(before, after).map((name): Step => ['SADD', keys.roles, name]),
  ];
}

function newRoles(before: User | undefined, after: User | undefined): readonly string[] {
  const held = roleNames(before?.roles ?? []);
  return roleNames(after?.roles ?? []).filter((name) => !held.includes(name));
}

/** An instance of an earlier version leaves out words when it writes a user, so each later write puts them again. */
function isAlwaysPut(keys: DirectoryKeys, { put: [, key] }: Entry): boolean {
  return key === keys.words;
}

/** The start of the places of a word from `laterWords`, or of a word of a search. */
export function wordKey(word: string): string {
  return cut(word, LONGEST_WORD);
}

/** The places of the words of a user with these traits and this compact id. */
export function wordPlaces(traits: Parameters<typeof laterWords>[0], id: string): readonly Place[] {
  return [...new Set(laterWords(traits).map(wordKey))].map((word) => `${word}\0${id}`);
}

/** An entry of a user in an index, with the command that adds it and the command that removes it. */
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
  const end = firstEnd([...user.roles, ...user.teams]);
  const ordered = [
    ...(end === undefined ? [] : [scored(keys.grantEnds, new Date(end).toISOString())]),
    placed(keys.emails, placeOf(user, 'email')),
    placed(keys.names(emailStartsWithName(user)), placeOf(user, 'full_name')),
    ...wordPlaces(user, id).map((place) => placed(keys.words, place)),
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

/**
 * A digest of 84 bits, since a million whole identities would take much memory. A caller that finds a user by the
 * digest compares the whole identity too.
 */
export function identityField({ provider, providerScope, providerId }: IdentityKey): string {
  const identity = JSON.stringify([provider, providerScope, providerId]);
  return createHash('sha256').update(identity).digest('base64url').slice(0, 14);
}

/** The range of ZRANGE BYLEX in which a user with this confirmed email stands. */
export function emailRange(email: string): readonly [from: string, to: string] {
  return [`[${fold(email)}\0`, `(${fold(email)}\u0001`];
}
