import type { RedisClient } from '../../redis/connection.js';
import { comparePlaces, idAt, type Place } from '../user-order.js';

/**
 * A range of a sorted set of places, from `low` (included) to `high` (excluded); `high` is undefined at the end of the
 * set.
 */
export interface PlaceRange {
  readonly key: string;
  readonly low: string;
  readonly high: string | undefined;
}

/** The range of all texts that start with the prefix. */
export function withPrefix(prefix: string): { readonly low: string; readonly high: string | undefined } {
  return { low: prefix, high: behindAll(prefix) };
}

/**
 * The first text after all texts that start with the prefix. It is the prefix with its last character replaced by the
 * next one. If the last character is the highest that there is, the character before it is replaced, and the rest is
 * cut off.
 */
function behindAll(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  const last = points.findLastIndex((point) => point < 0x10ffff);
  if (last === -1) return undefined;
  const next = points[last] === 0xd7ff ? 0xe000 : (points[last] ?? 0) + 1; // the next code points are surrogates, which aren’t characters
  return String.fromCodePoint(...points.slice(0, last), next);
}

export function countOf(redis: RedisClient, { key, low, high }: PlaceRange): Promise<number> {
  return redis.zLexCount(key, fromLow(low), toHigh(high));
}

/** The compact ids of all users in a range, which should hold few. */
export async function idsIn(redis: RedisClient, { key, low, high }: PlaceRange): Promise<string[]> {
  return (await redis.zRange(key, fromLow(low), toHigh(high), { BY: 'LEX' })).map(idAt);
}

/** The part of a range that lies ahead of a place, as the two limits of ZRANGE BYLEX. */
export function aheadIn(
  { low, high }: PlaceRange,
  from: Place | undefined,
  downwards: boolean,
): readonly [start: string, end: string] {
  if (downwards) {
    const isBelowHigh = from !== undefined && (high === undefined || comparePlaces(from, high) < 0);
    return [isBelowHigh ? `(${from}` : toHigh(high), fromLow(low)];
  }
  const isAboveLow = from !== undefined && comparePlaces(from, low) >= 0;
  return [isAboveLow ? `(${from}` : fromLow(low), toHigh(high)];
}

function fromLow(low: string): string {
  return low === '' ? '-' : `[${low}`;
}

function toHigh(high: string | undefined): string {
  return high === undefined ? '+' : `(${high}`;
}
