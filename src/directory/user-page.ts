import { EntranceError } from '../errors.js';
import { holdsRole } from '../identity/roles.js';
import type { User, UserPage, UserQuery } from './directory.js';
import { fold, type Place, parsePosition, positionOf } from './user-order.js';

export const MAX_PAGE = 200;

export interface PlacedUser {
  readonly user: User;
  readonly place: Place;
}

/** How a page is walked to: in which direction through the order, and from behind which place. */
export interface Walk {
  /** From high to low. */
  readonly downwards: boolean;
  readonly from: Place | undefined;
  /** One more than the page holds: it tells whether there is a further page. */
  readonly wanted: number;
}

/** Rejects a limit or a cursor that isn't one. */
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

/** Whether the user is one of those that the query asks for. */
export function userFilter(query: UserQuery): (user: User) => boolean {
  const prefix = query.q === undefined ? '' : fold(query.q);
  return (user) =>
    (query.provider === undefined || user.provider === query.provider) &&
    (query.status === undefined || user.status === query.status) &&
    (query.role === undefined || holdsRole(user.roles, query.role)) &&
    (prefix === '' || fold(user.email).startsWith(prefix) || fold(user.fullName).startsWith(prefix));
}

/** The page made of what was found on its walk, up to `wanted` users in the order in which they were met. */
export function toPage(found: readonly PlacedUser[], query: UserQuery): UserPage {
  const backwards = query.cursor?.direction === 'before';
  const met = found.slice(0, query.limit);
  const page = backwards ? met.toReversed() : met;
  const isMore = found.length > query.limit;
  const cameFrom = query.cursor?.position ?? null;

  const first = page.at(0);
  const last = page.at(-1);
  if (first === undefined || last === undefined) {
    return { users: [], next: backwards ? cameFrom : null, previous: backwards ? null : cameFrom };
  }
  const hasNext = backwards || isMore;
  const hasPrevious = backwards ? isMore : cameFrom !== null;
  return {
    users: page.map(({ user }) => user),
    next: hasNext ? positionOf(last.place, query.sort) : null,
    previous: hasPrevious ? positionOf(first.place, query.sort) : null,
  };
}
