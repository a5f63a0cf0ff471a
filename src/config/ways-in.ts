import { PLATFORM_ADMIN } from '../identity/roles.js';
import { namedTenants } from '../identity/tenant.js';
import type { ProviderId } from '../identity/user.js';
import type { LocalAccountsConfig, SsoConfig, StoreConfig } from './config.js';
import { entraSettings } from './entra.js';
import { localAccountSettings } from './local-accounts.js';
import type { SettingsReader } from './settings-reader.js';
import { ssoSettings } from './sso.js';
import { storeSettings } from './store.js';

interface Doors {
  readonly store: StoreConfig;
  readonly localAccounts: LocalAccountsConfig;
  readonly sso: SsoConfig;
}

/** The line that makes the first administrator by single sign-on. */
export const FIRST_ADMINISTRATOR =
  'SSO_ENTRA_ADMIN_GROUPS=‹Object ID of a group› makes everybody in that group an administrator at their next sign-in (docs/entra-setup.md, step 6)';
const LOCAL_ADMINISTRATOR = 'PLATFORM_ADMIN_EMAIL with PLATFORM_ADMIN_PASSWORD makes a local administrator';

/** By which an administrator can sign in, as it is configured. */
export function waysIn({ localAccounts, sso }: Omit<Doors, 'store'>): readonly ProviderId[] {
  return [...(localAccounts.enabled ? ['local' as const] : []), ...(sso.entra ? ['entra' as const] : [])];
}

/** Refuses a configuration that nobody could sign in with, and warns of one without administrators. */
export function checkWaysIn(settings: SettingsReader, { store, localAccounts, sso }: Doors): void {
  const { email, password } = localAccountSettings;
  const withAdministrator = localAccounts.administrator !== undefined || settings.isRejected(email, password);
  if (localAccounts.enabled && withAdministrator) return;
  const first = localAccounts.enabled
    ? `${FIRST_ADMINISTRATOR}, or ${LOCAL_ADMINISTRATOR}`
    : FIRST_ADMINISTRATOR;
  // Redis may hold accounts of earlier times; memory starts empty.
  const empty = store.redisUrl === undefined && !settings.isRejected(storeSettings.redisUrl);

  if (!sso.enabled && !settings.isRejected(ssoSettings.enabled)) {
    if (empty)
      settings.reject(
        email,
        'isn’t set and SSO_ENABLED is false: nobody could ever sign in',
        'PLATFORM_ADMIN_EMAIL=admin@acmecorp.com with PLATFORM_ADMIN_PASSWORD, or SSO_ENABLED=true',
      );
    else
      settings.warn(
        'Single sign-on is off and there is no PLATFORM_ADMIN_EMAIL: only local accounts that exist already can sign in',
      );
  }
  if (sso.enabled && !sso.autoCreateUsers && empty) {
    settings.reject(
      ssoSettings.autoCreateUsers,
      'is false, the in-memory store starts without users, and there is no local administrator: nobody could ever sign in',
      'SSO_AUTO_CREATE_USERS=true',
    );
  }
  if (sso.enabled && sso.requireApproval) checkApprovers(settings, empty);
  if (sso.enabled && !somethingMakesAdmins(settings)) {
    settings.warn(
      `SSO_ENTRA_ADMIN_GROUPS is empty, nothing else gives platform_admin, and there is no local administrator: nobody new could become platform_admin. ${first}`,
    );
  }
  if (sso.enabled && empty && !somebodyWasMeant(settings)) {
    settings.warn(
      `There is no administrator yet: only people who hold the app role ${settings.get(entraSettings.adminGroups).join(', ')} at Microsoft become one. Assign it, or else ${first}`,
    );
  }
  const { allowedTenants = [], defaultRole } = sso.entra ?? {};
  const needsNoVouching = defaultRole === PLATFORM_ADMIN || sso.autoAdminDomains.length > 0;
  if (allowedTenants.length > 0 && namedTenants(allowedTenants).length === 0 && !needsNoVouching) {
    settings.warn(
      `SSO_ENTRA_ALLOWED_TENANTS names no tenant and there is no local administrator: nobody new could become platform_admin. Name your own tenant in it, beside the *, or else ${LOCAL_ADMINISTRATOR}`,
    );
  }
}

/** Without a local administrator, somebody has to come in unapproved who approves the others. */
function checkApprovers(settings: SettingsReader, empty: boolean): void {
  if (somethingMakesAdmins(settings)) {
    settings.warn(
      'SSO_REQUIRE_ADMIN_APPROVAL is true and there is no local administrator: while no administrator can sign in, the next whose groups, or the like, make them one is let in without approval',
    );
  } else if (empty) {
    settings.reject(
      ssoSettings.requireApproval,
      'is true, the in-memory store starts without users, there is no local administrator, and nothing else makes anybody platform_admin: nobody could ever approve anybody',
      'PLATFORM_ADMIN_EMAIL=admin@acmecorp.com with PLATFORM_ADMIN_PASSWORD, or SSO_REQUIRE_ADMIN_APPROVAL=false',
    );
  }
}

/** Whether the operator has set who becomes an administrator: the default may be unknown to them. */
function somebodyWasMeant(settings: SettingsReader): boolean {
  return settings.isSet(entraSettings.adminGroups) || givesAdminOtherwise(settings);
}

function somethingMakesAdmins(settings: SettingsReader): boolean {
  return settings.get(entraSettings.adminGroups).length > 0 || givesAdminOtherwise(settings);
}

function givesAdminOtherwise(settings: SettingsReader): boolean {
  const { roleMappings, defaultRole } = entraSettings;
  return (
    settings.get(ssoSettings.autoAdminDomains).length > 0 ||
    settings.get(roleMappings).some(({ name }) => name === PLATFORM_ADMIN) ||
    settings.find(defaultRole) === PLATFORM_ADMIN
  );
}
