import type { RedisClient } from '../redis/connection.js';
import { comparePlaces, idAt, type Place } from './user-order.js';

/** A part of a sorted set of places: from `low` on, up to and without `high`; undefined for its end. */
export interface PlaceRange {
  readonly key: string;
  readonly low: string;
  readonly high: string | undefined;
}

/** The part in which all texts start with the prefix. */
export function withPrefix(prefix: string): { readonly low: string; readonly high: string | undefined } {
  return { low: prefix, high: behindAll(prefix) };
}

/** The first text behind all those that start with the prefix: its last character that has a next one is that. */
function behindAll(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  const last = points.findLastIndex((point) => point < 0x10ffff);
  if (last === -1) return undefined;
  const next = points[last] === 0xd7ff ? 0xe000 : (points[last] ?? 0) + 1; // surrogates are no characters
  return String.fromCodePoint(...points.slice(0, last), next);
}

export function countOf(redis: RedisClient, { key, low, high }: PlaceRange): Promise<number> {
  return redis.zLexCount(key, fromLow(low), toHigh(high));
}

/** The compact ids of all in a range of few. */
export async function idsIn(redis: RedisClient, { key, low, high }: PlaceRange): Promise<string[]> {
  return (await redis.zRange(key, fromLow(low), toHigh(high), { BY: 'LEX' })).map(idAt);
}

/** What is ahead of a place in a range, as ZRANGE BYLEX takes it. */
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
