import { missingKind, type ProviderKind } from '../provider-kind.js';

export const generic: ProviderKind = {
  ...missingKind('generic', 'SSO_GENERIC'),
  foreignNames: { gatewayPrefixes: [['SSO_ADFS_', 'AD FS isn’t available in this version']] },
};
