import type { RedisClient } from '../../redis/connection.js';
import { idAt, type Place } from '../user-order.js';
import { allPacked, countPacked } from './packed.js';
import { fromLow, type PlaceRange, toHigh } from './ranges.js';

/** The number of places in all ranges; an estimate if they are many. */
export async function countIn(redis: RedisClient, ranges: readonly PlaceRange[]): Promise<number> {
  const counts = await Promise.all(
    ranges.map((range) =>
      range.isPacked
        ? countPacked(redis, range)
        : redis.zLexCount(range.key, fromLow(range.low), toHigh(range.high)),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The compact ids of all users in these ranges, which should hold few, without repetition. */
export async function idsInAll(
  redis: RedisClient,
  ranges: readonly PlaceRange[],
): Promise<readonly string[]> {
  const places = await Promise.all(ranges.map((range) => allIn(redis, range)));
  return [...new Set(places.flat().map(idAt))];
}

function allIn(redis: RedisClient, range: PlaceRange): Promise<Place[]> {
  const { key, isPacked, low, high } = range;
  return isPacked ? allPacked(redis, range) : redis.zRange(key, fromLow(low), toHigh(high), { BY: 'LEX' });
}
