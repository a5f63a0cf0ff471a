import type { ProviderKind } from '../provider-kind.js';
import { createIbmVerifyProvider } from './ibm-verify.js';
import { type IbmVerifyConfig, ibmVerifyNames, ibmVerifySettings, readIbmVerify } from './settings.js';

export const ibmVerify: ProviderKind<IbmVerifyConfig> = {
  kind: ibmVerifyNames.kind,
  names: { [ibmVerifyNames.id]: ibmVerifyNames.name },
  groups: [{ title: ibmVerifyNames.displayName, settings: Object.values(ibmVerifySettings) }],
  foreignNames: {
    gateway: [{ names: ['IBM_VERIFY_USER_MAPPING'], here: 'claims are read by their standard names' }],
  },
  switches: () => [ibmVerifySettings.enabled],
  read(settings, isOn) {
    const config = readIbmVerify(settings, isOn && settings.get(ibmVerifySettings.enabled));
    return config === undefined ? [] : [config];
  },
  create: createIbmVerifyProvider,
};
