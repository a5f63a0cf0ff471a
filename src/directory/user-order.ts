import { EntranceError } from '../errors.js';
import { compactId } from '../identity/compact-id.js';
import { fold } from '../identity/fold.js';
import type { Grant, IdentityKey, ProviderId, SortKey, User } from './directory.js';
import { nameKey } from './name-key.js';

/**
 * A user's position in an order: the sort key, a NUL and the id, so that no two users have the same place. Places
 * compare by their UTF-8 bytes, as Redis compares the members of a sorted set.
 */
export type Place = string;

/** Enough digits for milliseconds until the year 5138. */
const TIME_DIGITS = 14;
const NEVER = -1;

export function placeOf(user: User, sort: SortKey): Place {
  return placeIn(sort, user, compactId(user.id));
}

/** The fields that orders and filters use. Times are ISO 8601 or milliseconds since 1970. */
export interface Traits extends Pick<User, 'email' | 'fullName' | 'provider' | 'status'> {
  readonly furtherIdentities?: ReadonlyArray<Pick<IdentityKey, 'provider'>> | undefined;
  /** Set while the email isn't confirmed. */
  readonly emailDoubt?: object | undefined;
  readonly roles: ReadonlyArray<Pick<Grant, 'name'>>;
  readonly teams: ReadonlyArray<Pick<Grant, 'name'>>;
  readonly createdAt: string | number;
  readonly lastLoginAt: string | number | null;
}

/**
 * The providers of an account without repetition: that of its first identity, or the one that it waits for, or `local`;
 * and those of further identities.
 */
export function providersOf({
  provider,
  furtherIdentities = [],
}: Pick<Traits, 'provider' | 'furtherIdentities'>): readonly ProviderId[] {
  return [...new Set([provider, ...furtherIdentities.map((identity) => identity.provider)])];
}

/** The place of a user with these traits and this compact id. */
export function placeIn(sort: SortKey, traits: Traits, id: string): Place {
  return `${sortKeyOf(traits, sort)}\0${id}`;
}

function sortKeyOf(traits: Traits, sort: SortKey): string {
  switch (sort) {
    case 'email':
      return emailKeyOf(traits);
    case 'full_name':
      return nameKey(traits.fullName);
    case 'created_at':
      return timeKey(scoreOf(traits.createdAt));
    case 'last_login_at':
      return timeKey(scoreOf(traits.lastLoginAt));
  }
}

/**
 * Follows an unconfirmed email in its sort key: the email keeps its place in the order, but lies outside the range of
 * the user who has it confirmed.
 */
const UNCONFIRMED = '\u0001';

function emailKeyOf({ email, emailDoubt }: Traits): string {
  return emailDoubt === undefined ? fold(email) : `${fold(email)}${UNCONFIRMED}`;
}

/** A time as a number to order by: milliseconds since 1970; a time that never was comes before all others. */
export function scoreOf(time: string | number | null): number {
  return time === null ? NEVER : Math.max(0, new Date(time).getTime());
}

/** The sort key that orders like this score. */
export function timeKey(score: number): string {
  return score === NEVER ? '' : `${score}`.padStart(TIME_DIGITS, '0');
}

/** The score in a place of an order by time. */
export function scoreAt(place: Place): number {
  const key = place.slice(0, place.indexOf('\0'));
  return key === '' ? NEVER : Number(key);
}

/** The compact id at the end of a place. */
export function idAt(place: Place): string {
  return place.slice(place.lastIndexOf('\0') + 1);
}

export function inOrder<T extends { readonly place: Place }>(items: readonly T[], downwards: boolean): T[] {
  const sign = downwards ? -1 : 1;
  return items.toSorted((one, other) => sign * comparePlaces(one.place, other.place));
}

/** Whether a walk still has this place ahead of its start. */
export function isAhead(
  place: Place,
  { from, downwards }: { readonly from: Place | undefined; readonly downwards: boolean },
): boolean {
  if (from === undefined) return true;
  const order = comparePlaces(place, from);
  return downwards ? order < 0 : order > 0;
}

/** Compares as UTF-8 bytes do, which is by code points; UTF-16 would put the characters of two units too low. */
export function comparePlaces(one: Place, other: Place): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [one.charCodeAt(index), other.charCodeAt(index)];
    if (a !== b) return isSurrogate(a) === isSurrogate(b) ? a - b : isSurrogate(a) ? 1 : -1;
  }
  return one.length - other.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** A place as the `position` of a cursor. It is opaque, and valid only for its own order. */
export function positionOf(place: Place, sort: SortKey): string {
  return Buffer.from(`${sort}\0${place}`).toString('base64url');
}

const TIME_KEY = new RegExp(`^(?:\\d{${TIME_DIGITS}})?$`);

export function isByTime(sort: SortKey): sort is 'created_at' | 'last_login_at' {
  return sort === 'created_at' || sort === 'last_login_at';
}

/** The place in a position. No user needs to stand there any more. */
export function parsePosition(position: string, sort: SortKey): Place {
  const text = /^[\w-]{1,4096}$/.test(position) ? Buffer.from(position, 'base64url').toString() : '';
  const [order, key, id, ...rest] = text.split('\0');
  const isKey = key !== undefined && (!isByTime(sort) || TIME_KEY.test(key));
  if (order !== sort || !isKey || !id || rest.length > 0) {
    throw new EntranceError('invalid_request', {
      detail: 'cursor: it isn’t one that a page in this order gave.',
    });
  }
  return `${key}\0${id}`;
}
