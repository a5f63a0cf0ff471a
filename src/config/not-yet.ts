import { boolean } from './schemas.js';
import type { SettingsReader } from './settings-reader.js';

/** Providers other than `entra`, by what their variables begin with. */
export const missingProviders = [
  'SSO_GOOGLE',
  'SSO_OKTA',
  'SSO_IBM_VERIFY',
  'SSO_KEYCLOAK',
  'SSO_GITHUB',
  'SSO_GENERIC',
] as const;

/** A variable of a later version is never accepted and ignored. */
export function checkNotYet(settings: SettingsReader): void {
  for (const provider of missingProviders) {
    const names = settings
      .names()
      .filter((name) => name.startsWith(`${provider}_`) && !isSwitchedOff(settings, provider, name));
    if (names.length > 0)
      settings.warn(
        `${names.sort().join(', ')} ${names.length === 1 ? 'has' : 'have'} no effect: this provider isn’t available in this version`,
      );
  }
}

function isSwitchedOff(settings: SettingsReader, provider: string, name: string): boolean {
  return (
    name === `${provider}_ENABLED` && boolean.safeParse(settings.text(name)?.trim() ?? '').data === false
  );
}
