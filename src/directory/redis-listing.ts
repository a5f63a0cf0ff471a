import { fullId } from '../identity/compact-id.js';
import type { RedisClient } from '../redis/connection.js';
import type { User, UserPage, UserQuery } from './directory.js';
import { type Candidates, CHUNK, idAt, narrowestCandidates } from './redis-candidates.js';
import type { DirectoryKeys } from './redis-keys.js';
import { inOrder, isAhead, type Place, placeOf } from './user-order.js';
import { type PlacedUser, parseWalk, toPage, userFilter, type Walk } from './user-page.js';
import { readRecord } from './user-record.js';

/** Up to so many candidates are gathered at once, and so many users are walked past before candidates are gathered after all. */
const FEW = 5_000;

/**
 * A page of users. Where a filter leaves few, they are gathered and sorted here; where it leaves many, a page of
 * them is soon met by walking the order, unless they all stand at its far end.
 */
export async function listUsers(
  redis: RedisClient,
  keys: DirectoryKeys,
  query: UserQuery,
): Promise<UserPage> {
  const walk = parseWalk(query);
  const search: Search = { redis, keys, query, walk, matches: userFilter(query) };
  const candidates = await narrowestCandidates(redis, keys, query);
  return toPage(await findUsers(search, candidates), query);
}

interface Search {
  readonly redis: RedisClient;
  readonly keys: DirectoryKeys;
  readonly query: UserQuery;
  readonly walk: Walk;
  matches(user: User): boolean;
}

async function findUsers(search: Search, candidates: Candidates | undefined): Promise<PlacedUser[]> {
  if (candidates === undefined) return (await walkOrder(search, Number.POSITIVE_INFINITY)).found;
  if (candidates.count <= FEW) return gather(search, candidates);
  const { found, isComplete } = await walkOrder(search, FEW);
  return isComplete ? found : gather(search, candidates);
}

/** Of all candidates the first `wanted` ahead. */
async function gather(search: Search, candidates: Candidates): Promise<PlacedUser[]> {
  const { walk, query } = search;
  const seen = new Set<string>();
  let found: PlacedUser[] = [];
  for await (const ids of candidates.ids()) {
    const fresh = ids.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    const met = (await readUsers(search, [...new Set(fresh)]))
      .filter((user) => user !== undefined)
      .filter((user) => search.matches(user))
      .map((user) => ({ user, place: placeOf(user, query.sort) }))
      .filter(({ place }) => isAhead(place, walk));
    found = inOrder([...found, ...met], walk.downwards).slice(0, walk.wanted);
  }
  return found;
}

/** Goes through the order until `wanted` users are found, it ends, or `budget` users were passed. */
async function walkOrder(
  search: Search,
  budget: number,
): Promise<{ found: PlacedUser[]; isComplete: boolean }> {
  const { wanted } = search.walk;
  const found: PlacedUser[] = [];
  let { from } = search.walk;
  let passed = 0;
  for (let size = wanted; passed < budget; size = CHUNK) {
    const places = await readPlaces(search, from, size);
    const users = await readUsers(search, places.map(idAt));
    places.forEach((place, index) => {
      const user = users[index];
      if (user && search.matches(user)) found.push({ user, place });
    });
    if (found.length >= wanted || places.length < size) {
      return { found: found.slice(0, wanted), isComplete: true };
    }
    from = places.at(-1);
    passed += places.length;
  }
  return { found, isComplete: false };
}

function readPlaces(
  { redis, keys, query, walk }: Search,
  from: Place | undefined,
  count: number,
): Promise<Place[]> {
  const order = keys.order(query.sort);
  const limits = { BY: 'LEX', LIMIT: { offset: 0, count } } as const;
  const start = from === undefined ? undefined : `(${from}`;
  return walk.downwards
    ? redis.zRange(order, start ?? '+', '-', { ...limits, REV: true })
    : redis.zRange(order, start ?? '-', '+', limits);
}

async function readUsers({ redis, keys }: Search, ids: readonly string[]): Promise<Array<User | undefined>> {
  if (ids.length === 0) return [];
  const records = await redis.hmGet(keys.users, [...ids]);
  return ids.map((id, index) => {
    const record = records[index];
    return typeof record === 'string' ? readRecord(fullId(id), record) : undefined;
  });
}
