import type { ProviderConfig, SsoConfig } from '../config/config.js';
import type { KnownUser } from '../directory/directory.js';
import { type GrantRule, restsOn } from '../identity/reconcile-grants.js';
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
  const provider = sso.providers.find(({ id }) => id === user.provider);
  return {
    user,
    seen,
    roles: user.roles.map((grant) =>
      explain(grant, grant.name, (source) => roleSetting(grant.name, source, provider, sso)),
    ),
    teams: user.teams.map((grant) => {
      const name = teams.get(grant.name)?.name ?? grant.name;
      return explain(grant, name, (source) => teamSetting(name, source, provider));
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
  provider: ProviderConfig | undefined,
  { autoAdminDomains }: SsoConfig,
): string | null {
  const { kind, value } = source;
  const isValue = (other: string) => other.toLowerCase() === value.toLowerCase();
  const isRule = (rule: GrantRule) => rule.name === role && restsOn(source, rule);
  if (kind === 'domain' && autoAdminDomains.some(isValue)) return 'SSO_AUTO_ADMIN_DOMAINS';
  if (provider === undefined) return null;
  const { adminDomains = [], settings } = provider;
  if (kind === 'domain') return adminDomains.some(isValue) ? (settings.adminDomains ?? null) : null;
  if (kind === 'default') return provider.defaultRole === role ? settings.defaultRole : null;
  if (provider.adminGroups.some((one) => isRule({ ...one, name: PLATFORM_ADMIN })))
    return settings.adminGroups;
  return provider.roleMappings.some(isRule) ? settings.roleMappings : null;
}

function teamSetting(team: string, source: GrantSource, provider: ProviderConfig | undefined): string | null {
  const isMapped = provider?.teamMappings.some(
    (rule) => teamKey(rule.name) === teamKey(team) && restsOn(source, rule),
  );
  return provider !== undefined && isMapped ? provider.settings.teamMappings : null;
}
