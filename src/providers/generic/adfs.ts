import type { Preset } from './settings.js';

export const adfsNames = { id: 'adfs', name: 'AD FS' } as const;

/** By design, the UserInfo endpoint of AD FS gives `sub` only. Most AD FS rules send groups as the claim `group`. */
export const adfsPreset: Preset = {
  prefix: 'SSO_ADFS',
  ...adfsNames,
  isOn: false,
  groupsClaim: 'group',
  asksUserInfo: false,
};
