import type { Grant } from './user.js';

export const PLATFORM_ADMIN = 'platform_admin';
/** May see everything, and change nothing. */
export const PLATFORM_VIEWER = 'platform_viewer';

export const CONSOLE_ROLES: readonly string[] = [PLATFORM_ADMIN, PLATFORM_VIEWER];

/** The names of the roles without repetition, since one role may have several grants. */
export function roleNames(grants: readonly Grant[]): readonly string[] {
  return [...new Set(grants.map((grant) => grant.name))];
}

export function holdsRole(grants: ReadonlyArray<Pick<Grant, 'name'>>, ...names: readonly string[]): boolean {
  return grants.some((grant) => names.includes(grant.name));
}

export function sameRoles(one: readonly Grant[], other: readonly Grant[]): boolean {
  const names = roleNames(one);
  return names.length === roleNames(other).length && names.every((name) => holdsRole(other, name));
}
