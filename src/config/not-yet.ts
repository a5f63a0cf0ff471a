import { boolean } from './schemas.js';
import type { SettingsReader } from './settings-reader.js';

/** A setting that this product is to have and this version hasn’t. */
export interface MissingSetting {
  readonly name: string;
  /** What would go unheeded. */
  readonly meaning: string;
  /** In words; none means unset. */
  readonly default?: string;
  isDefault?(text: string): boolean;
}

const isBoolean = (expected: boolean) => (text: string) => boolean.safeParse(text).data === expected;

/** Without these more people would get in, or stay in, than the operator means: set, they stop the start. */
export const refusedSettings: readonly MissingSetting[] = [
  {
    name: 'SSO_REQUIRE_ADMIN_APPROVAL',
    meaning: 'new users wait until an administrator approves',
    default: 'false',
    isDefault: isBoolean(false),
  },
];

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
  for (const setting of refusedSettings) {
    if (!asksFor(settings, setting)) continue;
    settings.rejectVariable({
      variable: setting.name,
      problem: `isn’t available in this version (${setting.meaning}), and without it more people could be let in than you mean to`,
      example:
        setting.default === undefined ? `leave ${setting.name} unset` : `${setting.name}=${setting.default}`,
    });
  }
  for (const provider of missingProviders) {
    const names = settings
      .names()
      .filter((name) => name.startsWith(`${provider}_`) && !isSwitchedOff(settings, provider, name));
    if (names.length > 0)
      settings.warn(
        `${names.sort().join(', ')}: this provider isn’t available in this version, and they have no effect`,
      );
  }
}

function asksFor(settings: SettingsReader, { name, isDefault }: MissingSetting): boolean {
  const text = settings.text(name)?.trim();
  return text !== undefined && !isDefault?.(text);
}

function isSwitchedOff(settings: SettingsReader, provider: string, name: string): boolean {
  return name === `${provider}_ENABLED` && isBoolean(false)(settings.text(name)?.trim() ?? '');
}
