import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { IdentityKey, ProviderId, User } from './directory.js';
import { fold } from './user-order.js';

/** The identity that a user holds, if any; no two users hold the same. */
export function identityOf({ provider, tenantId, providerId }: User): IdentityKey | undefined {
  return provider === 'local' || tenantId === null || providerId === null
    ? undefined
    : { provider, tenantId, providerId };
}

/**
 * How an active administrator signs in: of those who can, the last may not be lost. Undefined for everybody else, and for an
 * account that waits to be claimed. A local account needs a password too, which isn't part of the user.
 */
export function administersBy(user: User): ProviderId | undefined {
  if (user.status !== 'active' || !holdsRole(user.roles, PLATFORM_ADMIN)) return undefined;
  return user.provider === 'local' || identityOf(user) !== undefined ? user.provider : undefined;
}

/**
 * Whether somebody who administers by one of these ways would do so no more. Changing a user sets no password: who
 * becomes a local account by it has none.
 */
export function stopsAdministering(
  before: User,
  after: User | undefined,
  ways: readonly ProviderId[],
): boolean {
  const isOpen = (user: User | undefined) => {
    const way = user && administersBy(user);
    return way !== undefined && ways.includes(way);
  };
  const losesPassword = after?.provider === 'local' && before.provider !== 'local';
  return isOpen(before) && (losesPassword || !isOpen(after));
}

/** Only local accounts have passwords: one that is linked to a provider loses it. */
export function keepsPassword(user: User): boolean {
  return user.provider === 'local';
}

/** What may stand in an email for a space of the name. */
export const SEPARATORS: readonly string[] = ['.', '_', '-'];

/**
 * Whether the email starts with the name: word after word, with a separator or nothing between them. So it is with
 * most people of most companies, and a search for one finds the other. An unconfirmed email finds nobody.
 */
export function emailStartsWithName({ email, emailDoubt, fullName }: User): boolean {
  if (emailDoubt !== undefined) return false;
  const text = fold(email);
  let end = 0;
  return fold(fullName)
    .split(' ')
    .every((word, index) => {
      const isSeparated = index > 0 && SEPARATORS.includes(text.charAt(end)) && !text.startsWith(word, end);
      const start = isSeparated ? end + 1 : end;
      end = start + word.length;
      return text.startsWith(word, start);
    });
}
