import { EntranceError } from '../errors.js';
import { type Principal, scopesOfPrincipal, scopesOfRoles } from '../guards/guards.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import type { Scope } from '../tokens/api-token.js';
import { allows } from '../tokens/tokens.js';

/** Nobody hands on scopes that they don't hold. @throws EntranceError `scope_missing` */
export function assertMayGrant(principal: Principal, wanted: readonly Scope[]): void {
  const held = scopesOfPrincipal(principal);
  const missing = wanted.filter((scope) => !allows(held, scope));
  if (missing.length > 0) {
    throw new EntranceError('scope_missing', {
      detail: `scopes: you can’t give ${missing.join(', ')}, because you don’t have it yourself.`,
    });
  }
}

/**
 * Nobody gives a role that may do more than they may: otherwise a token that may change users could make an
 * administrator.
 * @throws EntranceError `scope_missing`
 */
export function assertMayGiveRoles(principal: Principal, roles: readonly string[]): void {
  const missing = roles.filter((role) => !mayGiveRole(principal, role));
  if (missing.length > 0) {
    throw new EntranceError('scope_missing', {
      detail: `roles: you can’t give ${missing.join(', ')}, because it may do more than you.`,
    });
  }
}

export function mayGiveRole(principal: Principal, role: string): boolean {
  const held = scopesOfPrincipal(principal);
  return scopesOfRoles([role]).every((scope) => allows(held, scope));
}

/**
 * To change an administrator takes a scope of its own, beside the scope of the operation: otherwise a token for
 * onboarding could lock out all administrators but one. A disabled administrator counts too, since enabling them gives
 * the role back.
 * @throws EntranceError `scope_missing`
 */
export function assertMayChange(principal: Principal, { roles }: User): void {
  if (!holdsRole(roles, PLATFORM_ADMIN) || allows(scopesOfPrincipal(principal), 'admins:write')) return;
  throw new EntranceError('scope_missing', {
    detail: 'This user holds platform_admin. Changing an administrator needs the scope admins:write too.',
    cause: { expected: 'admins:write' },
  });
}

/** Everybody includes administrators, so changing everybody takes `admins:write` too. @throws EntranceError `scope_missing` */
export function assertMayChangeAnybody(principal: Principal): void {
  if (allows(scopesOfPrincipal(principal), 'admins:write')) return;
  throw new EntranceError('scope_missing', {
    detail: 'There are administrators among everybody. This needs the scope admins:write too.',
    cause: { expected: 'admins:write' },
  });
}
