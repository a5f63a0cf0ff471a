import { onlyProvider } from '../provider-kind.js';
import { createIbmVerifyProvider } from './ibm-verify.js';
import { ibmVerifyNames, ibmVerifySettings, readIbmVerify } from './settings.js';

export const ibmVerify = onlyProvider({
  names: ibmVerifyNames,
  settings: ibmVerifySettings,
  foreignNames: {
    gateway: [{ names: ['IBM_VERIFY_USER_MAPPING'], here: 'claims are read by their standard names' }],
  },
  read: readIbmVerify,
  create: createIbmVerifyProvider,
});
