import type { KeycloakConfig } from '#entrance/providers/keycloak/settings.js';
import { BASE_URL } from './entrance.js';
import { parseValid, type Settings } from './settings.js';

export const addresses = {
  redirectUri: `${BASE_URL}/auth/sso/callback/keycloak`,
  signInUrl: `${BASE_URL}/admin/login`,
};

/** The realm `acme` as the only provider that is on. */
export const keycloakSettings: Settings = {
  SSO_ENTRA_ENABLED: undefined,
  SSO_KEYCLOAK_ENABLED: 'true',
  SSO_KEYCLOAK_BASE_URL: 'https://sso.acmecorp.com',
  SSO_KEYCLOAK_REALM: 'acme',
  SSO_KEYCLOAK_CLIENT_ID: 'post',
  SSO_KEYCLOAK_CLIENT_SECRET: 'kT9vQm2LxW4pZr7sYb3n',
};

export function keycloakConfig(changes: Settings = {}): KeycloakConfig {
  const [config] = parseValid({ ...keycloakSettings, ...changes }).sso.providers;
  return config as KeycloakConfig; // the only one that is on
}
