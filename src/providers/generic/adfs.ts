import type { Preset } from './settings.js';

export const adfsNames = { id: 'adfs', name: 'AD FS' } as const;

/** AD FS answers `sub` alone at its UserInfo endpoint, by design. Rules send groups as the claim type `group` mostly. */
export const adfsPreset: Preset = {
  prefix: 'SSO_ADFS',
  ...adfsNames,
  isOn: false,
  groupsClaim: 'group',
  asksUserInfo: false,
};
