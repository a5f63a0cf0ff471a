import type { RedisClient } from '../../redis/connection.js';
import type { UserQuery } from '../directory.js';
import { nameKeyPrefix } from '../name-key.js';
import type { Prefixes } from '../user-page.js';
import { type DirectoryKeys, PROVIDER_WITHOUT_SET, type RareStatus } from './keys.js';
import { countOf, idsIn, type PlaceRange, withPrefix } from './ranges.js';
import type { Membership, Search } from './search.js';

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

/** The ids of users among whom all users of the query are, without repetition; undefined if there would be many ids. */
export async function fewCandidates(search: Search): Promise<readonly string[] | undefined> {
  const { redis, keys, prefixes, memberships, limits } = search;
  const ranges = prefixes === undefined ? [] : rangesOf(keys, prefixes);
  const [inRanges, sets] = await Promise.all([
    Promise.all(ranges.map((range) => countOf(redis, range))),
    smallestFirst(redis, memberships),
  ]);
  const matching = ranges.length === 0 ? Number.POSITIVE_INFINITY : inRanges.reduce((sum, one) => sum + one);
  const [smallest] = sets;
  const fewest = smallest?.size ?? Number.POSITIVE_INFINITY;
  if (matching <= limits.few && matching <= fewest) return idsInAll(redis, ranges);
  const soon = sets.length === 1 ? limits.few : limits.intersected;
  if (fewest > soon) return undefined;
  const inAll = await redis.sInter(sets.map(({ key }) => key));
  return inAll.length > limits.few ? undefined : inAll;
}

async function smallestFirst(redis: RedisClient, memberships: readonly Membership[]) {
  const wanted = memberships.filter(({ isIn }) => isIn);
  const sized = await Promise.all(wanted.map(async ({ key }) => ({ key, size: await redis.sCard(key) })));
  return sized.sort((one, other) => one.size - other.size);
}

/**
 * The ranges of the users whose email or name starts with the prefix. If the prefix is one word, the users whose email
 * starts with their name are in the range of the emails already, so their order by name isn't read.
 */
function rangesOf(keys: DirectoryKeys, prefixes: Prefixes): PlaceRange[] {
  const { name } = prefixes;
  const orders = name.includes(' ') ? [keys.names(false), keys.names(true)] : [keys.names(false)];
  return [
    ...emailRanges(keys, prefixes),
    ...orders.map((key) => ({ key, ...withPrefix(nameKeyPrefix(name)) })),
  ];
}

/** The ranges of the users whose email starts with one of the prefixes. */
export function emailRanges(keys: DirectoryKeys, { emails }: Prefixes): PlaceRange[] {
  return emails.map((email) => ({ key: keys.emails, ...withPrefix(email) }));
}

export async function idsInAll(
  redis: RedisClient,
  ranges: readonly PlaceRange[],
): Promise<readonly string[]> {
  const ids = await Promise.all(ranges.map((range) => idsIn(redis, range)));
  return [...new Set(ids.flat())];
}
