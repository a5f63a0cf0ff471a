import type { RedisClient } from '../redis.js';
import { fullId } from './compact-id.js';
import type { User, UserPage, UserQuery } from './directory.js';
import type { DirectoryKeys } from './redis-keys.js';
import { fold, inOrder, isAhead, type Place, placeOf } from './user-order.js';
import { type PlacedUser, parseWalk, toPage, userFilter, type Walk } from './user-page.js';
import { readRecord } from './user-record.js';

/** As many candidates are gathered and sorted here; where a filter leaves more, a page of them is soon met on a walk. */
const FEW = 5_000;
/** Records and places are read in chunks, so that no command keeps Redis from serving others for long. */
const CHUNK = 500;

/** A page of users: from the few that a filter leaves, else by walking the order until the page is full. */
export async function listUsers(
  redis: RedisClient,
  keys: DirectoryKeys,
  query: UserQuery,
): Promise<UserPage> {
  const walk = parseWalk(query);
  const candidates = await findFewCandidates(redis, keys, query);
  const found = candidates
    ? await sortCandidates(redis, keys, query, walk, candidates)
    : await walkOrder(redis, keys, query, walk);
  return toPage(found, query);
}

/** A filter that knows the ids of those who may pass it. */
interface Source {
  count(): Promise<number>;
  ids(): Promise<string[]>;
}

async function findFewCandidates(redis: RedisClient, keys: DirectoryKeys, query: UserQuery) {
  const sources = sourcesOf(redis, keys, query);
  const counts = await Promise.all(sources.map((source) => source.count()));
  const least = Math.min(...counts);
  return least > FEW ? undefined : sources[counts.indexOf(least)]?.ids();
}

function sourcesOf(redis: RedisClient, keys: DirectoryKeys, query: UserQuery): Source[] {
  const sets = [
    query.role === undefined ? undefined : keys.withRole(query.role),
    query.status && keys.withStatus(query.status),
    query.provider && keys.withProvider(query.provider),
  ].filter((key) => key !== undefined);
  const prefix = fold(query.q ?? '');
  return [
    ...sets.map((key) => ({ count: () => redis.sCard(key), ids: () => redis.sMembers(key) })),
    ...(prefix === '' ? [] : [prefixSource(redis, keys, prefix)]),
  ];
}

function prefixSource(redis: RedisClient, keys: DirectoryKeys, prefix: string): Source {
  const orders = [keys.order('email'), keys.order('full_name')];
  const from = `[${prefix}`;
  const to = Buffer.concat([Buffer.from(`(${prefix}`), Buffer.of(0xff)]); // no UTF-8 text reaches this byte
  return {
    async count() {
      const counts = await Promise.all(orders.map((order) => redis.zLexCount(order, from, to)));
      return counts.reduce((sum, count) => sum + count);
    },
    async ids() {
      const places = await Promise.all(orders.map((order) => redis.zRange(order, from, to, { BY: 'LEX' })));
      return [...new Set(places.flat().map(idAt))];
    },
  };
}

async function sortCandidates(
  redis: RedisClient,
  keys: DirectoryKeys,
  query: UserQuery,
  walk: Walk,
  ids: readonly string[],
): Promise<PlacedUser[]> {
  const users = await readUsers(redis, keys, ids);
  const matching = users
    .filter((user) => user !== undefined)
    .filter(userFilter(query))
    .map((user) => ({ user, place: placeOf(user, query.sort) }))
    .filter(({ place }) => isAhead(place, walk));
  return inOrder(matching, walk.downwards).slice(0, walk.wanted);
}

async function walkOrder(
  redis: RedisClient,
  keys: DirectoryKeys,
  query: UserQuery,
  walk: Walk,
): Promise<PlacedUser[]> {
  const matches = userFilter(query);
  const found: PlacedUser[] = [];
  let { from } = walk;
  let size = walk.wanted;
  while (found.length < walk.wanted) {
    const places = await readPlaces(redis, keys, query, { ...walk, from }, size);
    const users = await readUsers(redis, keys, places.map(idAt));
    places.forEach((place, index) => {
      const user = users[index];
      if (user && matches(user)) found.push({ user, place });
    });
    if (places.length < size) break;
    from = places.at(-1);
    size = CHUNK;
  }
  return found.slice(0, walk.wanted);
}

function readPlaces(
  redis: RedisClient,
  keys: DirectoryKeys,
  { sort }: UserQuery,
  { downwards, from }: Walk,
  count: number,
): Promise<Place[]> {
  const limits = { BY: 'LEX', LIMIT: { offset: 0, count } } as const;
  const start = from === undefined ? undefined : `(${from}`;
  return downwards
    ? redis.zRange(keys.order(sort), start ?? '+', '-', { ...limits, REV: true })
    : redis.zRange(keys.order(sort), start ?? '-', '+', limits);
}

async function readUsers(
  redis: RedisClient,
  keys: DirectoryKeys,
  ids: readonly string[],
): Promise<Array<User | undefined>> {
  const chunks: Array<Promise<Array<string | null>>> = [];
  for (let start = 0; start < ids.length; start += CHUNK) {
    chunks.push(redis.hmGet(keys.users, ids.slice(start, start + CHUNK)));
  }
  const records = (await Promise.all(chunks)).flat();
  return records.map((record, index) => {
    const id = ids[index];
    return record === null || id === undefined ? undefined : readRecord(fullId(id), record);
  });
}

function idAt(place: Place): string {
  return place.slice(place.lastIndexOf('\0') + 1);
}
