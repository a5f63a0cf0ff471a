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

const is =
  (...values: readonly string[]) =>
  (text: string) =>
    values.includes(text.replaceAll(/\s/g, ''));
const isBoolean = (expected: boolean) => (text: string) => boolean.safeParse(text).data === expected;

/** Without these more people would get in, or stay in, than the operator means: set, they stop the start. */
export const refusedSettings: readonly MissingSetting[] = [
  {
    name: 'SSO_ENTRA_SYNC_ROLES_ON_LOGIN',
    meaning: 'roles are left as they are at sign-in',
    default: 'true',
    isDefault: isBoolean(true),
  },
];

/** Without these fewer people get in, or the same: a warning will do. */
export const unheededSettings: readonly MissingSetting[] = [
  {
    name: 'SSO_AUTO_ADMIN_DOMAINS',
    meaning: 'everybody of a domain is an administrator',
    default: '[]',
    isDefault: is('[]'),
  },
  {
    name: 'SSO_ENTRA_GRAPH_URL',
    meaning: 'Microsoft Graph',
    default: 'https://graph.microsoft.com',
    isDefault: is('https://graph.microsoft.com', 'https://graph.microsoft.com/'),
  },
  { name: 'SSO_ENTRA_ROLE_MAPPINGS', meaning: 'roles by group', default: '{}', isDefault: is('{}') },
  { name: 'SSO_ENTRA_TEAM_MAPPINGS', meaning: 'teams by group', default: '{}', isDefault: is('{}') },
  { name: 'SSO_ENTRA_DEFAULT_ROLE', meaning: 'a role for everybody else' },
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
  for (const setting of unheededSettings) {
    if (asksFor(settings, setting))
      settings.warn(`${setting.name} isn’t available in this version and has no effect: ${setting.meaning}`);
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
