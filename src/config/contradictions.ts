import type { Config, ProviderConfig, SessionConfig, SsoConfig } from './config.js';
import { checkGivenRoles } from './given-roles.js';
import { checkListening, checkOwnPath } from './listening.js';
import type { ProviderSettings } from './provider-settings.js';
import { sessionSettings } from './session.js';
import { variablesOf } from './setting.js';
import { settingsOfKind } from './setting-groups.js';
import type { SettingsReader } from './settings-reader.js';
import { ssoSettings } from './sso-settings.js';

const MINUTE_MS = 60_000;

export function checkContradictions(
  settings: SettingsReader,
  config: Pick<Config, 'server' | 'session' | 'localAccounts' | 'sso'>,
  kinds: readonly ProviderSettings[],
  isMounted: boolean,
): void {
  const { server, session, localAccounts, sso } = config;
  checkOwnPath(settings, server);
  if (!isMounted) checkListening(settings, server);
  checkSwitches(settings, sso, kinds);
  checkDomains(settings, sso);
  for (const provider of sso.providers) {
    const kind = kinds.find((one) => one.kind === provider.kind);
    kind?.check?.(settings, provider, { localAccounts, sso });
    checkGivenRoles(settings, provider, isMounted);
    checkInterval(settings, provider, session);
  }
}

/** If settings of a feature are set and the feature is off, its switch was probably forgotten or misspelt. */
function checkSwitches(
  settings: SettingsReader,
  { enabled, autoCreateUsers, requireApproval }: SsoConfig,
  kinds: readonly ProviderSettings[],
): void {
  if (requireApproval && !autoCreateUsers)
    settings.warn(
      'SSO_REQUIRE_ADMIN_APPROVAL has no effect: with SSO_AUTO_CREATE_USERS=false nobody new comes who could be approved',
    );
  if (enabled || settings.isSet(ssoSettings.enabled)) return;
  const ofProviders = kinds.flatMap((kind) => settingsOfKind(kind, (name) => settings.text(name)));
  const given = [...Object.values(ssoSettings), ...ofProviders]
    .flatMap(variablesOf)
    .filter((name) => settings.text(name) !== undefined && !settings.isNo(name));
  if (given.length > 0)
    settings.warn(
      `SSO_ENABLED isn’t set, so single sign-on is off, and these have no effect: ${given.join(', ')}. SSO_ENABLED=true turns it on, SSO_ENABLED=false says that it is meant to be off`,
    );
}

function checkDomains(settings: SettingsReader, { trustedDomains, autoAdminDomains }: SsoConfig): void {
  const shut = autoAdminDomains.filter((domain) => !trustedDomains.includes(domain));
  if (trustedDomains.length > 0 && shut.length > 0 && !settings.isRejected(ssoSettings.trustedDomains))
    settings.warn(
      `SSO_AUTO_ADMIN_DOMAINS makes administrators of ${shut.join(', ')}, but SSO_TRUSTED_DOMAINS admits nobody from there`,
    );
}

function checkInterval(
  settings: SettingsReader,
  { name, revalidateInterval, settings: { revalidateInterval: variable } }: ProviderConfig,
  { absoluteTimeout }: SessionConfig,
): void {
  if (revalidateInterval === 0 || settings.isRejected(sessionSettings.absoluteTimeout)) return;
  if (revalidateInterval >= absoluteTimeout)
    settings.warn(`${variable} has no effect: no session lives that long (SESSION_ABSOLUTE_TIMEOUT)`);
  if (revalidateInterval < MINUTE_MS)
    settings.warn(
      `${variable} is shorter than a minute: ${name} is asked that often for everybody who is active, and slows down those who ask too much`,
    );
}
