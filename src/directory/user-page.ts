import { EntranceError } from '../errors.js';
import { holdsRole } from '../identity/roles.js';
import type { User, UserPage, UserQuery } from './directory.js';
import { fold, type Place, parsePosition, positionOf, providersOf, type Traits } from './user-order.js';

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
export function userFilter(query: UserQuery): (user: Traits) => boolean {
  const prefix = query.q === undefined ? '' : fold(query.q);
  return (user) =>
    (query.provider === undefined || providersOf(user).includes(query.provider)) &&
    (query.status === undefined || user.status === query.status) &&
    (query.role === undefined || holdsRole(user.roles, query.role)) &&
    (query.team === undefined || user.teams.some(({ name }) => name === query.team)) &&
    (prefix === '' || isFoundByEmail(user, prefix) || fold(user.fullName).startsWith(prefix));
}

/** An unconfirmed address finds nobody: it may be somebody else's by now. */
function isFoundByEmail({ email, emailDoubt }: Traits, prefix: string): boolean {
  return emailDoubt === undefined && fold(email).startsWith(prefix);
}

/**
 * The page made of what was found on its walk, up to `wanted` users in the order in which they were met. A walk that
 * was broken off says which place it had `reached`: the page is short then, and goes on there.
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

/** Where the way back from a page starts: at its first user, or where the page itself started if nobody was met. */
function behindOf(first: Place | undefined, { cursor, sort }: UserQuery): string | null {
  if (cursor === undefined) return null;
  return first === undefined ? cursor.position : positionOf(first, sort);
}
