import { clientSettings, readClient } from '../../config/client-settings.js';
import { commonSettings, grantingValues, readCommon } from '../../config/common-settings.js';
import type { ClientConfig, ProviderConfig } from '../../config/config.js';
import type { GrantingForm } from '../../config/mapping.js';
import { SCOPES_ASKED } from '../../config/scopes.js';
import type { OptionalSetting, Setting } from '../../config/setting.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { addressWithoutSlash, webAddress } from '../../config/web-address.js';
import { quoted } from '../../identity/quoted.js';
import type { GrantingValue } from '../../identity/reconcile-grants.js';
import { ORGANISATIONS_SCOPE, scopes, withOrganisations } from './scopes.js';

/** The login of an organisation; one of enterprise managed users may also have an underscore. */
const ORGANISATION = /^[a-z\d](?:[a-z\d_-]{0,98}[a-z\d])?$/i;
const TEAM_SLUG = /^[a-z\d_](?:[a-z\d_.-]{0,253}[a-z\d_])?$/i;
/** Forms that people copy from the address bar or from a mention. */
const COPIED = /^(?:@|https?:)/i;

/** An organisation by its login, or one of its teams as `organisation/team-slug`. */
const grantingForm: GrantingForm = {
  parse(text) {
    const item = text.trim();
    const [organisation = '', slug, ...more] = item.split('/');
    const isRight =
      ORGANISATION.test(organisation) && more.length === 0 && (slug === undefined || TEAM_SLUG.test(slug));
    return isRight ? { kind: 'group', value: item.toLowerCase() } : { problem: problemOf(item) };
  },
  inWords: 'organisations and teams (organisation/team-slug)',
  examples: ['acme-corp/gateway-admins', 'acme-corp'],
};

function problemOf(item: string): string {
  const hint = COPIED.test(item)
    ? 'write it without https:// and without @'
    : 'write the name that stands in the addresses of its pages: acme-corp for an organisation, acme-corp/platform for a team';
  return `holds ${quoted(item)}, which is neither an organisation nor a team: ${hint}`;
}

export interface GitHubConfig extends ClientConfig {
  /** The origin at which people sign in. */
  readonly url: string;
  /** The REST API, without a slash at the end. */
  readonly apiUrl: string;
  /** Includes the scope for organisations if a setting needs them. */
  readonly scopes: string;
  /** The organisations and teams that give something; if there are none, they aren’t requested. */
  readonly mapped: readonly string[];
}

export const githubNames = { id: 'github', kind: 'github', name: 'GitHub', displayName: 'GitHub' } as const;

export const GITHUB = 'https://github.com';
const GITHUB_API = 'https://api.github.com';
const { enabled, ...rules } = commonSettings('SSO_GITHUB', {
  ...githubNames,
  form: grantingForm,
  gatewayTeamMappings: 'GITHUB_ORG_TEAM_MAPPING',
});
const client = clientSettings('SSO_GITHUB', 'GitHub');

