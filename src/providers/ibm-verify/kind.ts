import { missingKind } from '../provider-kind.js';

export const ibmVerify = missingKind('ibm_verify', 'SSO_IBM_VERIFY', [
  'IBM_VERIFY_GROUP_MAPPING',
  'IBM_VERIFY_USER_MAPPING',
]);
