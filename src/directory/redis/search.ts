import { fullId } from '../../identity/compact-id.js';
import type { RedisClient } from '../../redis/connection.js';
import type { UserQuery } from '../directory.js';
import { idAt, type Place, placeIn, type Traits } from '../user-order.js';
import type { PlacedUser, Walk } from '../user-page.js';
import { readRecord, readTraits } from '../user-record.js';
import type { Term } from '../user-search.js';
import type { DirectoryKeys } from './keys.js';

/** The records that one command reads, so that Redis serves others in between. */
const CHUNK = 500;

/** The most work for one page. */
export interface Limits {
  /** The most candidates that are collected and sorted. */
  readonly few: number;
  /** The most members of the smallest set for an intersection: Redis takes half a microsecond for each. */
  readonly intersected: number;
  /** The most places that one script passes, so that Redis takes only a few milliseconds for it. */
  readonly places: number;
  /** The most work for a walk, in units: a place costs 1, a record costs `record`. When it is spent, the page ends. */
  readonly budget: number;
  readonly record: number;
}

export const LIMITS: Limits = { few: 3_000, intersected: 15_000, places: 1_000, budget: 5_000, record: 4 };

/** A set of ids that holds all users of a query, or none of them. */
export interface Membership {
  readonly key: string;
  readonly isIn: boolean;
}

export interface Search {
  readonly redis: RedisClient;
  readonly keys: DirectoryKeys;
  readonly query: UserQuery;
  readonly walk: Walk;
  readonly limits: Limits;
  /** The terms of the search text; undefined if the search is for everybody. */
  readonly terms: readonly Term[] | undefined;
  readonly memberships: readonly Membership[];
  matches(user: Traits): boolean;
}

/** A user who matches, with the record as stored text. */
export interface Match {
  readonly place: Place;
  readonly record: string;
}

/** The users with these ids who match. */
export async function matchesOf(search: Search, ids: readonly string[]): Promise<Match[]> {
  return (await readMatches(search, ids)).filter((match) => match !== undefined);
}

/**
 * The users at these places who match. An order may lag behind, so a user whose place is another one by now is left
 * out.
 */
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
