import { domainOf } from './email.js';
import type { Identity } from './identity.js';
import type { Asserted, GrantingValue, GrantRule, GrantRules } from './reconcile-grants.js';
import { PLATFORM_ADMIN } from './roles.js';

export interface RoleSettings {
  /** Groups and app roles that give `platform_admin`. */
  readonly adminGroups: readonly GrantingValue[];
  readonly roleMappings: readonly GrantRule[];
  /** The role of people who get no other role. */
  readonly defaultRole: string | undefined;
  /** Domains in lower-case ASCII. Everybody of these domains is `platform_admin` with this provider. */
  readonly adminDomains?: readonly string[];
}

/** @param autoAdminDomains the same for every provider */
export function roleRules(
  { adminDomains = [], adminGroups, roleMappings, defaultRole }: RoleSettings,
  autoAdminDomains: readonly string[],
): GrantRules {
  const administrators = adminGroups.map((one) => ({ ...one, name: PLATFORM_ADMIN }));
  return {
    mapped: [...administrators, ...roleMappings].map(inLowerCase),
    ofDomains: { domains: [...autoAdminDomains, ...adminDomains], name: PLATFORM_ADMIN },
    fallback: defaultRole,
  };
}

/** @param idOf gives the ID of the team with this name; undefined if there is no such team */
export function teamRules(
  mappings: readonly GrantRule[],
  idOf: (name: string) => string | undefined,
): GrantRules {
  return {
    mapped: mappings.flatMap((rule) => {
      const id = idOf(rule.name);
      return id === undefined ? [] : [inLowerCase({ ...rule, name: id })];
    }),
  };
}

/** Granting values are compared without regard to case. */
function inLowerCase(rule: GrantRule): GrantRule {
  return { ...rule, value: rule.value.toLowerCase() };
}

export function assertedBy(identity: Identity): Asserted {
  const { groups, appRoles, domain, email, emailVerified, emailIsUncertain = false } = identity;
  return {
    groups,
    appRoles,
    verifiedDomain: email !== undefined && emailVerified ? (domain ?? domainOf(email)) : undefined,
    ...(emailIsUncertain && { domainIsUncertain: true }),
  };
}
