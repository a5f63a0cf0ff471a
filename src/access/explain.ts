import type { EntraConfig, SsoConfig } from '../config/config.js';
import type { KnownUser } from '../directory/directory.js';
import { claimRule, type GrantRule, restsOn } from '../identity/reconcile-grants.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { Grant, GrantSource } from '../identity/user.js';
import { type Team, teamKey } from '../teams/teams.js';

/** A role or a membership, and why it is there. */
export interface ExplainedGrant {
  /** Of the role, or of the team. */
  readonly name: string;
  readonly origin: Grant['origin'];
  /** What an `sso` grant rests on; empty for a manual one. */
  readonly sources: readonly ExplainedSource[];
  /** When a sign-in last confirmed it, ISO 8601; null for a manual one. */
  readonly confirmedAt: string | null;
}

export interface ExplainedSource extends GrantSource {
  /** The setting by which it gives this; null where it does no more, and the next sign-in takes it away. */
  readonly setting: string | null;
}

export interface ExplainedAccess extends KnownUser {
  readonly roles: readonly ExplainedGrant[];
  readonly teams: readonly ExplainedGrant[];
}

/** Why somebody holds what they hold, and what their last sign-in said. `teams` are those that the user is in, by ID. */
export function explainAccess(
  { user, seen }: KnownUser,
  sso: SsoConfig,
  teams: ReadonlyMap<string, Team>,
): ExplainedAccess {
  return {
    user,
    seen,
    roles: user.roles.map((grant) =>
      explain(grant, grant.name, (source) => roleSetting(grant.name, source, sso)),
    ),
    teams: user.teams.map((grant) => {
      const name = teams.get(grant.name)?.name ?? grant.name;
      return explain(grant, name, (source) => teamSetting(name, source, sso.entra));
    }),
  };
}

function explain(
  grant: Grant,
  name: string,
  settingOf: (source: GrantSource) => string | null,
): ExplainedGrant {
  const { origin } = grant;
  if (grant.origin === 'manual') return { name, origin, sources: [], confirmedAt: null };
  const sources = grant.sources.map((source) => ({ ...source, setting: settingOf(source) }));
  return { name, origin, sources, confirmedAt: grant.confirmedAt };
}

function roleSetting(
  role: string,
  source: GrantSource,
  { autoAdminDomains, entra }: SsoConfig,
): string | null {
  const { kind, value } = source;
  const isValue = (other: string) => other.toLowerCase() === value.toLowerCase();
  const isRule = (rule: GrantRule) => rule.name === role && restsOn(source, claimRule(rule));
  if (kind === 'domain') return autoAdminDomains.some(isValue) ? 'SSO_AUTO_ADMIN_DOMAINS' : null;
  if (kind === 'default') return entra?.defaultRole === role ? 'SSO_ENTRA_DEFAULT_ROLE' : null;
  if (entra?.adminGroups.some((one) => isRule({ value: one, name: PLATFORM_ADMIN })))
    return 'SSO_ENTRA_ADMIN_GROUPS';
  return entra?.roleMappings.some(isRule) ? 'SSO_ENTRA_ROLE_MAPPINGS' : null;
}

function teamSetting(
  team: string,
  source: GrantSource,
  entra: Pick<EntraConfig, 'teamMappings'> | undefined,
): string | null {
  const isMapped = entra?.teamMappings.some(
    (rule) => teamKey(rule.name) === teamKey(team) && restsOn(source, claimRule(rule)),
  );
  return isMapped ? 'SSO_ENTRA_TEAM_MAPPINGS' : null;
}
