import { missingKind } from '../provider-kind.js';

export const keycloak = missingKind('keycloak', 'SSO_KEYCLOAK');
