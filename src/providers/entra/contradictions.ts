import { grantingValues } from '../../config/common-settings.js';
import type { Surroundings } from '../../config/provider-settings.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { isLoopback } from '../../config/web-address.js';
import { PLATFORM_ADMIN } from '../../identity/roles.js';
import { isTenantId } from '../../identity/tenant.js';
import { isUuid } from '../../identity/uuid.js';
import { cloudOf } from './clouds.js';
import { credentialSettings } from './credential-settings.js';
import { isExternalId, tenantInHost } from './external-id.js';
import { haveGraph } from './scopes.js';
import { type EntraConfig, entraSettings, MOST_GROUPS_IN_TOKEN } from './settings.js';
import { namedTenants, PERSONAL_TENANT } from './tenant.js';

export function checkEntra(settings: SettingsReader, config: EntraConfig, surroundings: Surroundings): void {
  checkClouds(settings, config);
  checkExternalId(settings, config);
  checkIds(settings, config);
  checkGraphScope(settings, config);
  checkAssertion(settings, config);
  checkVouching(settings, config, surroundings);
}

function checkClouds(settings: SettingsReader, { authority, graphUrl }: EntraConfig): void {
  const { hostname } = new URL(authority);
  if (cloudOf(authority) === undefined && !isLoopback(hostname))
    settings.warn(
      `SSO_ENTRA_AUTHORITY names ${hostname}, which is no sign-in host of Microsoft that this version knows: people, and the client’s credentials, are sent there`,
    );
  const signIn = cloudOf(authority);
  const graph = graphUrl === undefined ? undefined : cloudOf(graphUrl);
  if (signIn !== undefined && graph !== undefined && signIn !== graph)
    settings.reject(
      entraSettings.graphUrl,
      `belongs to ${graph.name}, but SSO_ENTRA_AUTHORITY to ${signIn.name}: leave SSO_ENTRA_GRAPH_URL out`,
      `SSO_ENTRA_GRAPH_URL=${signIn.graphs[0]}`,
    );
}

/** An external tenant has its own sign-in address, at which only its own people sign in. */
function checkExternalId(
  settings: SettingsReader,
  { allowedTenants, authority, tenantId }: EntraConfig,
): void {
  if (!isExternalId(authority)) return;
  const named = tenantInHost(authority);
  if (named !== undefined && isTenantId(tenantId) && named !== tenantId)
    settings.reject(
      entraSettings.authority,
      `is the sign-in of the external tenant ${named}, but SSO_ENTRA_TENANT_ID is ${tenantId}`,
      `SSO_ENTRA_AUTHORITY=https://${tenantId}.ciamlogin.com`,
    );
  if (allowedTenants.length > 0)
    settings.reject(
      entraSettings.allowedTenants,
      'has no meaning with External ID, where SSO_ENTRA_AUTHORITY and SSO_ENTRA_TENANT_ID name one external tenant: leave it out',
      'SSO_ENTRA_ALLOWED_TENANTS=',
    );
}

/** The portal shows several GUIDs side by side, so that people copy the wrong one. */
function checkIds(settings: SettingsReader, entra: EntraConfig): void {
  const { clientId, tenantId, allowedTenants } = entra;
  if (clientId === tenantId)
    settings.reject(
      entraSettings.clientId,
      'and SSO_ENTRA_TENANT_ID are the same: one is the application (client) ID, the other the directory (tenant) ID',
    );
  const names: Readonly<Record<string, string>> = {
    [clientId]: 'the application (client) ID',
    [tenantId]: 'the directory (tenant) ID',
  };
  for (const value of new Set(grantingValues(entra).map((one) => one.value))) {
    const name = isUuid(value) ? names[value] : undefined;
    if (name !== undefined)
      settings.warn(`${value} is mapped as a group, but it is ${name}: copy the Object ID of the group`);
  }
  if (tenantId === 'consumers' && !allowedTenants.includes('*') && !allowedTenants.includes(PERSONAL_TENANT))
    settings.warn(
      `SSO_ENTRA_TENANT_ID=consumers admits personal accounts alone, and SSO_ENTRA_ALLOWED_TENANTS doesn’t hold their tenant, ${PERSONAL_TENANT}: nobody can sign in by single sign-on`,
    );
}

function checkGraphScope(settings: SettingsReader, entra: EntraConfig): void {
  if (grantingValues(entra).some(({ value }) => isUuid(value)) && !haveGraph(entra.scopes))
    settings.warn(
      `SSO_ENTRA_SCOPES has no scope of Microsoft Graph (User.Read), and groups are mapped: the groups of people who are in more than ${MOST_GROUPS_IN_TOKEN} can’t be asked for, and give them nothing new`,
    );
}

function checkAssertion(settings: SettingsReader, { credentials }: EntraConfig): void {
  if (settings.isSet(credentialSettings.clientAssertion) && credentials.certificate === undefined)
    settings.warn('SSO_ENTRA_CLIENT_ASSERTION has no effect: there is no SSO_ENTRA_CLIENT_CERTIFICATE_FILE');
}

/** A tenant that only `*` admits gives no roles, so that nobody there becomes an administrator by its groups. */
function checkVouching(
  settings: SettingsReader,
  { allowedTenants, defaultRole }: EntraConfig,
  { localAccounts, sso }: Surroundings,
): void {
  if (localAccounts.enabled && localAccounts.administrator !== undefined) return;
  const needsNoVouching = defaultRole === PLATFORM_ADMIN || sso.autoAdminDomains.length > 0;
  if (allowedTenants.length > 0 && namedTenants(allowedTenants).length === 0 && !needsNoVouching)
    settings.warn(
      'SSO_ENTRA_ALLOWED_TENANTS names no tenant and there is no local administrator: nobody new could become platform_admin. Name your own tenant in it, beside the *, or else PLATFORM_ADMIN_EMAIL with PLATFORM_ADMIN_PASSWORD makes a local administrator',
    );
}
