import { toUSVString } from 'node:util';
import { EntranceError } from '../errors.js';
import { compactId } from '../identity/compact-id.js';
import type { SortKey, User } from './directory.js';

/**
 * Where a user stands in an order: the sort key, a NUL and the id, so that no two users stand at one place.
 * Places compare by their UTF-8 bytes, as Redis compares the members of a sorted set.
 */
export type Place = string;

export const SORT_KEYS: readonly SortKey[] = ['email', 'full_name', 'created_at', 'last_login_at'];

/** Enough digits for milliseconds until the year 5138. */
const TIME_DIGITS = 14;

export function placeOf(user: User, sort: SortKey): Place {
  return `${sortKeyOf(user, sort)}\0${compactId(user.id)}`;
}

function sortKeyOf(user: User, sort: SortKey): string {
  switch (sort) {
    case 'email':
      return fold(user.email);
    case 'full_name':
      return fold(user.fullName);
    case 'created_at':
      return timeKey(user.createdAt);
    case 'last_login_at':
      return user.lastLoginAt === null ? '' : timeKey(user.lastLoginAt);
  }
}

/** Text as it is compared: without regard to case and to how its accents are encoded. */
export function fold(text: string): string {
  return toUSVString(text).normalize('NFC').toLowerCase().replaceAll('\0', ' ');
}

function timeKey(time: string): string {
  return `${Math.max(0, Date.parse(time))}`.padStart(TIME_DIGITS, '0');
}

/** Items in the order of their places. */
export function inOrder<T extends { readonly place: Place }>(items: readonly T[], downwards: boolean): T[] {
  const sign = downwards ? -1 : 1;
  return items
    .map((item) => ({ item, bytes: Buffer.from(item.place) }))
    .sort((one, other) => sign * Buffer.compare(one.bytes, other.bytes))
    .map(({ item }) => item);
}

/** Whether a place lies ahead of where a walk starts. */
export function isAhead(
  place: Place,
  { from, downwards }: { readonly from: Place | undefined; readonly downwards: boolean },
): boolean {
  if (from === undefined) return true;
  const order = Buffer.compare(Buffer.from(place), Buffer.from(from));
  return downwards ? order < 0 : order > 0;
}

/** A place as the `position` of a cursor: opaque, and good for the one order that it was taken from. */
export function positionOf(place: Place, sort: SortKey): string {
  return Buffer.from(`${sort}\0${place}`).toString('base64url');
}

/** The place in a position; it need not be anybody's any more. */
export function parsePosition(position: string, sort: SortKey): Place {
  const text = /^[\w-]{1,4096}$/.test(position) ? Buffer.from(position, 'base64url').toString() : '';
  const [order, key, id, ...rest] = text.split('\0');
  if (order !== sort || key === undefined || !id || rest.length > 0) {
    throw new EntranceError('invalid_request', {
      detail: 'cursor: it isn’t one that a page in this order gave.',
    });
  }
  return `${key}\0${id}`;
}
