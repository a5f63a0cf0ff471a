import type { RedisClient } from '../../redis/connection.js';
import type { UserQuery } from '../directory.js';
import { isByTime } from '../user-order.js';
import { isInAll, type Term } from '../user-search.js';
import {
  type DirectoryKeys,
  orderOf,
  orderOfWords,
  PROVIDER_WITHOUT_SET,
  placesStarting,
  type RareStatus,
  type TextKey,
  wordsWith,
} from './keys.js';
import { countIn, idsInAll } from './places.js';
import { type PlaceRange, withPrefix } from './ranges.js';
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

/** The ranges that hold the users who match one term. */
export interface TermRanges {
  /** Together they hold all these users, and others too: not every user of a range has the whole term. */
  readonly ranges: readonly PlaceRange[];
  readonly size: number;
  /** A word that all these users have; undefined if there is none. */
  readonly word: string | undefined;
}

interface Candidates {
  /** The ids of users among whom all users of the query are, without repetition; undefined if there would be many ids. */
  readonly candidates: readonly string[] | undefined;
  /** The ranges of the term that fewest users match; undefined without a search text. */
  readonly narrowest: TermRanges | undefined;
}

/** An order by time needs no record to put a candidate in order, and so it may have more of them. */
export const TIMED = 2;

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
    if (narrowest.size <= most) return found(await idsInAll(redis, narrowest.ranges));
    if (second !== undefined && second.size <= TIMED * limits.few) {
      const inBoth = common(
        await Promise.all([narrowest, second].map(({ ranges }) => idsInAll(redis, ranges))),
      );
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
async function rangesOfTerms({ redis, keys, query, terms = [] }: Search): Promise<TermRanges[]> {
  const sort = query.sort === 'email' ? 'email' : 'full_name';
  const rarest = terms.slice(0, MOST_WORDS).map(async (term) => {
    const byWord = term.words.slice(0, MOST_WORDS).map((word) => rangesOf(keys, sort, term, word));
    const possible = byWord.length > 0 ? byWord : [{ ranges: emailsOf(keys, term), word: term.first }];
    const sized = possible.map(async (one) => ({ ...one, size: await countIn(redis, one.ranges) }));
    return (await Promise.all(sized)).sort(bySize).slice(0, 1);
  });
  return (await Promise.all(rarest)).flat().sort(bySize);
}

function bySize(one: TermRanges, other: TermRanges): number {
  return one.size - other.size;
}

function rangesOf(keys: DirectoryKeys, sort: TextKey, term: Term, word: string): Omit<TermRanges, 'size'> {
  const ranges = [
    { ...orderOf(keys, sort), ...placesStarting(sort, word) },
    { ...orderOfWords(keys, sort), ...wordsWith(word) },
  ];
  return isInAll(term, word)
    ? { ranges, word }
    : { ranges: [...ranges, ...emailsOf(keys, term)], word: term.first };
}

function emailsOf(keys: DirectoryKeys, { addresses }: Term): PlaceRange[] {
  return withoutLonger(addresses).map((start) => ({ ...orderOf(keys, 'email'), ...withPrefix(start) }));
}

/** The texts without those that begin with another one, and whose users are therefore found already. */
function withoutLonger(texts: readonly string[]): string[] {
  const distinct = [...new Set(texts)];
  return distinct.filter((text) => !distinct.some((one) => one !== text && text.startsWith(one)));
}
