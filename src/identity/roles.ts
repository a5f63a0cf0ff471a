import type { Grant, GrantSource } from './user.js';
import { isUuid } from './uuid.js';

/** May do everything. */
export const PLATFORM_ADMIN = 'platform_admin';
/** May see everything, and change nothing. */
export const PLATFORM_VIEWER = 'platform_viewer';

/** The roles that open the console. */
export const CONSOLE_ROLES: readonly string[] = [PLATFORM_ADMIN, PLATFORM_VIEWER];

export interface AssertedGroups {
  /** Group IDs and app-role values. */
  readonly groups: readonly string[];
  /** False when the provider left some out: what is missing then proves nothing. */
  readonly groupsComplete: boolean;
}

/**
 * The grants after a sign-in. Manual grants are never touched; `sso` grants become what the claims say.
 * Certain knowledge demotes, uncertain knowledge only promotes (contract §6).
 */
export function reconcileRoles(
  previous: readonly Grant[],
  asserted: AssertedGroups,
  adminGroups: readonly string[],
  now: string,
): readonly Grant[] {
  const manual = previous.filter((grant) => grant.origin === 'manual');
  const sources = sourcesOf(asserted.groups, adminGroups);
  if (sources.length > 0)
    return [...manual, { name: PLATFORM_ADMIN, origin: 'sso', sources, confirmedAt: now }];
  return asserted.groupsComplete ? manual : previous;
}

/** Role names without repetition, however many origins they have. */
export function roleNames(grants: readonly Grant[]): readonly string[] {
  return [...new Set(grants.map((grant) => grant.name))];
}

export function holdsRole(grants: ReadonlyArray<Pick<Grant, 'name'>>, ...names: readonly string[]): boolean {
  return grants.some((grant) => names.includes(grant.name));
}

/** Whether both sets of grants give the same roles. */
export function sameRoles(one: readonly Grant[], other: readonly Grant[]): boolean {
  const names = roleNames(one);
  return names.length === roleNames(other).length && names.every((name) => holdsRole(other, name));
}

function sourcesOf(groups: readonly string[], wanted: readonly string[]): readonly GrantSource[] {
  const lower = new Set(wanted.map((name) => name.toLowerCase()));
  return groups
    .filter((group) => lower.has(group.toLowerCase()))
    .map((value) => ({ kind: isUuid(value) ? 'group' : 'app_role', value }));
}
