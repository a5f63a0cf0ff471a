import type { RedisClient } from '../../redis/connection.js';
import type { UserPage, UserQuery } from '../directory.js';
import { inOrder, isAhead, isByTime, type Place } from '../user-order.js';
import { type PlacedUser, parseWalk, toPage, userFilter } from '../user-page.js';
import { termsOf } from '../user-search.js';
import { candidatesOf, membershipsOf, type TermRanges, TIMED } from './candidates.js';
import type { DirectoryKeys, TimeKey } from './keys.js';
import { completeNames } from './names.js';
import { idsInAll } from './places.js';
import { LIMITS, type Limits, matchesAt, matchesOf, readMatch, type Search } from './search.js';
import { type Passage, type Source, sourcesOf } from './sources.js';
import { timesOfIds } from './times.js';

/** The users that one command reads. */
const RECORDS = 250;
/** How many times the usual number of candidates is collected for a page that would be empty otherwise. */
const FAR = 16;

/**
 * A page of users. If the filters leave few users, these are collected and sorted here. If they leave many, a walk
 * along the order soon fills the page. If the matches lie far apart in the order, the page is short and names the place
 * to continue from.
 */
export async function listUsers(
  redis: RedisClient,
  keys: DirectoryKeys,
  query: UserQuery,
  limits: Limits = LIMITS,
): Promise<UserPage> {
  const search: Search = {
    redis,
    keys,
    query,
    walk: parseWalk(query),
    limits,
    terms: termsOf(query.q),
    memberships: membershipsOf(keys, query),
    matches: userFilter(query),
  };
  if (query.sort === 'full_name' || search.terms !== undefined) await completeNames(redis, keys);
  const { candidates, narrowest } = await candidatesOf(search);
  if (candidates !== undefined) {
    const { found, reached } = await gather(search, candidates);
    return toPage(found, query, reached);
  }
  const walked = await walkAlong(search, await sourcesOf(search, narrowest));
  const { found, reached } = (await lookAhead(search, narrowest, walked)) ?? walked;
  return toPage(found, query, reached);
}

interface Walked {
  readonly found: readonly PlacedUser[];
  /** The place that was reached, if there may be more users behind it. */
  readonly reached?: Place | undefined;
}

/**
 * The users behind a walk by time that ended without anybody. They are collected by the search text, so that no page is
 * empty only because they all stand far behind.
 */
async function lookAhead(
  search: Search,
  narrowest: TermRanges | undefined,
  { found, reached }: Walked,
): Promise<Walked | undefined> {
  const { redis, query, limits } = search;
  if (found.length > 0 || reached === undefined || narrowest === undefined || !isByTime(query.sort))
    return undefined;
  if (narrowest.size > FAR * limits.few) return undefined;
  const ids = await idsInAll(redis, narrowest.ranges);
  return gatherByTime({ ...search, walk: { ...search.walk, from: reached } }, ids, query.sort);
}

/** The first `wanted` candidates that match, ahead of the start of the walk. */
async function gather(search: Search, candidates: readonly string[]): Promise<Walked> {
  const { query, walk, limits } = search;
  if (candidates.length > limits.few && isByTime(query.sort))
    return gatherByTime(search, candidates, query.sort);
  const ahead = (await matchesOf(search, candidates)).filter(({ place }) => isAhead(place, walk));
  return { found: inOrder(ahead, walk.downwards).slice(0, walk.wanted).map(readMatch) };
}

/** Puts the candidates in order by their times, and reads as many of their records as the page needs. */
async function gatherByTime(search: Search, candidates: readonly string[], sort: TimeKey): Promise<Walked> {
  const { walk, limits } = search;
  const placed = (await timesOfIds(search, candidates, sort)).filter(({ place }) => isAhead(place, walk));
  const places = inOrder(placed, walk.downwards).map(({ place }) => place);
  const found: PlacedUser[] = [];
  let read = 0;
  while (read < places.length && read < TIMED * limits.few && found.length < walk.wanted) {
    found.push(...(await matchesAt(search, places.slice(read, read + RECORDS))).map(readMatch));
    read += RECORDS;
  }
  return { found: found.slice(0, walk.wanted), reached: read < places.length ? places[read - 1] : undefined };
}

/**
 * Walks until `wanted` users are found, the sources end, or the budget is spent. In the last case it gives the place
 * that it reached.
 */
async function walkAlong(search: Search, sources: readonly Source[]): Promise<Walked> {
  const { limits } = search;
  const { wanted } = search.walk;
  const found: PlacedUser[] = [];
  let { from } = search.walk;
  let spent = 0;
  for (let size = wanted; ; size = Math.min(3 * size, limits.places)) {
    const passages = await Promise.all(sources.map((source) => source.read(from, size)));
    const horizon = horizonOf(search, passages);
    const places = placesUpTo(search, passages, horizon);
    spent += passages.reduce((sum, { passed }) => sum + passed, 0);
    while (places.length > 0 && found.length < wanted) {
      const next = places.splice(
        0,
        search.terms === undefined && search.query.notSignedInSince === undefined
          ? wanted - found.length
          : RECORDS,
      );
      found.push(...(await matchesAt(search, next)).map(readMatch));
      spent += next.length * limits.record;
    }
    if (found.length >= wanted || horizon === undefined) return { found: found.slice(0, wanted) };
    if (spent >= limits.budget) return { found, reached: horizon };
    from = horizon;
  }
}

/**
 * The place up to which every source was read: the nearest end of a source that isn't exhausted. Undefined if all are
 * exhausted.
 */
function horizonOf({ walk }: Search, passages: readonly Passage[]): Place | undefined {
  const ends = passages.flatMap(({ isEnd, last }) => (isEnd || last === undefined ? [] : [{ place: last }]));
  return inOrder(ends, walk.downwards).at(0)?.place;
}

/** The places up to the horizon, in order and without repetition. */
function placesUpTo(
  { walk: { downwards } }: Search,
  passages: readonly Passage[],
  horizon: Place | undefined,
): Place[] {
  const all = [...new Set(passages.flatMap(({ places }) => places))];
  const known =
    horizon === undefined ? all : all.filter((place) => !isAhead(place, { from: horizon, downwards }));
  return passages.length === 1
    ? known
    : inOrder(
        known.map((place) => ({ place })),
        downwards,
      ).map(({ place }) => place);
}
