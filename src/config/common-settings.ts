import { parseAuthContext } from '../identity/auth-context.js';
import type { GrantingValue, GrantRule } from '../identity/reconcile-grants.js';
import { parseRoleName } from '../identity/role-name.js';
import { parseText } from '../identity/text.js';
import { LONGEST_TEAM_NAME } from '../identity/user.js';
import type { ProviderConfig } from './config.js';
import { domain } from './domain.js';
import { gatewayTeamMapping, readTeamMappings, type TeamMappings } from './gateway-team-mapping.js';
import { type GrantingForm, mapping } from './mapping.js';
import { boolean, durationOrNever, judged, listOf, understood } from './schemas.js';
import type { AnySetting, OptionalSetting, Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';
import { ssoSettings } from './sso-settings.js';

/** The provider that the settings belong to, in its names. */
export interface CommonSubject {
  /** The name that people call the provider in sentences. */
  readonly name: string;
  readonly id: string;
  readonly form: GrantingForm;
  /** The setting’s default: the groups that give `platform_admin`. */
  readonly adminGroups?: string;
  /** The MCP Gateway’s name for the team mappings. */
  readonly gatewayTeamMappings?: string;
}

/** The settings that every provider has. Their names begin with `prefix`, such as `SSO_ACME`. */
export function commonSettings(prefix: string, subject: CommonSubject) {
  const { adminGroups = '[]', form, gatewayTeamMappings, id, name } = subject;
  const [first, second] = form.examples;
  const teamMappings: TeamMappings = {
    name: `${prefix}_TEAM_MAPPINGS`,
    default: '{}',
    example: JSON.stringify({ [second]: 'Harbour' }),
    meaning: `A JSON object that maps ${form.inWords}, in any case, to team names. A team that is missing is made.`,
    schema: mapping(form, teamName),
  };
  return {
    enabled: {
      name: `${prefix}_ENABLED`,
      default: 'false',
      example: 'true',
      meaning: `Turns the provider \`${id}\`, “Continue with ${name}”, on.`,
      schema: boolean,
    } satisfies Setting<boolean>,
    adminGroups: {
      name: `${prefix}_ADMIN_GROUPS`,
      default: adminGroups,
      example: JSON.stringify([first]),
      meaning: `The ${form.inWords} that make \`platform_admin\` of whoever has one of them.`,
      schema: listOf(judged(form.parse)),
    } satisfies Setting<readonly GrantingValue[]>,
    roleMappings: {
      name: `${prefix}_ROLE_MAPPINGS`,
      default: '{}',
      example: JSON.stringify({ [second]: 'platform_viewer' }),
      meaning: `A JSON object that maps ${form.inWords}, in any case, to role names. \`platform_admin\` and \`platform_viewer\` are ours; other names are handed to the host app.`,
      schema: mapping(form, roleName),
    } satisfies Setting<readonly GrantRule[]>,
    teamMappings,
    ...(gatewayTeamMappings !== undefined && {
      gatewayTeamMappings: gatewayTeamMapping(gatewayTeamMappings, teamMappings),
    }),
    defaultRole: {
      name: `${prefix}_DEFAULT_ROLE`,
      example: 'platform_viewer',
      meaning: 'The role of everybody to whom nothing else gives one.',
      schema: roleName,
    } satisfies OptionalSetting<string>,
    syncRolesOnLogin: {
      name: `${prefix}_SYNC_ROLES_ON_LOGIN`,
      default: 'true',
      example: 'false',
      meaning: `Bring roles and teams that come from ${name} up to date at each sign-in. With \`false\` the first sign-in decides, and from then on administrators do.`,
      schema: boolean,
    } satisfies Setting<boolean>,
    trustedDomains: {
      name: `${prefix}_TRUSTED_DOMAINS`,
      defaultInWords: `those of \`${ssoSettings.trustedDomains.name}\``,
      example: 'acmecorp.com,acmecorp.de',
      meaning: `The email domains that may sign in with ${name}, in place of those of \`${ssoSettings.trustedDomains.name}\`.`,
      schema: listOf(domain(`which is no domain: leave ${prefix}_TRUSTED_DOMAINS out`)),
    } satisfies OptionalSetting<readonly string[]>,
  };
}

/** The common settings of a kind, with those that only some kinds have. */
interface DeclaredSettings extends ReturnType<typeof commonSettings> {
  readonly adminDomains?: Setting<readonly string[]>;
  readonly revalidateInterval?: Setting<number>;
  readonly requiredAuthContext?: OptionalSetting<string>;
}

/** A provider has this setting if it can confirm later that an account still exists. */
export function revalidateSetting(prefix: string, name: string): Setting<number> {
  return {
    name: `${prefix}_REVALIDATE_INTERVAL`,
    default: '0',
    defaultInWords: '`0` (never)',
    example: '15m',
    meaning: `How often ${name} is asked whether a person whose session is in use is still there. If not, all their sessions end; if ${name} can’t be reached, nothing changes. Asks for the scope \`offline_access\`.`,
    schema: durationOrNever,
  };
}

/** A provider has this setting if it can confirm an authentication context. */
export function authContextSetting(prefix: string, meaning: string): OptionalSetting<string> {
  return {
    name: `${prefix}_REQUIRED_AUTH_CONTEXT`,
    example: 'c1',
    meaning,
    schema: understood(parseAuthContext, 'must be an authentication context, c1 to c99'),
  };
}

/** Tells how the first administrator comes about, where groups have names of any form. */
export function firstAdministratorBy({ name }: AnySetting): string {
  return `${name}=‹a group› makes everybody in that group an administrator at their next sign-in`;
}

/** Reads the settings that all providers have. If a kind lacks a setting, a default stands for it. */
export function readCommon(
  settings: SettingsReader,
  declared: DeclaredSettings,
): Omit<ProviderConfig, 'id' | 'kind' | 'name' | 'displayName' | 'firstAdministrator'> {
  const { adminDomains, revalidateInterval, requiredAuthContext } = declared;
  const ownDomains = settings.find(declared.trustedDomains);
  const teamMappings = readTeamMappings(settings, declared);
  return {
    adminGroups: settings.get(declared.adminGroups),
    roleMappings: settings.get(declared.roleMappings),
    teamMappings: teamMappings.rules,
    defaultRole: settings.find(declared.defaultRole),
    syncRolesOnLogin: settings.get(declared.syncRolesOnLogin),
    trustedDomains: ownDomains ?? settings.get(ssoSettings.trustedDomains),
    ...(adminDomains !== undefined && { adminDomains: settings.get(adminDomains) }),
    revalidateInterval: revalidateInterval === undefined ? 0 : settings.get(revalidateInterval),
    requiredAuthContext: requiredAuthContext && settings.find(requiredAuthContext),
    settings: {
      enabled: declared.enabled.name,
      adminGroups: declared.adminGroups.name,
      roleMappings: declared.roleMappings.name,
      teamMappings: teamMappings.name,
      defaultRole: declared.defaultRole.name,
      syncRolesOnLogin: declared.syncRolesOnLogin.name,
      trustedDomains: (ownDomains === undefined ? ssoSettings : declared).trustedDomains.name,
      ...(adminDomains && { adminDomains: adminDomains.name }),
      ...(revalidateInterval && { revalidateInterval: revalidateInterval.name }),
      ...(requiredAuthContext && { requiredAuthContext: requiredAuthContext.name }),
    },
  };
}

/** Every group and app role that gives a role or a team. */
export function grantingValues({
  adminGroups,
  roleMappings,
  teamMappings,
}: Pick<ProviderConfig, 'adminGroups' | 'roleMappings' | 'teamMappings'>): readonly GrantingValue[] {
  return [...adminGroups, ...roleMappings, ...teamMappings];
}

const roleName = judged(parseRoleName, 'gives a role that can’t be: ').transform(({ name }) => name);

const teamName = judged<{ readonly text: string }>(
  (text) => parseText(text, LONGEST_TEAM_NAME),
  'names a team that ',
).transform(({ text }) => text);
