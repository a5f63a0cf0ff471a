import { quoted } from '../identity/quoted.js';
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
    ...readChoice(settings, {
      enabled,
      providers,
      expected: switches.filter((one) => settings.get(one)).length,
    }),
  };
}

/** If a provider's settings couldn't be read, that problem is reported, and not that its ID is unknown. */
function readChoice(
  settings: SettingsReader,
  { enabled, providers, expected }: Pick<SsoConfig, 'enabled' | 'providers'> & { readonly expected: number },
): Pick<SsoConfig, 'defaultProvider' | 'providerDomains'> {
  const defaultProvider = settings.find(ssoSettings.defaultProvider);
  const providerDomains = settings.get(ssoSettings.providerDomains);
  const ids = providers.map(({ id }) => id);
  const areKnown = enabled && ids.length > 0 && ids.length >= expected;
  const isUnknown = (id: string | undefined) => areKnown && id !== undefined && !ids.includes(id);
  const problemOf = (id: string) =>
    `names ${quoted(id)}, which is no provider that is on: there is ${ids.join(', ')}`;
  if (defaultProvider !== undefined && isUnknown(defaultProvider))
    settings.reject(
      ssoSettings.defaultProvider,
      problemOf(defaultProvider),
      `SSO_DEFAULT_PROVIDER=${ids[0]}`,
    );
  for (const [domain, id] of providerDomains)
    if (isUnknown(id))
      settings.reject(
        ssoSettings.providerDomains,
        problemOf(id),
        `SSO_PROVIDER_DOMAINS=${JSON.stringify({ [domain]: ids[0] })}`,
      );
  return { defaultProvider, providerDomains };
}

function noProvider(preserveAdminAuth: boolean): string {
  const problem = 'is true, but no provider is on';
  return preserveAdminAuth
    ? problem
    : `${problem}; as SSO_PRESERVE_ADMIN_AUTH is false, there would be no way in`;
}
