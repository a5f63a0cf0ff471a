import { auditSettings } from './audit.js';
import { brandSettings } from './brand.js';
import { entraSettings } from './entra.js';
import { localAccountSettings } from './local-accounts.js';
import { logSettings } from './log.js';
import { serverSettings } from './server.js';
import { sessionSettings } from './session.js';
import type { AnySetting } from './setting.js';
import { ssoSettings } from './sso.js';
import { storeSettings } from './store.js';

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly AnySetting[];
}

/** Every setting there is, in the order in which they are documented. */
export const settingGroups: readonly SettingGroup[] = [
  { title: 'Server', settings: Object.values(serverSettings) },
  { title: 'Store', settings: Object.values(storeSettings) },
  { title: 'Sessions', settings: Object.values(sessionSettings) },
  { title: 'Log', settings: Object.values(logSettings) },
  { title: 'Audit log', settings: Object.values(auditSettings) },
  { title: 'Brand', settings: Object.values(brandSettings) },
  { title: 'Local accounts', settings: Object.values(localAccountSettings) },
  { title: 'Single sign-on', settings: Object.values(ssoSettings) },
  { title: 'Microsoft Entra ID', settings: Object.values(entraSettings) },
];
