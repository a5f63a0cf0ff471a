import { fullId } from '../identity/compact-id.js';
import type { RedisClient } from '../redis/connection.js';
import type { UserQuery } from './directory.js';
import type { Membership } from './redis-candidates.js';
import type { DirectoryKeys } from './redis-keys.js';
import { idAt, type Place, placeIn, type Traits } from './user-order.js';
import type { PlacedUser, Prefixes, Walk } from './user-page.js';
import { readRecord, readTraits } from './user-record.js';

/** Records are read in chunks, so that no command keeps Redis from serving others for long. */
const CHUNK = 500;

/** How much is done for one page. */
export interface Limits {
  /** Up to so many candidates are gathered and sorted. */
  readonly few: number;
  /** Redis intersects sets where the smallest has no more members: it takes half a microsecond for each. */
  readonly intersected: number;
  /** So many places are passed at once at most, so that Redis is back within a few milliseconds. */
  readonly places: number;
  /** So much is spent on a walk, then the page is given as far as it got: a place costs 1, a record `record`. */
  readonly budget: number;
  readonly record: number;
}

export const LIMITS: Limits = { few: 3_000, intersected: 15_000, places: 1_000, budget: 5_000, record: 4 };

/** A query under way. */
export interface Search {
  readonly redis: RedisClient;
  readonly keys: DirectoryKeys;
  readonly query: UserQuery;
  readonly walk: Walk;
  readonly limits: Limits;
  /** Of the email or the name; undefined for everybody. */
  readonly prefixes: Prefixes | undefined;
  readonly memberships: readonly Membership[];
  matches(user: Traits): boolean;
}

/** Somebody who matches, not yet read in full. */
export interface Match {
  readonly place: Place;
  readonly record: string;
}

/** Those among these ids who match. */
export async function matchesOf(search: Search, ids: readonly string[]): Promise<Match[]> {
  return (await readMatches(search, ids)).filter((match) => match !== undefined);
}

/** Those among the users at these places who match. Whoever stands elsewhere by now isn’t met here: an order may lag behind. */
export async function matchesAt(search: Search, places: readonly Place[]): Promise<Match[]> {
  const matches = await readMatches(search, places.map(idAt));
  return matches.filter((match, index): match is Match => match?.place === places[index]);
}

async function readMatches(search: Search, ids: readonly string[]): Promise<Array<Match | undefined>> {
  const records = await readRecords(search, ids);
  return ids.map((id, index) => {
    const record = records[index];
    if (typeof record !== 'string') return undefined;
    const traits = readTraits(record);
    return search.matches(traits) ? { place: placeIn(search.query.sort, traits, id), record } : undefined;
  });
}

export function readMatch({ place, record }: Match): PlacedUser {
  return { place, user: readRecord(fullId(idAt(place)), record) };
}

async function readRecords({ redis, keys }: Search, ids: readonly string[]): Promise<Array<string | null>> {
  const chunks = Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, index) =>
    ids.slice(index * CHUNK, (index + 1) * CHUNK),
  );
  return (await Promise.all(chunks.map((chunk) => redis.hmGet(keys.users, chunk)))).flat();
}
