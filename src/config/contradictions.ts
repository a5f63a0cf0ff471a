import { PERSONAL_TENANT } from '../identity/tenant.js';
import { isUuid } from '../identity/uuid.js';
import { cloudOf } from './clouds.js';
import type { EntraConfig, ServerConfig, SessionConfig, SsoConfig } from './config.js';
import { credentialSettings } from './credentials.js';
import { entraSettings } from './entra.js';
import { checkGivenRoles } from './given-roles.js';
import { checkListening, checkOwnPath } from './listening.js';
import { boolean } from './schemas.js';
import { haveGraph } from './scopes.js';
import { sessionSettings } from './session.js';
import { variablesOf } from './setting.js';
import type { SettingsReader } from './settings-reader.js';
import { ssoSettings } from './sso.js';
import { isLoopback } from './web-address.js';

const MINUTE_MS = 60_000;
/** Settings that contradict each other though each is right by itself. */
export function checkContradictions(
  settings: SettingsReader,
  config: { readonly server: ServerConfig; readonly session: SessionConfig; readonly sso: SsoConfig },
  isMounted: boolean,
): void {
  const { server, session, sso } = config;
  checkOwnPath(settings, server);
  if (!isMounted) checkListening(settings, server);
  checkSwitches(settings, sso);
  checkDomains(settings, sso);
  if (sso.entra === undefined) return;
  checkClouds(settings, sso.entra);
  checkGivenRoles(settings, sso.entra, isMounted);
  checkIds(settings, sso.entra);
  checkGraphScope(settings, sso.entra);
  checkInterval(settings, sso.entra, session);
  checkAssertion(settings, sso.entra);
}

/** Settings of a feature that is off mostly mean that the switch was forgotten or misspelt. */
function checkSwitches(
  settings: SettingsReader,
  { enabled, autoCreateUsers, requireApproval }: SsoConfig,
): void {
  if (requireApproval && !autoCreateUsers)
    settings.warn(
      'SSO_REQUIRE_ADMIN_APPROVAL has no effect: with SSO_AUTO_CREATE_USERS=false nobody new comes who could be approved',
    );
  if (enabled || settings.isSet(ssoSettings.enabled)) return;
  const given = [...Object.values(ssoSettings), ...Object.values(entraSettings)]
    .flatMap(variablesOf)
    .filter((name) => settings.text(name) !== undefined && !isNo(settings, name));
  if (given.length > 0)
    settings.warn(
      `SSO_ENABLED isn’t set, so single sign-on is off, and these have no effect: ${given.join(', ')}. SSO_ENABLED=true turns it on, SSO_ENABLED=false says that it is meant to be off`,
    );
}

function isNo(settings: SettingsReader, name: string): boolean {
  return boolean.safeParse(settings.text(name)?.trim() ?? '').data === false;
}

function checkDomains(settings: SettingsReader, { trustedDomains, autoAdminDomains }: SsoConfig): void {
  const shut = autoAdminDomains.filter((domain) => !trustedDomains.includes(domain));
  if (trustedDomains.length > 0 && shut.length > 0 && !settings.isRejected(ssoSettings.trustedDomains))
    settings.warn(
      `SSO_AUTO_ADMIN_DOMAINS makes administrators of ${shut.join(', ')}, but SSO_TRUSTED_DOMAINS admits nobody from there`,
    );
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

/** The portal shows several GUIDs side by side. */
function checkIds(settings: SettingsReader, entra: EntraConfig): void {
  const { clientId, tenantId, allowedTenants, adminGroups, roleMappings, teamMappings } = entra;
  if (clientId === tenantId)
    settings.reject(
      entraSettings.clientId,
      'and SSO_ENTRA_TENANT_ID are the same: one is the application (client) ID, the other the directory (tenant) ID',
    );
  const mapped = [...adminGroups, ...[...roleMappings, ...teamMappings].map(({ value }) => value)];
  const names: Readonly<Record<string, string>> = {
    [clientId]: 'the application (client) ID',
    [tenantId]: 'the directory (tenant) ID',
  };
  for (const value of new Set(mapped)) {
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
  const mapped = [
    ...entra.adminGroups,
    ...[...entra.roleMappings, ...entra.teamMappings].map(({ value }) => value),
  ];
  if (mapped.some(isUuid) && !haveGraph(entra.scopes))
    settings.warn(
      'SSO_ENTRA_SCOPES has no scope of Microsoft Graph (User.Read), and groups are mapped: the groups of people who are in more than 200 can’t be asked for, and give them nothing new',
    );
}

function checkInterval(
  settings: SettingsReader,
  { revalidateInterval }: EntraConfig,
  { absoluteTimeout }: SessionConfig,
): void {
  if (revalidateInterval === 0 || settings.isRejected(sessionSettings.absoluteTimeout)) return;
  if (revalidateInterval >= absoluteTimeout)
    settings.warn(
      'SSO_ENTRA_REVALIDATE_INTERVAL has no effect: no session lives that long (SESSION_ABSOLUTE_TIMEOUT)',
    );
  if (revalidateInterval < MINUTE_MS)
    settings.warn(
      'SSO_ENTRA_REVALIDATE_INTERVAL is shorter than a minute: Microsoft is asked that often for everybody who is active, and slows down those who ask too much',
    );
}

function checkAssertion(settings: SettingsReader, { credentials }: EntraConfig): void {
  if (settings.isSet(credentialSettings.clientAssertion) && credentials.certificate === undefined)
    settings.warn('SSO_ENTRA_CLIENT_ASSERTION has no effect: there is no SSO_ENTRA_CLIENT_CERTIFICATE_FILE');
}
