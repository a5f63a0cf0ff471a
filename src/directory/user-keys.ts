import { fold, foldAccents } from '../identity/fold.js';
import { waysInOf } from '../identity/linked-identities.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { ProviderId, User } from './directory.js';
import { isWholeInKey } from './name-key.js';
import type { Traits } from './user-order.js';

/**
 * The ways in of an active administrator: of those who can sign in, the last may not be lost. None for everybody else, and
 * for an account that waits to be claimed. A local account needs a password too, which isn't part of the user.
 */
export function administersBy(user: User): readonly ProviderId[] {
  return user.status === 'active' && holdsRole(user.roles, PLATFORM_ADMIN) ? waysInOf(user) : [];
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
  const isOpen = (user: User | undefined) =>
    user !== undefined && administersBy(user).some((way) => ways.includes(way));
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
 * Whether the email starts with the name without its accents: word after word, with a separator or nothing between them. So it is with
 * most people of most companies, and a search for one finds the other. An unconfirmed email finds nobody.
 */
export function emailStartsWithName({
  email,
  emailDoubt,
  fullName,
}: Pick<Traits, 'email' | 'emailDoubt' | 'fullName'>): boolean {
  const name = foldAccents(fullName);
  if (emailDoubt !== undefined || !isWholeInKey(name)) return false;
  const text = fold(email);
  let end = 0;
  return name.split(' ').every((word, index) => {
    const isSeparated = index > 0 && SEPARATORS.includes(text.charAt(end)) && !text.startsWith(word, end);
    const start = isSeparated ? end + 1 : end;
    end = start + word.length;
    return text.startsWith(word, start);
  });
}