export const githubSettings = {
  enabled,
  clientId: {
    ...client.clientId,
    example: 'Ov23liAbCdEfGhIjKlMn',
    meaning: 'The client ID of an OAuth app, or of a GitHub App.',
  },
  clientSecret: client.clientSecret,
  url: {
    name: 'SSO_GITHUB_URL',
    default: GITHUB,
    example: 'https://github.acmecorp.com',
    meaning:
      'The address at which people sign in: GitHub Enterprise Server has an address of its own, and GitHub Enterprise Cloud with data residency has `https://‹name›.ghe.com`.',
    schema: webAddress.transform(({ origin }) => origin),
  } satisfies Setting<string>,
  apiUrl: {
    name: 'SSO_GITHUB_API_URL',
    defaultInWords: `\`${GITHUB_API}\`; on \`ghe.com\` \`https://api.‹name›.ghe.com\`; on Enterprise Server \`/api/v3\` below \`SSO_GITHUB_URL\``,
    example: 'https://github.acmecorp.com/api/v3',
    meaning:
      'The REST API of that GitHub. People are known by their number there, so they are strangers under another origin.',
    schema: addressWithoutSlash,
  } satisfies OptionalSetting<string>,
  adminOrganisations: {
    name: 'SSO_GITHUB_ADMIN_ORGS',
    default: '[]',
    example: '["acme-corp/gateway-admins"]',
    meaning:
      'The same as `SSO_GITHUB_ADMIN_GROUPS`, by the MCP Gateway’s name; both count. An organisation by itself makes `platform_admin` of each of its members.',
    schema: rules.adminGroups.schema,
  } satisfies Setting<readonly GrantingValue[]>,
  ...rules,
  adminGroups: {
    ...rules.adminGroups,
    meaning:
      'The organisations and teams (`organisation/team-slug`) whose members are `platform_admin`. `read:org` is asked for as soon as one stands here or in a mapping.',
  },
  teamMappings: {
    ...rules.teamMappings,
    meaning:
      'A JSON object that maps organisations and teams of GitHub (`organisation/team-slug`), in any case, to the names of teams here. A team that is missing is made.',
  },
  trustedDomains: {
    ...rules.trustedDomains,
    meaning: `${rules.trustedDomains.meaning} The verified primary address counts.`,
  },
  scopes: {
    name: 'SSO_GITHUB_SCOPE',
    default: 'read:user user:email',
    example: 'read:user user:email',
    meaning: `${SCOPES_ASKED}; \`user:email\` must be among them. If an organisation or a team gives something, \`${ORGANISATIONS_SCOPE}\` is added. A GitHub App has permissions in place of scopes.`,
    schema: scopes,
  } satisfies Setting<string>,
};

export function readGitHub(settings: SettingsReader, isOn: boolean): GitHubConfig | undefined {
  const shared = readCommon(settings, githubSettings);
  const registered = readClient(settings, githubSettings, enabled.name, isOn);
  const url = settings.get(githubSettings.url);
  const apiUrl = settings.find(githubSettings.apiUrl) ?? apiUrlOf(url);
  const scopes = settings.get(githubSettings.scopes);
  const administrators = readAdministrators(settings, shared);
  if (registered === undefined) return undefined;
  const adminGroups = administrators.values;
  const mapped = grantingValues({ ...shared, adminGroups }).map(({ value }) => value);
  return {
    ...githubNames,
    ...registered,
    ...shared,
    adminGroups,
    settings: { ...shared.settings, adminGroups: administrators.name },
    url,
    apiUrl,
    firstAdministrator:
      'SSO_GITHUB_ADMIN_ORGS=‹organisation›/‹team› makes everybody in that team an administrator at their next sign-in (docs/providers/github.md)',
    mapped: [...new Set(mapped)],
    scopes: mapped.length > 0 ? withOrganisations(scopes) : scopes,
  };
}

export function apiUrlOf(url: string): string {
  const { hostname, host, origin, protocol } = new URL(url);
  if (origin === GITHUB) return GITHUB_API;
  return hostname.endsWith('.ghe.com') ? `${protocol}//api.${host}` : `${origin}/api/v3`;
}

/** Reads the administrators, and the variable that texts to operators name. */
function readAdministrators(
  settings: SettingsReader,
  { adminGroups, settings: names }: Pick<ProviderConfig, 'adminGroups' | 'settings'>,
): { readonly values: readonly GrantingValue[]; readonly name: string } {
  const organisations = settings.get(githubSettings.adminOrganisations);
  const known = new Set(adminGroups.map(({ value }) => value));
  return {
    values: [...adminGroups, ...organisations.filter(({ value }) => !known.has(value))],
    name: adminGroups.length === 0 ? githubSettings.adminOrganisations.name : names.adminGroups,
  };
}

export function tokenEndpointOf({ url }: Pick<GitHubConfig, 'url'>): string {
  return `${url}/login/oauth/access_token`;
}
