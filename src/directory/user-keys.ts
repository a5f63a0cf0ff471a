import { lasting } from '../identity/grant-end.js';
import { waysInOf } from '../identity/linked-identities.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { ProviderId, User } from './directory.js';

/**
 * The ways in of an active administrator whose role has no end: an administrator until a date can't be the one who has
 * to remain. None for any other user, and for an account that waits to be claimed. An
 * administrator with a local account also needs a password, which isn't part of the user.
 */
export function administersBy(user: User): readonly ProviderId[] {
  return user.status === 'active' && holdsRole(lasting(user.roles), PLATFORM_ADMIN) ? waysInOf(user) : [];
}

/**
 * Whether a user can administer by one of these ways before a change and can't after it. A change sets no password, so
 * a user whom it makes local can't sign in.
 */
export function stopsAdministering(
  before: User,
  after: User | undefined,
  ways: readonly ProviderId[],
): boolean {
  const isOpen = (user: User | undefined) =>
    user !== undefined && administersBy(user).some((way) => ways.includes(way));
  const losesPassword = after?.provider === 'local' && before.provider !== 'local';
  return isOpen(before) && (losesPassword || !isOpen(after));
}

/** Only local accounts have passwords: an account that is linked to a provider loses its password. */
export function keepsPassword(user: User): boolean {
  return user.provider === 'local';
}
