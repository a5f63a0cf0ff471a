import type { SsoConfig } from './config.js';

/** The domains from which somebody may sign in with one provider at least; empty means any. */
export function trustedSomewhere({
  providers,
  trustedDomains,
}: Pick<SsoConfig, 'providers' | 'trustedDomains'>) {
  if (providers.length === 0) return trustedDomains;
  const admitsAny = providers.some((provider) => provider.trustedDomains.length === 0);
  return admitsAny ? [] : [...new Set(providers.flatMap((provider) => provider.trustedDomains))];
}
