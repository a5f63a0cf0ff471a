import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { IdentityKey, User } from './directory.js';
import { fold } from './user-order.js';

/** The identity that a user holds, if any; no two users hold the same. */
export function identityOf({ provider, tenantId, providerId }: User): IdentityKey | undefined {
  return provider === 'local' || tenantId === null || providerId === null
    ? undefined
    : { provider, tenantId, providerId };
}

/** One of those of whom the last may not be lost. */
export function isActiveAdmin(user: User): boolean {
  return user.status === 'active' && holdsRole(user.roles, PLATFORM_ADMIN);
}

/** Only local accounts have passwords: one that is linked to a provider loses it. */
export function keepsPassword(user: User): boolean {
  return user.provider === 'local';
}

/** What may stand in an email for a space of the name. */
export const SEPARATORS: readonly string[] = ['.', '_', '-'];

/**
 * Whether the email starts with the name: word after word, with a separator or nothing between them. So it is with
 * most people of most companies, and who looks for the one finds the other.
 */
export function emailStartsWithName({ email, fullName }: User): boolean {
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
