import { auditSettings } from './audit.js';
import { brandSettings } from './brand.js';
import { localAccountSettings } from './local-accounts.js';
import { logSettings } from './log.js';
import type { ProviderSettings, SettingGroup, TextOf } from './provider-settings.js';
import { serverSettings } from './server.js';
import { sessionSettings } from './session.js';
import { type AnySetting, variablesOf } from './setting.js';
import { ssoSettings } from './sso-settings.js';
import { storeSettings } from './store.js';

/** Every documented setting, in the order of the documentation. */
export function settingGroupsOf(kinds: readonly ProviderSettings[]): readonly SettingGroup[] {
  return [
    { title: 'Server', settings: Object.values(serverSettings) },
    { title: 'Store', settings: Object.values(storeSettings) },
    { title: 'Sessions', settings: Object.values(sessionSettings) },
    { title: 'Log', settings: Object.values(logSettings) },
    { title: 'Audit log', settings: Object.values(auditSettings) },
    { title: 'Brand', settings: Object.values(brandSettings) },
    { title: 'Local accounts', settings: Object.values(localAccountSettings) },
    { title: 'Single sign-on', settings: Object.values(ssoSettings) },
    ...kinds.flatMap(({ groups }) => groups),
  ];
}

/** Every setting that has an effect in an environment with these texts. */
export function settingsIn(kinds: readonly ProviderSettings[], textOf: TextOf): readonly AnySetting[] {
  return [
    ...settingGroupsOf(kinds).flatMap(({ settings }) => settings),
    ...kinds.flatMap((kind) => kind.settingsIn?.(textOf) ?? []),
  ];
}

export function settingsOfKind(
  { groups, settingsIn }: ProviderSettings,
  textOf: TextOf,
): readonly AnySetting[] {
  return [...groups.flatMap(({ settings }) => settings), ...(settingsIn?.(textOf) ?? [])];
}

export function knownNames(kinds: readonly ProviderSettings[], textOf: TextOf): readonly string[] {
  return [...settingsIn(kinds, textOf).flatMap(variablesOf), ...othersNames(kinds)];
}

/** Variables that other programs set and that are read here too. */
export function othersNames(kinds: readonly ProviderSettings[]): readonly string[] {
  return kinds.flatMap(({ othersNames: names = [] }) => names);
}
