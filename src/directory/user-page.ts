import { EntranceError } from '../errors.js';
import { holdsRole } from '../identity/roles.js';
import type { User, UserPage, UserQuery } from './directory.js';
import { type Place, parsePosition, positionOf, providersOf, scoreOf, type Traits } from './user-order.js';
import { matchesTerms, termsOf } from './user-search.js';

export const MAX_PAGE = 200;

export interface PlacedUser {
  readonly user: User;
  readonly place: Place;
}

/** The walk to a page: its direction through the order, and the place after which it starts. */
export interface Walk {
  /** From high to low. */
  readonly downwards: boolean;
  readonly from: Place | undefined;
  /** One more than the page holds: the extra user tells whether there is a further page. */
  readonly wanted: number;
}

/** Throws EntranceError `invalid_request` for an invalid limit or cursor. */
export function parseWalk(query: UserQuery): Walk {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > MAX_PAGE) {
    throw new EntranceError('invalid_request', {
      detail: `limit: must be a whole number from 1 to ${MAX_PAGE}.`,
    });
  }
  return {
    downwards: query.descending !== (query.cursor?.direction === 'before'),
    from: query.cursor && parsePosition(query.cursor.position, query.sort),
    wanted: query.limit + 1,
  };
}

export function userFilter(query: UserQuery): (user: Traits) => boolean {
  const terms = termsOf(query.q);
  const since = query.notSignedInSince === undefined ? undefined : scoreOf(query.notSignedInSince);
  return (user) =>
    (query.provider === undefined || providersOf(user).includes(query.provider)) &&
    (query.status === undefined || user.status === query.status) &&
    (query.role === undefined || holdsRole(user.roles, query.role)) &&
    (query.team === undefined || user.teams.some(({ name }) => name === query.team)) &&
    (since === undefined || scoreOf(user.lastLoginAt) < since) &&
    (terms === undefined || matchesTerms(user, terms));
}

/**
 * Makes a page of the users that a walk found, at most `wanted`, in the order in which it met them. If the walk was
 * broken off at the place `reached`, the page is short and continues there.
 */
export function toPage(found: readonly PlacedUser[], query: UserQuery, reached?: Place): UserPage {
  const backwards = query.cursor?.direction === 'before';
  const met = found.slice(0, query.limit);
  const last = found.length > query.limit ? met.at(-1)?.place : reached;
  const ahead = last === undefined ? null : positionOf(last, query.sort);
  const behind = behindOf(met.at(0)?.place, query);
  return backwards
    ? { users: met.map(({ user }) => user).reverse(), next: behind, previous: ahead }
    : { users: met.map(({ user }) => user), next: ahead, previous: behind };
}

/**
 * The position from which the way back starts: the first user of the page, or the start of the page itself if it is
 * empty.
 */
function behindOf(first: Place | undefined, { cursor, sort }: UserQuery): string | null {
  if (cursor === undefined) return null;
  return first === undefined ? cursor.position : positionOf(first, sort);
}
