import { createHash } from 'node:crypto';
import { compactId } from '../../identity/compact-id.js';
import { fold } from '../../identity/fold.js';
import { firstEnd } from '../../identity/grant-end.js';
import { identitiesOf } from '../../identity/linked-identities.js';
import { roleNames } from '../../identity/roles.js';
import type { IdentityKey, ProviderId, SortKey, User, UserStatus } from '../directory.js';
import { cut, nameKeyPrefix } from '../name-key.js';
import { administersBy } from '../user-keys.js';
import { type Place, placeIn, placeOf, providersOf, scoreOf, type Traits } from '../user-order.js';
import { wordsOutside } from '../user-search.js';
import { type Order, withPrefix } from './ranges.js';

/** A status with a set of ids. */
export type RareStatus = Exclude<UserStatus, 'active'>;
/** The accounts of this provider have no set: earlier releases knew no other provider, and wrote no set. */
export const PROVIDER_WITHOUT_SET: ProviderId = 'entra';
export type TimeKey = Extract<SortKey, 'created_at' | 'last_login_at'>;
export type TextKey = Exclude<SortKey, TimeKey>;
const TEXT_KEYS: readonly TextKey[] = ['full_name', 'email'];

/**
 * The version of the places by name, as `nameKey` makes them, and of the words, as `wordsOutside` makes them. For another
 * form, raise this number and add the keys of the old number to the keys of earlier forms: users in those keys are then
 * moved. Form 3 has the words; in form 4 both are packed, and the places of a word are in order.
 */
const NAMES_FORM = 4;

/** The most UTF-16 units of a word in its order. More would need more memory and hardly narrow a search. */
const LONGEST_WORD = 7;
/** Stands between a word and the place of a user who has it. No word has this character. */
const AFTER_WORD = '\u0001';
const BEHIND_WORD = '\u0002';

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
    /** Packed order of places. */
    names: key(`by-name:${NAMES_FORM}`),
    /** Packed orders, one for each order by text: the words that this order doesn't find, each with a place in it. */
    words: (sort: TextKey) => key(`by-word:${sort}:${NAMES_FORM}`),
    /** Sorted sets of places by name in earlier forms. */
    earlierNames: ['', ':2', ':3'].flatMap((form) => [
      key(`by-name${form}`),
      key(`by-name-unlike-email${form}`),
    ]),
    /** Sorted set of an earlier form: word, NUL, id. */
    earlierWords: key('by-word:3'),
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

/** A command of Redis, or `PUT` or `TAKE` for a place of a packed order. */
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
  return TEXT_KEYS.some((sort) => key === keys.words(sort));
}

/** The order of all users by a text. */
export function orderOf(keys: DirectoryKeys, sort: TextKey): Order {
  return sort === 'email' ? { key: keys.emails, isPacked: false } : { key: keys.names, isPacked: true };
}

export function orderOfWords(keys: DirectoryKeys, sort: TextKey): Order {
  return { key: keys.words(sort), isPacked: true };
}

/** The range of the places whose sort key begins with a word. */
export function placesStarting(sort: TextKey, word: string) {
  return withPrefix(sort === 'full_name' ? nameKeyPrefix(word) : word);
}

/** The range of the places of all words that begin like this word of a search. */
export function wordsWith(word: string) {
  return withPrefix(cut(word, LONGEST_WORD));
}

/** Whether all words that begin like this word have the same places. */
export function isWholeWord(word: string): boolean {
  return word.length >= LONGEST_WORD;
}

/** The range of the places of a word, and the start of each of these places. The rest is a place in the order itself. */
export function placesOfWord(word: string) {
  const start = `${cut(word, LONGEST_WORD)}${AFTER_WORD}`;
  return { start, low: start, high: `${cut(word, LONGEST_WORD)}${BEHIND_WORD}` };
}

export function wordAt(place: Place): string {
  return place.slice(0, place.indexOf(AFTER_WORD));
}

/** The places of a user with these traits and this compact id in the packed orders. */
export function packedPlaces(keys: DirectoryKeys, traits: Traits, id: string): PackedPlace[] {
  return [
    { key: keys.names, place: placeIn('full_name', traits, id) },
    ...TEXT_KEYS.flatMap((sort) => {
      const inOrder = placeIn(sort, traits, id);
      const words = wordsOutside(inOrder, traits).map((word) => `${placesOfWord(word).start}${inOrder}`);
      return [...new Set(words)].map((place) => ({ key: keys.words(sort), place }));
    }),
  ];
}

interface PackedPlace {
  readonly key: string;
  readonly place: Place;
}

/** An entry of a user in an index, with the command that adds it and the command that removes it. */
interface Entry {
  readonly put: Step;
  readonly drop: Step;
}

function entriesOf(keys: DirectoryKeys, user: User): Entry[] {
  const id = compactId(user.id);
  const email = placeOf(user, 'email');
  const emails: Entry = { put: ['ZADD', keys.emails, '0', email], drop: ['ZREM', keys.emails, email] };
  const scored = (key: string, time: string | null): Entry => ({
    put: ['ZADD', key, `${scoreOf(time)}`, id],
    drop: ['ZREM', key, id],
  });
  const end = firstEnd([...user.roles, ...user.teams]);
  const ordered = [
    ...(end === undefined ? [] : [scored(keys.grantEnds, new Date(end).toISOString())]),
    emails,
    ...packedPlaces(keys, user, id).map(
      ({ key, place }): Entry => ({ put: ['PUT', key, place], drop: ['TAKE', key, place] }),
    ),
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
