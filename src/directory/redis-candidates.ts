import type { RedisClient } from '../redis/connection.js';
import type { UserQuery } from './directory.js';
import type { DirectoryKeys } from './redis-keys.js';
import { fold, type Place } from './user-order.js';

/** Places, ids and records are read in chunks, so that no command keeps Redis from serving others for long. */
export const CHUNK = 500;

/** Those among whom the users of a query are: what its narrowest filter leaves. */
export interface Candidates {
  readonly count: number;
  /** Their ids in chunks, each at least once. */
  ids(): AsyncIterable<readonly string[]>;
}

/** Undefined where no filter of the query has an index. */
export async function narrowestCandidates(
  redis: RedisClient,
  keys: DirectoryKeys,
  query: UserQuery,
): Promise<Candidates | undefined> {
  const prefix = fold(query.q ?? '');
  const sets = [
    query.role === undefined ? undefined : keys.withRole(query.role),
    query.status && keys.withStatus(query.status),
    query.provider && keys.withProvider(query.provider),
  ].filter((key) => key !== undefined);
  const candidates = await Promise.all([
    ...sets.map((key) => membersOf(redis, key)),
    ...(prefix === '' ? [] : [startingWith(redis, keys, prefix)]),
  ]);
  return candidates.toSorted((one, other) => one.count - other.count).at(0);
}

async function membersOf(redis: RedisClient, key: string): Promise<Candidates> {
  return {
    count: await redis.sCard(key),
    ids: () => redis.sScanIterator(key, { COUNT: CHUNK }),
  };
}

/** Those whose email or name starts with the prefix: a range in each of these two orders. */
async function startingWith(redis: RedisClient, keys: DirectoryKeys, prefix: string): Promise<Candidates> {
  const orders = [keys.order('email'), keys.order('full_name')];
  const end = Buffer.concat([Buffer.from(`(${prefix}`), Buffer.of(0xff)]); // no UTF-8 text has this byte
  const counts = await Promise.all(orders.map((order) => redis.zLexCount(order, `[${prefix}`, end)));
  return {
    count: counts.reduce((sum, count) => sum + count),
    async *ids() {
      for (const order of orders) {
        let places: Place[] = [];
        let start = `[${prefix}`;
        do {
          places = await redis.zRange(order, start, end, { BY: 'LEX', LIMIT: { offset: 0, count: CHUNK } });
          yield places.map(idAt);
          start = `(${places.at(-1)}`;
        } while (places.length === CHUNK);
      }
    },
  };
}

/** The compact id at the end of a place. */
export function idAt(place: Place): string {
  return place.slice(place.lastIndexOf('\0') + 1);
}
