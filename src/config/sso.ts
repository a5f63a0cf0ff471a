import type { SsoConfig } from './config.js';
import type { ProviderSettings } from './provider-settings.js';
import type { SettingsReader } from './settings-reader.js';
import { ssoSettings } from './sso-settings.js';

export function readSso(settings: SettingsReader, kinds: readonly ProviderSettings[]): SsoConfig {
  const enabled = settings.get(ssoSettings.enabled);
  const trustedDomains = settings.get(ssoSettings.trustedDomains);
  const autoCreateUsers = settings.get(ssoSettings.autoCreateUsers);
  const requireApproval = settings.get(ssoSettings.requireApproval);
  const autoAdminDomains = settings.get(ssoSettings.autoAdminDomains);
  const preserveAdminAuth = settings.get(ssoSettings.preserveAdminAuth);
  const switches = kinds.flatMap((kind) => kind.switches(settings));
  const isProviderOn = switches.some((one) => settings.get(one) || settings.isRejected(one));
  const providers = kinds.flatMap((kind) => kind.read(settings, enabled));

  if (enabled && !isProviderOn) {
    settings.reject(
      ssoSettings.enabled,
      noProvider(preserveAdminAuth),
      `SSO_ENABLED=true with ${switches[0]?.name}=true, or SSO_ENABLED=false`,
    );
  }
  for (const [index, { id, settings: names }] of providers.entries()) {
    if (id === 'local' || providers.findIndex((one) => one.id === id) < index)
      settings.rejectVariable({
        variable: names.enabled,
        problem: `turns on a provider of the ID ${id}, which is taken: each needs an ID of its own`,
        example: `${names.enabled}=false`,
      });
  }
  const named = providers.map(({ id, name }) => [id, name] as const);
  const providerNames = Object.assign({}, ...kinds.map(({ names }) => names), Object.fromEntries(named));
  return {
    enabled,
    trustedDomains,
    autoCreateUsers,
    requireApproval,
    autoAdminDomains,
    preserveAdminAuth,
    providers,
    providerNames,
  };
}

function noProvider(preserveAdminAuth: boolean): string {
  const problem = 'is true, but no provider is on';
  return preserveAdminAuth
    ? problem
    : `${problem}; as SSO_PRESERVE_ADMIN_AUTH is false, there would be no way in`;
}
