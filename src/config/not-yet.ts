import type { ProviderSettings } from './provider-settings.js';
import { boolean } from './schemas.js';
import type { SettingsReader } from './settings-reader.js';

/** A variable of a later version is never accepted and ignored. */
export function checkNotYet(settings: SettingsReader, kinds: readonly ProviderSettings[]): void {
  for (const { missing } of kinds) {
    if (missing === undefined) continue;
    const names = settings
      .names()
      .filter((name) => name.startsWith(`${missing}_`) && !isSwitchedOff(settings, missing, name));
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
