import type { SettingsReader } from '../../config/settings-reader.js';
import { onlyProvider } from '../provider-kind.js';
import { createKeycloakProvider } from './keycloak.js';
import {
  type KeycloakConfig,
  keycloakNames,
  keycloakSettings,
  mappedValues,
  readKeycloak,
} from './settings.js';

export const keycloak = onlyProvider<KeycloakConfig>({
  names: keycloakNames,
  settings: keycloakSettings,
  foreignNames: {
    gateway: [
      {
        names: ['SSO_KEYCLOAK_RESOLVE_TEAM_SCOPE_TO_PERSONAL_TEAM'],
        here: 'there are no personal teams: SSO_KEYCLOAK_TEAM_MAPPINGS puts people into teams',
      },
    ],
  },
  read: readKeycloak,
  check,
  create: createKeycloakProvider,
});

function check(settings: SettingsReader, config: KeycloakConfig): void {
  const { clientId, mapClientRoles, mapRealmRoles, realm } = config;
  const values = mappedValues(config);
  const everybodys = [
    ...(mapRealmRoles ? ['offline_access', 'uma_authorization', `default-roles-${realm}`] : []),
    ...(mapClientRoles ? ['account:manage-account', 'account:view-profile'] : []),
  ].map((role) => role.toLowerCase());
  for (const value of values.filter((one) => everybodys.includes(one.toLowerCase())))
    settings.warn(
      `${value} is mapped, and it is a role that Keycloak gives to everybody in the realm: everybody gets what it maps to`,
    );
  const ofClient = values.find((one) => one.toLowerCase().startsWith(`${clientId.toLowerCase()}:`));
  if (!mapClientRoles && ofClient !== undefined)
    settings.warn(
      `${ofClient} is mapped, and it looks like a role of the client ${clientId}: such roles count with SSO_KEYCLOAK_MAP_CLIENT_ROLES=true alone`,
    );
}
