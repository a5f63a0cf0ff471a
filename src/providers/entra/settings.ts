import * as z from 'zod';
import { requireAll } from '../../config/client-settings.js';
import {
  authContextSetting,
  commonSettings,
  readCommon,
  revalidateSetting,
} from '../../config/common-settings.js';
import type { ClientConfig } from '../../config/config.js';
import { listOf, oneOf, understood } from '../../config/schemas.js';
import { SCOPES_ASKED } from '../../config/scopes.js';
import { exampleOf, type OptionalSetting, type Setting } from '../../config/setting.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { parseDomain } from '../../identity/email.js';
import { isTenantId } from '../../identity/tenant.js';
import { isEmptyUuid } from '../../identity/uuid.js';
import { authority, graphUrl } from './authority.js';
import { credentialSettings, readCredentials } from './credential-settings.js';
import { isExternalId } from './external-id.js';
import { grantingForm } from './granting-value.js';
import { scopes } from './scopes.js';
import { ANY_TENANT, multiTenantNames } from './tenant.js';

export interface EntraConfig extends ClientConfig {
  /** Directory (tenant) ID, lower case, one of the tenant's verified domains, or `organizations`, `common`, `consumers`. */
  readonly tenantId: string;
  /** The tenants whose people may sign in, if `tenantId` is multi-tenant: tenant IDs, and `*` for any. */
  readonly allowedTenants: readonly string[];
  /** The origin of the cloud, without a trailing slash. */
  readonly authority: string;
  /** The origin of Microsoft Graph; undefined for that of the cloud. */
  readonly graphUrl: string | undefined;
  readonly scopes: string;
  readonly prompt: 'login' | 'none' | 'consent' | 'select_account' | undefined;
  readonly domainHint: string | undefined;
}

export const entraNames = {
  id: 'entra',
  kind: 'entra',
  name: 'Microsoft',
  displayName: 'Microsoft Entra ID',
} as const;

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

const { enabled, ...rules } = commonSettings('SSO_ENTRA', {
  ...entraNames,
  form: grantingForm,
  adminGroups: '["gateway.admin"]',
});

/** A token holds at most this many groups; beyond it, Graph is asked. */
export const MOST_GROUPS_IN_TOKEN = 200;

export const entraSettings = {
  enabled,
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
      'The origin of the cloud that signs people in; a national cloud has its own, such as `https://login.microsoftonline.us`, and so has an external tenant (Entra External ID), `https://‹name›.ciamlogin.com`. Azure AD B2C isn’t supported.',
    schema: authority,
  } satisfies Setting<string>,
  ...rules,
  adminGroups: {
    ...rules.adminGroups,
    example: '["gateway.admin","8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1"]',
    meaning:
      'App-role values and group IDs (a group’s Object ID, not its name) whose holders are `platform_admin`. Replaces the default, the app role `gateway.admin`.',
  },
  roleMappings: {
    ...rules.roleMappings,
    example: '{"9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528":"platform_viewer","gateway.developer":"developer"}',
  },
  teamMappings: {
    ...rules.teamMappings,
    example: '{"9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528":"Platform"}',
  },
  defaultRole: {
    ...rules.defaultRole,
    meaning: 'The role of everybody to whom no group, app role or domain gives one.',
  },
  graphUrl: {
    name: 'SSO_ENTRA_GRAPH_URL',
    defaultInWords: 'the Graph of the cloud that `SSO_ENTRA_AUTHORITY` names',
    example: 'https://graph.microsoft.com',
    meaning: `The origin of Microsoft Graph. It is asked for the groups of people who are in more than fit into a token (${MOST_GROUPS_IN_TOKEN}).`,
    schema: graphUrl,
  } satisfies OptionalSetting<string>,
  scopes: {
    name: 'SSO_ENTRA_SCOPES',
    default: 'openid profile email User.Read',
    example: 'openid profile email User.Read',
    meaning: `${SCOPES_ASKED}; \`openid\` and \`profile\` must be among them.`,
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
  revalidateInterval: revalidateSetting('SSO_ENTRA', 'Microsoft'),
  requiredAuthContext: authContextSetting(
    'SSO_ENTRA',
    'The Conditional Access authentication context, `c1` to `c99`, that Microsoft has to confirm (`acrs`) for every session that it begins. Local accounts aren’t held to it.',
  ),
};

export function readEntra(settings: SettingsReader, isOn: boolean): EntraConfig | undefined {
  const clientId = settings.find(entraSettings.clientId);
  const tenantId = settings.find(entraSettings.tenantId);
  const authority = settings.get(entraSettings.authority);
  const allowedTenants = readAllowedTenants(settings, isOn ? tenantId : undefined, authority);
  const shared = readCommon(settings, entraSettings);
  const optional = {
    ...shared,
    allowedTenants,
    authority,
    graphUrl: settings.find(entraSettings.graphUrl),
    scopes: settings.get(entraSettings.scopes),
    prompt: settings.find(entraSettings.prompt),
    domainHint: settings.find(entraSettings.domainHint),
    firstAdministrator:
      'SSO_ENTRA_ADMIN_GROUPS=‹Object ID of a group› makes everybody in that group an administrator at their next sign-in (docs/entra-setup.md, step 6)',
  };
  if (isOn) requireAll(settings, 'SSO_ENTRA_ENABLED=true', entraSettings.clientId, entraSettings.tenantId);
  const credentials = readCredentials(settings, isOn);
  if (clientId === undefined || tenantId === undefined || credentials === undefined) return undefined;
  const displayName = isExternalId(authority) ? 'Microsoft Entra External ID' : entraNames.displayName;
  return { ...entraNames, displayName, clientId, tenantId, credentials, ...optional };
}

function readAllowedTenants(
  settings: SettingsReader,
  tenantId: string | undefined,
  authority: string,
): readonly string[] {
  const { allowedTenants } = entraSettings;
  const allowed = settings.get(allowedTenants);
  const isMultiTenant = tenantId !== undefined && multiTenantNames.includes(tenantId);
  if (isExternalId(authority)) {
    if (isMultiTenant)
      settings.reject(
        entraSettings.tenantId,
        `is ${tenantId}, and SSO_ENTRA_AUTHORITY is the sign-in of one external tenant: it must be that tenant’s ID or domain`,
      );
    return allowed;
  }
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
