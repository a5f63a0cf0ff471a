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

/** Whether the email starts with the first word of the name, so that who looks for the one finds the other. */
export function emailStartsWithName({ email, fullName }: User): boolean {
  return fold(email).startsWith(firstWord(fold(fullName)));
}

/** Up to the first space. */
export function firstWord(text: string): string {
  return text.split(' ', 1)[0] ?? '';
}
