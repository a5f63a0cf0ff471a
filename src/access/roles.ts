import type { ProviderConfig, SsoConfig } from '../config/config.js';
import type { Directory } from '../directory/directory.js';
import { CONSOLE_ROLES, PLATFORM_ADMIN } from '../identity/roles.js';
import type { GrantSource } from '../identity/user.js';

/** A setting that gives a role, and the claim for which it does so. */
export interface RoleRule {
  readonly setting: string;
  /** Undefined if the setting holds for every provider. */
  readonly provider: string | undefined;
  readonly source: GrantSource;
}

export interface RoleInUse {
  readonly name: string;
  readonly people: number;
  readonly rules: readonly RoleRule[];
}

/** The roles that are known: those of the console first, then those that a setting gives, then those that people have. */
export async function rolesInUse(
  { countInRoles }: Pick<Directory, 'countInRoles'>,
  sso: SsoConfig,
): Promise<readonly RoleInUse[]> {
  const counts = await countInRoles();
  const rules = rulesOf(sso);
  const given = rules.map(({ role }) => role);
  const names = [...CONSOLE_ROLES, ...sorted(given), ...sorted(counts.keys())];
  return [...new Set(names)].map((name) => ({
    name,
    people: counts.get(name) ?? 0,
    rules: rules.filter(({ role }) => role === name).map(({ rule }) => rule),
  }));
}

interface GivenRole {
  readonly role: string;
  readonly rule: RoleRule;
}

function rulesOf({ autoAdminDomains, providers }: SsoConfig): readonly GivenRole[] {
  const ofDomains = autoAdminDomains.map((value) => ({
    role: PLATFORM_ADMIN,
    rule: {
      setting: 'SSO_AUTO_ADMIN_DOMAINS',
      provider: undefined,
      source: { kind: 'domain', value },
    } as const,
  }));
  return [...ofDomains, ...providers.flatMap(rulesOfProvider)];
}

function rulesOfProvider(config: ProviderConfig): readonly GivenRole[] {
  const { id: provider, settings, adminGroups, adminDomains = [], roleMappings, defaultRole } = config;
  const rule = (role: string, setting: string, source: GrantSource): GivenRole => ({
    role,
    rule: { setting, provider, source },
  });
  return [
    ...adminGroups.map(({ kind, value }) => rule(PLATFORM_ADMIN, settings.adminGroups, { kind, value })),
    ...adminDomains.map((value) =>
      rule(PLATFORM_ADMIN, settings.adminDomains ?? settings.adminGroups, { kind: 'domain', value }),
    ),
    ...roleMappings.map(({ name, kind, value }) => rule(name, settings.roleMappings, { kind, value })),
    ...(defaultRole === undefined
      ? []
      : [rule(defaultRole, settings.defaultRole, { kind: 'default', value: '' })]),
  ];
}

function sorted(names: Iterable<string>): readonly string[] {
  return [...names].sort((one, other) => one.localeCompare(other, 'en'));
}
