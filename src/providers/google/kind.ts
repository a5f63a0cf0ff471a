import { missingKind } from '../provider-kind.js';

export const google = missingKind('google', 'SSO_GOOGLE', ['GOOGLE_GROUPS_MAPPING']);
