import type { Preset } from './settings.js';

export const adfsNames = { id: 'adfs', name: 'AD FS' } as const;

/**
 * AD FS: its UserInfo endpoint answers `sub` alone, by design, and no rule sends groups under another name than the claim
 * type’s (`group`).
 */
export const adfsPreset: Preset = {
  prefix: 'SSO_ADFS',
  ...adfsNames,
  isOn: false,
  groupsClaim: 'group',
  asksUserInfo: false,
};
