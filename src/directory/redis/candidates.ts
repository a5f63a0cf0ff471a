import type { RedisClient } from '../../redis/connection.js';
import type { UserQuery } from '../directory.js';
import { nameKeyPrefix } from '../name-key.js';
import { isByTime } from '../user-order.js';
import { type DirectoryKeys, PROVIDER_WITHOUT_SET, type RareStatus, wordKey } from './keys.js';
import { countOf, idsIn, type PlaceRange, withPrefix } from './ranges.js';
import type { Membership, Search } from './search.js';
import { countNotSignedIn, idsNotSignedIn } from './times.js';

const RARE_STATUSES: Readonly<Record<RareStatus, true>> = { pending: true, rejected: true, disabled: true };

/**
 * The sets for the filters by role, team, status and provider. A common value has no set of its own: its users are in
 * none of the sets of the rare values.
 */
export function membershipsOf(
  keys: DirectoryKeys,
  { role, team, status, provider }: UserQuery,
): Membership[] {
  return [
    ...(role === undefined ? [] : [{ key: keys.withRole(role), isIn: true }]),
    ...(team === undefined ? [] : [{ key: keys.inTeam(team), isIn: true }]),
    ...among(status, RARE_STATUSES, keys.withStatus),
    ...(provider === undefined ? [] : [withProvider(keys, provider)]),
  ];
}

/**
 * A user of the provider without a set is a user who isn't `local`: nobody signs in both with a password and with a
 * provider.
 */
function withProvider(keys: DirectoryKeys, provider: string): Membership {
  return provider === PROVIDER_WITHOUT_SET
    ? { key: keys.withProvider('local'), isIn: false }
    : { key: keys.withProvider(provider), isIn: true };
}

function among<Rare extends string>(
  wanted: string | undefined,
  rare: Readonly<Record<Rare, true>>,
  keyOf: (value: Rare) => string,
): Membership[] {
  if (wanted === undefined) return [];
  const values = Object.keys(rare) as Rare[]; // the keys of this record
  const known = values.find((value) => value === wanted);
  return known === undefined
    ? values.map((value) => ({ key: keyOf(value), isIn: false }))
    : [{ key: keyOf(known), isIn: true }];
}

/** The ranges of the users who match one term. They hold other users too: a range knows only the first word of a name. */
export interface TermRanges {
  /** Users whose email starts with the term or its word. */
  readonly emails: readonly PlaceRange[];
  /**
   * Users whose name starts with the word, among those whose email doesn't start with their name. The others are in the
   * range of the emails.
   */
  readonly names: readonly PlaceRange[];
  /** Users with the word elsewhere. */
  readonly words: readonly PlaceRange[];
  /** The beginnings of `emails`. */
  readonly starts: readonly string[];
  /** The word that the ranges are for; undefined if the term has none. */
  readonly word: string | undefined;
  /** The number of places in all ranges. */
  readonly size: number;
}

interface Candidates {
  /** The ids of users among whom all users of the query are, without repetition; undefined if there would be many ids. */
  readonly candidates: readonly string[] | undefined;
  /** The ranges of the term that fewest users match; undefined without a search text. */
  readonly narrowest: TermRanges | undefined;
}

/** An order by time needs no record to put a candidate in order, and so it may have more of them. */
const TIMED = 2;

export async function candidatesOf(search: Search): Promise<Candidates> {
  const { redis, memberships, limits, query } = search;
  const [terms, sets, asleep] = await Promise.all([
    rangesOfTerms(search),
    smallestFirst(redis, memberships),
    countNotSignedIn(search),
  ]);
  const [narrowest, second] = terms;
  const [smallest] = sets;
  const fewest = smallest?.size ?? Number.POSITIVE_INFINITY;
  const most = isByTime(query.sort) ? TIMED * limits.few : limits.few;
  const found = (candidates: readonly string[] | undefined) => ({ candidates, narrowest });
  if (asleep <= limits.few && asleep <= fewest && asleep <= (narrowest?.size ?? asleep))
    return found(await idsNotSignedIn(search));
  if (narrowest !== undefined && narrowest.size <= fewest) {
    if (narrowest.size <= most) return found(await idsInTerm(search, narrowest));
    if (second !== undefined && second.size <= TIMED * limits.few) {
      const inBoth = common(await Promise.all([narrowest, second].map((term) => idsInTerm(search, term))));
      if (inBoth.length <= limits.few) return found(inBoth);
    }
  }
  const soon = sets.length === 1 ? limits.few : limits.intersected;
  if (fewest > soon) return found(undefined);
  const inAll = await redis.sInter(sets.map(({ key }) => key));
  return found(inAll.length > limits.few ? undefined : inAll);
}

function common([one = [], other = []]: ReadonlyArray<readonly string[]>): readonly string[] {
  const known = new Set(other);
  return one.filter((id) => known.has(id));
}

async function smallestFirst(redis: RedisClient, memberships: readonly Membership[]) {
  const wanted = memberships.filter(({ isIn }) => isIn);
  const sized = await Promise.all(wanted.map(async ({ key }) => ({ key, size: await redis.sCard(key) })));
  return sized.sort((one, other) => one.size - other.size);
}

/** The most words of a search whose users are counted; further words hardly narrow it. */
const MOST_WORDS = 8;

/** The ranges of the terms of the search, the narrowest first: for each term those of its rarest word. */
async function rangesOfTerms({ redis, keys, terms = [] }: Search): Promise<TermRanges[]> {
  const ranges = await Promise.all(
    terms.slice(0, MOST_WORDS).map(async ({ addresses, words }) => {
      const byWord = words.slice(0, MOST_WORDS).map((word) => rangesOf(keys, addresses, word));
      const sized = await Promise.all(
        (byWord.length === 0 ? [rangesOf(keys, addresses, undefined)] : byWord).map(async (one) => {
          const all = [...one.emails, ...one.names, ...one.words];
          const counts = await Promise.all(all.map((range) => countOf(redis, range)));
          return { ...one, size: counts.reduce((sum, count) => sum + count, 0) };
        }),
      );
      return sized.sort(bySize).slice(0, 1);
    }),
  );
  return ranges.flat().sort(bySize);
}

function bySize(one: TermRanges, other: TermRanges): number {
  return one.size - other.size;
}

function rangesOf(
  keys: DirectoryKeys,
  addresses: readonly string[],
  word: string | undefined,
): Omit<TermRanges, 'size'> {
  const starts = withoutLonger(word === undefined ? addresses : [word, ...addresses]);
  const emails = starts.map((start) => ({ key: keys.emails, ...withPrefix(start) }));
  if (word === undefined) return { emails, names: [], words: [], starts, word };
  return {
    emails,
    names: [{ key: keys.names(false), ...withPrefix(nameKeyPrefix(word)) }],
    words: [{ key: keys.words, ...withPrefix(wordKey(word)) }],
    starts,
    word,
  };
}

/** The texts without those that begin with another one, and whose users are therefore found already. */
function withoutLonger(texts: readonly string[]): string[] {
  const distinct = [...new Set(texts)];
  return distinct.filter((text) => !distinct.some((one) => one !== text && text.startsWith(one)));
}

function idsInTerm({ redis }: Search, { emails, names, words }: TermRanges): Promise<readonly string[]> {
  return idsInAll(redis, [...emails, ...names, ...words]);
}

/** The ids of all users in these ranges, without repetition. */
export async function idsInAll(
  redis: RedisClient,
  ranges: readonly PlaceRange[],
): Promise<readonly string[]> {
  const ids = await Promise.all(ranges.map((range) => idsIn(redis, range)));
  return [...new Set(ids.flat())];
}
