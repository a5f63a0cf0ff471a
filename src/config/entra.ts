import * as z from 'zod';
import { parseAuthContext } from '../identity/auth-context.js';
import { parseDomain } from '../identity/email.js';
import type { GrantRule } from '../identity/reconcile-grants.js';
import { parseRoleName } from '../identity/role-name.js';
import { ANY_TENANT, isTenantId, multiTenantNames } from '../identity/tenant.js';
import { parseText } from '../identity/text.js';
import { LONGEST_TEAM_NAME } from '../identity/user.js';
import { isEmptyUuid } from '../identity/uuid.js';
import { authority, graphUrl } from './authority.js';
import type { EntraConfig } from './config.js';
import { credentialSettings, readCredentials } from './credentials.js';
import { parseGrantingValue } from './granting-value.js';
import { mapping } from './mapping.js';
import { boolean, durationOrNever, listOf, oneOf, understood } from './schemas.js';
import { scopes } from './scopes.js';
import { exampleOf, type OptionalSetting, type Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

const GUID = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/;
const EMPTY =
  'is the empty GUID, which stands where the ID belongs: copy the ID from the app registration’s overview';
const guid = z
  .string()
  .toLowerCase()
  .regex(GUID, 'must be the application (client) ID, a GUID, from the app registration’s overview')
  .refine((text) => !isEmptyUuid(text), EMPTY);

const tenant = z
  .string()
  .toLowerCase()
  .refine((text) => !isEmptyUuid(text), EMPTY)
  .pipe(
    understood(
      (text) => (isTenantId(text) || multiTenantNames.includes(text) ? text : parseDomain(text)),
      'must be the directory (tenant) ID, a GUID, one of the tenant’s verified domains, or organizations, common or consumers',
    ),
  );

const allowedTenant = z
  .string()
  .toLowerCase()
  .refine((text) => !isEmptyUuid(text), EMPTY)
  .refine(
    (text) => isTenantId(text) || text === ANY_TENANT,
    'must hold directory (tenant) IDs, which are GUIDs, with commas between them, or * for any',
  );

const roleName = z.string().transform((text, context): string => {
  const parsed = parseRoleName(text);
  if ('name' in parsed) return parsed.name;
  context.addIssue({ code: 'custom', message: `gives a role that can’t be: ${parsed.problem}` });
  return z.NEVER;
});

const grantingValue = z.string().transform((text, context): string => {
  const parsed = parseGrantingValue(text);
  if ('value' in parsed) return parsed.value;
  context.addIssue({ code: 'custom', message: parsed.problem });
  return z.NEVER;
});

const teamName = z.string().transform((text, context): string => {
  const parsed = parseText(text, LONGEST_TEAM_NAME);
  if ('text' in parsed) return parsed.text;
  context.addIssue({ code: 'custom', message: `names a team that ${parsed.problem}` });
  return z.NEVER;
});

export const entraSettings = {
  enabled: {
    name: 'SSO_ENTRA_ENABLED',
    default: 'false',
    example: 'true',
    meaning: 'Turns the provider `entra`, “Continue with Microsoft”, on.',
    schema: boolean,
  } satisfies Setting<boolean>,
  clientId: {
    name: 'SSO_ENTRA_CLIENT_ID',
    defaultInWords: 'required with `SSO_ENTRA_ENABLED`',
    example: '1b7e4d3a-9c26-4f08-a5d1-6e0c82f39b47',
    meaning: 'The application (client) ID of the app registration.',
    schema: guid,
  } satisfies OptionalSetting<string>,
  tenantId: {
    name: 'SSO_ENTRA_TENANT_ID',
    defaultInWords: 'required with `SSO_ENTRA_ENABLED`',
    example: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
    meaning:
      'The directory (tenant) ID, or one of the tenant’s verified domains. For more than one tenant: `organizations`, `common` (with personal accounts) or `consumers` (those alone).',
    schema: tenant,
  } satisfies OptionalSetting<string>,
  allowedTenants: {
    name: 'SSO_ENTRA_ALLOWED_TENANTS',
    default: '[]',
    defaultInWords: '`[]`; required with more than one tenant',
    example: '["3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650"]',
    meaning:
      'With `organizations`, `common` or `consumers`: the tenants that may sign in, by ID. `["*"]` admits any; a tenant that is admitted by it alone vouches for no email address, group or app role.',
    schema: listOf(allowedTenant),
  } satisfies Setting<readonly string[]>,
  ...credentialSettings,
  authority: {
    name: 'SSO_ENTRA_AUTHORITY',
    default: 'https://login.microsoftonline.com',
    example: 'https://login.microsoftonline.com',
    meaning:
      'The origin of the cloud that signs people in; a national cloud has its own, such as `https://login.microsoftonline.us`. External ID and Azure AD B2C aren’t supported in this version.',
    schema: authority,
  } satisfies Setting<string>,
  adminGroups: {
    name: 'SSO_ENTRA_ADMIN_GROUPS',
    default: '["gateway.admin"]',
    example: '["gateway.admin","8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1"]',
    meaning:
      'App-role values and group IDs (a group’s Object ID, not its name) whose holders are `platform_admin`. Replaces the default, the app role `gateway.admin`.',
    schema: listOf(grantingValue),
  } satisfies Setting<readonly string[]>,
  roleMappings: {
    name: 'SSO_ENTRA_ROLE_MAPPINGS',
    default: '{}',
    example: '{"9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528":"platform_viewer","gateway.developer":"developer"}',
    meaning:
      'A JSON object that maps group IDs and app-role values, in any case, to role names. `platform_admin` and `platform_viewer` are ours; other names are handed to the host app.',
    schema: mapping(roleName),
  } satisfies Setting<readonly GrantRule[]>,
  teamMappings: {
    name: 'SSO_ENTRA_TEAM_MAPPINGS',
    default: '{}',
    example: '{"9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528":"Platform"}',
    meaning:
      'A JSON object that maps group IDs and app-role values, in any case, to team names. A team that is missing is made.',
    schema: mapping(teamName),
  } satisfies Setting<readonly GrantRule[]>,
  defaultRole: {
    name: 'SSO_ENTRA_DEFAULT_ROLE',
    example: 'platform_viewer',
    meaning: 'The role of everybody to whom no group, app role or domain gives one.',
    schema: roleName,
  } satisfies OptionalSetting<string>,
  syncRolesOnLogin: {
    name: 'SSO_ENTRA_SYNC_ROLES_ON_LOGIN',
    default: 'true',
    example: 'false',
    meaning:
      'Bring roles and teams that come from Microsoft up to date at each sign-in. With `false` the first sign-in decides, and from then on administrators do.',
    schema: boolean,
  } satisfies Setting<boolean>,
  graphUrl: {
    name: 'SSO_ENTRA_GRAPH_URL',
    defaultInWords: 'the Graph of the cloud that `SSO_ENTRA_AUTHORITY` names',
    example: 'https://graph.microsoft.com',
    meaning:
      'The origin of Microsoft Graph. It is asked for the groups of people who are in more than fit into a token (200).',
    schema: graphUrl,
  } satisfies OptionalSetting<string>,
  scopes: {
    name: 'SSO_ENTRA_SCOPES',
    default: 'openid profile email User.Read',
    example: 'openid profile email User.Read',
    meaning:
      'The scopes that are asked for, with blanks between them; `openid` and `profile` must be among them.',
    schema: scopes,
  } satisfies Setting<string>,
  prompt: {
    name: 'SSO_ENTRA_PROMPT',
    example: 'select_account',
    meaning:
      'Passed on to Microsoft: `login`, `none`, `consent` or `select_account`. With `none` Microsoft asks nothing of people who are signed in there; for everybody else the sign-in goes on with Microsoft’s question.',
    schema: oneOf(['login', 'none', 'consent', 'select_account']),
  } satisfies OptionalSetting<EntraConfig['prompt']>,
  domainHint: {
    name: 'SSO_ENTRA_DOMAIN_HINT',
    example: 'acmecorp.com',
    meaning: 'Passed on to Microsoft, which then skips asking for the organisation.',
    schema: understood(
      (text) => (['organizations', 'consumers'].includes(text) ? text : parseDomain(text)),
      'must be a domain, organizations or consumers',
    ),
  } satisfies OptionalSetting<string>,
  revalidateInterval: {
    name: 'SSO_ENTRA_REVALIDATE_INTERVAL',
    default: '0',
    defaultInWords: '`0` (never)',
    example: '15m',
    meaning:
      'How often Microsoft is asked whether a person whose session is in use is still there. If not, all their sessions end; if Microsoft can’t be reached, nothing changes. Asks for the scope `offline_access`.',
    schema: durationOrNever,
  } satisfies Setting<number>,
  requiredAuthContext: {
    name: 'SSO_ENTRA_REQUIRED_AUTH_CONTEXT',
    example: 'c1',
    meaning:
      'The Conditional Access authentication context, `c1` to `c99`, that Microsoft has to confirm (`acrs`) for every session that it begins. Local accounts aren’t held to it.',
    schema: understood(parseAuthContext, 'must be an authentication context, c1 to c99'),
  } satisfies OptionalSetting<string>,
};

/** What is given is checked in any case; what is needed only where the provider is on. */
export function readEntra(settings: SettingsReader, enabled: boolean): EntraConfig | undefined {
  const clientId = settings.find(entraSettings.clientId);
  const tenantId = settings.find(entraSettings.tenantId);
  const allowedTenants = readAllowedTenants(settings, enabled ? tenantId : undefined);
  const optional = {
    allowedTenants,
    authority: settings.get(entraSettings.authority),
    graphUrl: settings.find(entraSettings.graphUrl),
    adminGroups: settings.get(entraSettings.adminGroups),
    roleMappings: settings.get(entraSettings.roleMappings),
    teamMappings: settings.get(entraSettings.teamMappings),
    defaultRole: settings.find(entraSettings.defaultRole),
    syncRolesOnLogin: settings.get(entraSettings.syncRolesOnLogin),
    scopes: settings.get(entraSettings.scopes),
    prompt: settings.find(entraSettings.prompt),
    domainHint: settings.find(entraSettings.domainHint),
    revalidateInterval: settings.get(entraSettings.revalidateInterval),
    requiredAuthContext: settings.find(entraSettings.requiredAuthContext),
  };
  for (const setting of enabled ? [entraSettings.clientId, entraSettings.tenantId] : []) {
    if (!settings.isSet(setting)) settings.reject(setting, 'isn’t set, and SSO_ENTRA_ENABLED=true needs it');
  }
  const credentials = readCredentials(settings, enabled);
  if (clientId === undefined || tenantId === undefined || credentials === undefined) return undefined;
  return { clientId, tenantId, credentials, ...optional };
}

function readAllowedTenants(settings: SettingsReader, tenantId: string | undefined): readonly string[] {
  const { allowedTenants } = entraSettings;
  const allowed = settings.get(allowedTenants);
  const isMultiTenant = tenantId !== undefined && multiTenantNames.includes(tenantId);
  if (isMultiTenant && allowed.length === 0 && !settings.isRejected(allowedTenants)) {
    settings.reject(
      allowedTenants,
      `isn’t set, and with SSO_ENTRA_TENANT_ID=${tenantId} anybody’s directory could sign in`,
      `${exampleOf(allowedTenants)}, or SSO_ENTRA_ALLOWED_TENANTS=["*"] for any`,
    );
  }
  if (tenantId !== undefined && !isMultiTenant && allowed.length > 0) {
    settings.warn(
      'SSO_ENTRA_ALLOWED_TENANTS has no effect: SSO_ENTRA_TENANT_ID names one tenant. For several set it to organizations',
    );
  }
  return allowed;
}
