import { expect, test } from '@jest/globals';
import { keycloakConfig, keycloakSettings } from '../../support/keycloak.js';
import { problemsOf, type Settings, warningsOf } from '../../support/settings.js';

const problems = (changes: Settings) => problemsOf({ ...keycloakSettings, ...changes });
const warnings = (changes: Settings) => warningsOf({ ...keycloakSettings, ...changes }).join('\n');

test('what isn’t set is as the MCP Gateway has it', () => {
  expect(keycloakConfig({ SSO_KEYCLOAK_REALM: undefined })).toMatchObject({
    id: 'keycloak',
    displayName: 'Keycloak (master)',
    baseUrl: 'https://sso.acmecorp.com',
    publicBaseUrl: undefined,
    mapRealmRoles: true,
    mapClientRoles: false,
    usernameClaim: 'preferred_username',
    emailClaim: 'email',
    groupsClaim: 'groups',
    scopes: 'openid profile email',
    revalidateInterval: 0,
  });
});

test.each(['BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET'])('SSO_KEYCLOAK_%s is needed', (name) => {
  expect(problems({ [`SSO_KEYCLOAK_${name}`]: undefined })).toMatchObject([
    { variable: `SSO_KEYCLOAK_${name}`, problem: 'isn’t set, and SSO_KEYCLOAK_ENABLED=true needs it' },
  ]);
  expect(problems({ [`SSO_KEYCLOAK_${name}`]: undefined, SSO_ENABLED: 'false' })).toEqual([]);
});

test.each([
  ['https://sso.acmecorp.com/auth/', 'https://sso.acmecorp.com/auth'],
  ['http://localhost:8080', 'http://localhost:8080'],
  ['HTTPS://SSO.acmecorp.com:443//', 'https://sso.acmecorp.com'],
])('the base URL %s is %s', (written, baseUrl) => {
  expect(keycloakConfig({ SSO_KEYCLOAK_BASE_URL: written }).baseUrl).toBe(baseUrl);
  expect(keycloakConfig({ SSO_KEYCLOAK_PUBLIC_BASE_URL: written }).publicBaseUrl).toBe(baseUrl);
});

test.each([
  ['BASE_URL', 'https://sso.acmecorp.com/realms/acme', 'must end before /realms'],
  ['PUBLIC_BASE_URL', 'https://sso.acmecorp.com/auth/admin/master', 'must end before /realms or /admin'],
  ['BASE_URL', 'http://keycloak:8080', 'plain http'],
  ['REALM', 'realms/acme', 'without slashes'],
  ['GROUPS_CLAIM', 'my groups', 'no blanks'],
  ['SCOPE', 'profile email', 'must contain openid'],
  ['CLIENT_ID', 'my client', 'no blanks'],
])('SSO_KEYCLOAK_%s=%s is refused', (name, value, problem) => {
  expect(problems({ [`SSO_KEYCLOAK_${name}`]: value })).toMatchObject([
    { variable: `SSO_KEYCLOAK_${name}`, problem: expect.stringContaining(problem) },
  ]);
});

test.each([
  [{ SSO_KEYCLOAK_ADMIN_GROUPS: 'offline_access' }, 'offline_access'],
  [{ SSO_KEYCLOAK_ROLE_MAPPINGS: '{"UMA_authorization":"platform_viewer"}' }, 'uma_authorization'],
  [
    { SSO_KEYCLOAK_REALM: 'Acme', SSO_KEYCLOAK_TEAM_MAPPINGS: '{"default-roles-acme":"Harbour"}' },
    'default-roles-acme',
  ],
  [
    { SSO_KEYCLOAK_MAP_CLIENT_ROLES: 'true', SSO_KEYCLOAK_ADMIN_GROUPS: 'account:view-profile' },
    'account:view-profile',
  ],
])('a role that everybody has is warned of: %j', (changes, role) => {
  expect(warnings(changes)).toContain(`${role} is mapped, and it is a role that Keycloak gives to everybody`);
});

test('roles that don’t count give no such warning, and roles of the client are warned of', () => {
  expect(
    warnings({ SSO_KEYCLOAK_MAP_REALM_ROLES: 'false', SSO_KEYCLOAK_ADMIN_GROUPS: 'offline_access' }),
  ).not.toContain('everybody');
  expect(warnings({ SSO_KEYCLOAK_ADMIN_GROUPS: '["post:admin"]' })).toContain(
    'SSO_KEYCLOAK_MAP_CLIENT_ROLES=true alone',
  );
  expect(warnings({ SSO_KEYCLOAK_ADMIN_GROUPS: '["/admins"]' })).toBe('');
});

test('the gateway’s setting for personal teams is answered with ours', () => {
  expect(warnings({ SSO_KEYCLOAK_RESOLVE_TEAM_SCOPE_TO_PERSONAL_TEAM: 'true' })).toContain(
    'SSO_KEYCLOAK_TEAM_MAPPINGS',
  );
});
