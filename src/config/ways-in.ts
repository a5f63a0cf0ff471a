import { sourceInWords } from '../identity/grant-words.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { ProviderId } from '../identity/user.js';
import type { Config, ProviderConfig, SsoConfig } from './config.js';
import { localAccountSettings } from './local-accounts.js';
import type { SettingsReader } from './settings-reader.js';
import { ssoSettings } from './sso-settings.js';
import { storeSettings } from './store.js';

type Doors = Pick<Config, 'store' | 'localAccounts' | 'sso'>;

const LOCAL_ADMINISTRATOR = 'PLATFORM_ADMIN_EMAIL with PLATFORM_ADMIN_PASSWORD makes a local administrator';

/** How somebody becomes the first administrator, in words for the operator. */
export function firstAdministrator({ localAccounts, sso }: Omit<Doors, 'store'>): string {
  const ways = sso.providers.map((provider) => provider.firstAdministrator);
  return [...ways, ...(localAccounts.enabled || ways.length === 0 ? [LOCAL_ADMINISTRATOR] : [])].join(
    ', or ',
  );
}

/** The ways in which an administrator can sign in with this configuration. */
export function waysIn({ localAccounts, sso }: Omit<Doors, 'store'>): readonly ProviderId[] {
  return [...(localAccounts.enabled ? ['local'] : []), ...sso.providers.map(({ id }) => id)];
}

/** Refuses a configuration with which nobody could sign in, and warns of one without administrators. */
export function checkWaysIn(settings: SettingsReader, { store, localAccounts, sso }: Doors): void {
  const { email, password } = localAccountSettings;
  const withAdministrator = localAccounts.administrator !== undefined || settings.isRejected(email, password);
  if (localAccounts.enabled && withAdministrator) return;
  const first = firstAdministrator({ localAccounts, sso });
  // Redis may hold accounts from earlier; the in-memory store starts empty.
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
  const { providers } = sso;
  if (sso.enabled && sso.requireApproval) checkApprovers(settings, sso, empty);
  if (providers.length > 0 && !somethingMakesAdmins(sso)) {
    const names = providers.map((provider) => provider.settings.adminGroups);
    settings.warn(
      `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} empty, nothing else gives platform_admin, and there is no local administrator: nobody new could become platform_admin. ${first}`,
    );
  } else if (providers.length > 0 && empty && !somebodyWasMeant(settings, sso)) {
    const holders = providers
      .filter(({ adminGroups }) => adminGroups.length > 0)
      .map(({ adminGroups, name }) => `${adminGroups.map(sourceInWords).join(', ')} at ${name}`);
    settings.warn(
      `There is no administrator yet: only people who hold the ${holders.join(', or ')} become one. Assign it, or else ${first}`,
    );
  }
}

/** Without a local administrator, the first administrator has to come in without approval. */
function checkApprovers(settings: SettingsReader, sso: SsoConfig, empty: boolean): void {
  if (somethingMakesAdmins(sso)) {
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

/** The default doesn't count, since the operator may not know it. */
function somebodyWasMeant(settings: SettingsReader, sso: SsoConfig): boolean {
  const isSet = sso.providers.some(({ settings: names }) => settings.text(names.adminGroups) !== undefined);
  return isSet || givesAdminOtherwise(sso);
}

function somethingMakesAdmins(sso: SsoConfig): boolean {
  return sso.providers.some(({ adminGroups }) => adminGroups.length > 0) || givesAdminOtherwise(sso);
}

function givesAdminOtherwise({ autoAdminDomains, providers }: SsoConfig): boolean {
  const isGiven = ({ adminDomains = [], roleMappings, defaultRole }: ProviderConfig) =>
    adminDomains.length > 0 ||
    defaultRole === PLATFORM_ADMIN ||
    roleMappings.some(({ name }) => name === PLATFORM_ADMIN);
  return autoAdminDomains.length > 0 || providers.some(isGiven);
}
