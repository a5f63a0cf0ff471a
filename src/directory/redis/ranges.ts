import { comparePlaces, type Place } from '../user-order.js';

/** A sorted set of places. */
export interface Order {
  readonly key: string;
  readonly isPacked: boolean;
}

/**
 * A range of an order, from `low` (included) to `high` (excluded); `high` is undefined at its end.
 */
export interface PlaceRange extends Order {
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

export function fromLow(low: string): string {
  return low === '' ? '-' : `[${low}`;
}

export function toHigh(high: string | undefined): string {
  return high === undefined ? '+' : `(${high}`;
}
