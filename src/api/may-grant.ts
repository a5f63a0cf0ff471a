import { EntranceError } from '../errors.js';
import { type Principal, scopesOfPrincipal, scopesOfRoles } from '../guards/guards.js';
import { allows, type Scope } from '../tokens/tokens.js';

/**
 * Nobody hands on more than they hold.
 * @throws EntranceError `scope_missing`
 */
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
 * Likewise for roles: otherwise a token that may change users could make an administrator.
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
