import { expect, test } from '@jest/globals';
import { identityIn } from '#entrance/providers/keycloak/claims.js';
import { rightsIn } from '#entrance/providers/keycloak/rights.js';
import { type Sources, sourcesOf } from '#entrance/providers/keycloak/sources.js';
import { keycloakConfig } from '../../support/keycloak.js';
import type { Settings } from '../../support/settings.js';

const idToken = { iss: 'https://sso.acmecorp.com/realms/acme', sub: '7c0e', email: 'ada@acmecorp.com' };
const rightsOf = (sources: Partial<Sources>, settings: Settings = {}) =>
  rightsIn({ idToken, areComplete: true, ...sources }, keycloakConfig(settings), () => undefined);
const identityOf = (claims: object, settings: Settings = {}, userInfo?: Sources['userInfo']) =>
  identityIn(
    { idToken: { ...idToken, ...claims }, areComplete: true, ...(userInfo !== undefined && { userInfo }) },
    [],
    keycloakConfig(settings),
  );

test('the identity is known by issuer and sub, and called by the first name that there is', () => {
  expect(identityOf({ name: 'Ada Lovelace', sid: 'a sid' })).toMatchObject({
    key: { provider: 'keycloak', providerScope: idToken.iss, providerId: '7c0e' },
    fullName: 'Ada Lovelace',
    providerSessionId: 'a sid',
    appRoles: [],
  });
  expect(identityOf({ given_name: 'Ada', preferred_username: 'ada1' }).fullName).toBe('Ada');
  expect(identityOf({ preferred_username: 'ada1' }).fullName).toBe('ada1');
  const other = { SSO_KEYCLOAK_USERNAME_CLAIM: 'ldap.uid' };
  expect(identityOf({ preferred_username: 'ada1', ldap: { uid: 'u17' } }, other).fullName).toBe('u17');
  expect(identityOf({}).fullName).toBe('ada');
});

test('email_verified vouches for the claim email, of the source that it is in', () => {
  const work = { SSO_KEYCLOAK_EMAIL_CLAIM: 'work_email' };
  const verified = { email_verified: true };
  expect(identityOf(verified)).toMatchObject({ email: 'ada@acmecorp.com', emailVerified: true });
  expect(identityOf({ ...verified, work_email: 'root@acmecorp.com' }, work)).toMatchObject({
    email: 'root@acmecorp.com',
    emailVerified: false,
  });
  expect(identityOf({ ...verified, work_email: 'ada@acmecorp.com' }, work).emailVerified).toBe(true);
  const without = { email: undefined, email_verified: true };
  const told = { sub: '7c0e', email: 'root@acmecorp.com' };
  expect(identityOf(without, {}, told)).toMatchObject({ email: 'root@acmecorp.com', emailVerified: false });
  expect(identityOf(without, {}, { ...told, email_verified: true }).emailVerified).toBe(true);
});

test('roles count if they are to count', () => {
  const accessToken = {
    realm_access: { roles: ['operator'] },
    resource_access: { 'my-app': { roles: ['admin', 'reader'] }, account: { roles: [] } },
  };
  expect(rightsOf({ accessToken })).toEqual(['operator']);
  expect(rightsOf({ accessToken }, { SSO_KEYCLOAK_MAP_CLIENT_ROLES: 'true' })).toEqual([
    'operator',
    'my-app:admin',
    'my-app:reader',
  ]);
  expect(rightsOf({ accessToken }, { SSO_KEYCLOAK_MAP_REALM_ROLES: 'false' })).toEqual([]);
});

test('a group of the first level is meant with and without its slash, others as they are', () => {
  const groups = ['/admins', 'staff', '/it/platform', 'eng/web', '/'];
  expect(rightsOf({ idToken: { ...idToken, groups } }, { SSO_KEYCLOAK_MAP_REALM_ROLES: 'false' })).toEqual([
    ...['/admins', 'admins', '/staff', 'staff', '/it/platform', 'eng/web', '/'],
  ]);
});

test('a claim is found by its whole name, or by a path of names', () => {
  const settings = { SSO_KEYCLOAK_MAP_REALM_ROLES: 'false', SSO_KEYCLOAK_GROUPS_CLAIM: 'acme.groups' };
  expect(rightsOf({ idToken: { ...idToken, acme: { groups: ['/a/b'] } } }, settings)).toEqual(['/a/b']);
  expect(rightsOf({ idToken: { ...idToken, 'acme.groups': ['/c/d'], acme: {} } }, settings)).toEqual([
    '/c/d',
  ]);
  expect(rightsOf({ idToken }, { ...settings, SSO_KEYCLOAK_GROUPS_CLAIM: 'constructor.name' })).toEqual([]);
});

test.each([
  ['a list of roles', { realm_access: ['operator'] }],
  ['roles as a number', { realm_access: { roles: 5 } }],
  ['no roles at all, though one is mapped', {}],
])('%s leaves open what somebody has', (_, accessToken) => {
  expect(rightsOf({ accessToken }, { SSO_KEYCLOAK_ADMIN_GROUPS: 'operator' })).toEqual({ atLeast: [] });
});

test('a place that can’t be read leaves open what it would have told, also if no path is mapped', () => {
  const roles = { SSO_KEYCLOAK_MAP_REALM_ROLES: 'false', SSO_KEYCLOAK_ADMIN_GROUPS: 'operator' };
  expect(rightsOf({}, roles)).toEqual([]);
  expect(rightsOf({ areComplete: false }, roles)).toEqual({ atLeast: [] });
});

test('nothing is asked for that the ID token holds', async () => {
  const asked = () => Promise.reject(new Error('asked'));
  const sources = await sourcesOf(
    { ...idToken, groups: [] },
    ['email', 'groups'],
    {
      userInfo: asked,
      accessTokenClaims: asked,
    },
    { hasTwoNames: false, notify: () => undefined },
  );
  expect(sources.accessToken).toBeUndefined();
});

test.each([
  ['unauthorized', true, true],
  ['unauthorized', false, false],
  ['forbidden', true, false],
] as const)(
  'UserInfo that is %s, with two names: %s, makes what is nowhere known: %s',
  async (outcome, hasTwoNames, areComplete) => {
    const told: string[] = [];
    const context = { userInfo: async () => ({ outcome }), accessTokenClaims: async () => ({}) };
    const sources = await sourcesOf(idToken, ['groups'], context, {
      hasTwoNames,
      notify: (text) => told.push(text),
    });
    expect(sources.areComplete).toBe(areComplete);
    expect(told).toHaveLength(areComplete ? 0 : 1);
  },
);
