import { domainOf } from './email.js';
import type { Identity } from './identity.js';
import { type Asserted, claimRule, type GrantRule, type GrantRules } from './reconcile-grants.js';
import { PLATFORM_ADMIN } from './roles.js';

/** The operator's rules about roles. */
export interface RoleSettings {
  /** Group IDs and app-role values that give `platform_admin`. */
  readonly adminGroups: readonly string[];
  readonly roleMappings: readonly GrantRule[];
  readonly defaultRole: string | undefined;
}

/** @param autoAdminDomains lower-case ASCII domains, everybody of which is `platform_admin` */
export function roleRules(
  { adminGroups, roleMappings, defaultRole }: RoleSettings,
  autoAdminDomains: readonly string[],
): GrantRules {
  const administrators = adminGroups.map((value) => ({ value, name: PLATFORM_ADMIN }));
  return {
    mapped: [...administrators, ...roleMappings].map(claimRule),
    ofDomains: { domains: autoAdminDomains, name: PLATFORM_ADMIN },
    fallback: defaultRole,
  };
}

/** @param idOf gives the ID of the team that a mapping names, where there is one */
export function teamRules(
  mappings: readonly GrantRule[],
  idOf: (name: string) => string | undefined,
): GrantRules {
  return {
    mapped: mappings.flatMap(({ value, name }) => {
      const id = idOf(name);
      return id === undefined ? [] : [claimRule({ value, name: id })];
    }),
  };
}

export function assertedBy(identity: Identity): Asserted {
  const { groups, appRoles, email, emailVerified, emailIsUncertain = false } = identity;
  return {
    groups,
    appRoles,
    verifiedDomain: email !== undefined && emailVerified ? domainOf(email) : undefined,
    ...(emailIsUncertain && { domainIsUncertain: true }),
  };
}
