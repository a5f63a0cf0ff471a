import { missingKind } from '../provider-kind.js';

export const okta = missingKind('okta', 'SSO_OKTA', ['OKTA_GROUP_MAPPING']);
