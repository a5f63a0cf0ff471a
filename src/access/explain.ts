import type { ProviderConfig, SsoConfig } from '../config/config.js';
import type { Directory, KnownUser } from '../directory/directory.js';
import { waysInOf } from '../identity/linked-identities.js';
import { type GrantRule, restsOn } from '../identity/reconcile-grants.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { Grant, GrantSource, ProviderId, User } from '../identity/user.js';
import { type Teams, teamKey } from '../teams/teams.js';

/** A role or a team membership that a user has, with the reasons for it. */
export interface ExplainedGrant {
  /** The role's name, or the team's. */
  readonly name: string;
  readonly origin: Grant['origin'];
  /** The claims and rules that gave an `sso` grant; empty for a manual grant. */
  readonly sources: readonly ExplainedSource[];
  /** The time at which a sign-in last confirmed the grant, ISO 8601; null for a manual grant. */
  readonly confirmedAt: string | null;
}

export interface ExplainedSource extends GrantSource {
  /** Null if no setting gives the grant any more; undefined if the provider, and so its settings, isn't known. */
  readonly setting: string | null | undefined;
}

export interface ExplainedAccess extends KnownUser {
  /** The provider whose settings decide about the `sso` grants; undefined if that provider isn't known. */
  readonly judgedBy: ProviderId | undefined;
  readonly roles: readonly ExplainedGrant[];
  readonly teams: readonly ExplainedGrant[];
}

/** Explains each role and each team membership of a user, beside the claims of the last sign-in. */
export async function explainAccess(
  stores: { readonly directory: Directory; readonly teams: Teams },
  user: User,
  sso: SsoConfig,
): Promise<ExplainedAccess> {
  const [seen, teams] = await Promise.all([
    stores.directory.findSeen(user),
    stores.teams.findAll(user.teams.map(({ name }) => name)),
  ]);
  const judgedBy = decidingProvider({ user, seen }, sso);
  const provider = sso.providers.find(({ id }) => id === judgedBy);
  const ifProviderIsKnown = <Setting>(setting: Setting) => (judgedBy === undefined ? undefined : setting);
  return {
    user,
    seen,
    judgedBy,
    roles: user.roles.map((grant) =>
      explain(
        grant,
        grant.name,
        (source) =>
          commonSetting(source, sso) ?? ifProviderIsKnown(roleSetting(grant.name, source, provider)),
      ),
    ),
    teams: user.teams.map((grant) => {
      const name = teams.get(grant.name)?.name ?? grant.name;
      return explain(grant, name, (source) => ifProviderIsKnown(teamSetting(name, source, provider)));
    }),
  };
}

/** If the last sign-in's settings leave grants alone, another provider of the user may have given them. */
export function decidingProvider(
  { user, seen }: KnownUser,
  { providers }: Pick<SsoConfig, 'providers'>,
): ProviderId | undefined {
  const [first, ...others] = waysInOf(user);
  if (others.length === 0) return first;
  const last = providers.find(({ id }) => id === seen?.provider);
  return last?.syncRolesOnLogin ? last.id : undefined;
}

function explain(
  grant: Grant,
  name: string,
  settingOf: (source: GrantSource) => string | null | undefined,
): ExplainedGrant {
  const { origin } = grant;
  if (grant.origin === 'manual') return { name, origin, sources: [], confirmedAt: null };
  const sources = grant.sources.map((source) => ({ ...source, setting: settingOf(source) }));
  return { name, origin, sources, confirmedAt: grant.confirmedAt };
}

/** A setting that holds for every provider. */
function commonSetting({ kind, value }: GrantSource, { autoAdminDomains }: SsoConfig): string | undefined {
  const isListed = kind === 'domain' && autoAdminDomains.includes(value.toLowerCase());
  return isListed ? 'SSO_AUTO_ADMIN_DOMAINS' : undefined;
}

function roleSetting(role: string, source: GrantSource, provider: ProviderConfig | undefined): string | null {
  const { kind, value } = source;
  const isValue = (other: string) => other.toLowerCase() === value.toLowerCase();
  const isRule = (rule: GrantRule) => rule.name === role && restsOn(source, rule);
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
