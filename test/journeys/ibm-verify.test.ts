import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { BASE_URL, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { logoutClaims, notifyOfLogout } from '../support/logout-token.js';
import { CLIENTS, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.js';
import { rolesIn, type ShapedProvider, shapeProvider } from '../support/shaped-provider.js';

/* A newer tenant of IBM Verify, whose issuer is found by its origin, and which takes the secret in the header alone. */

const DEVELOPERS = 'CN=Developers,OU=Groups,DC=acmecorp,DC=com';

let provider: OpenIdProvider;
let entrance: TestEntrance;
let ibm: ShapedProvider;

beforeAll(async () => {
  provider = await startOpenIdProvider(`${BASE_URL}/auth/sso/callback/ibm_verify`);
  ibm = await shapeProvider({
    provider,
    id: 'ibm_verify',
    path: '/oauth2',
    metadata: { token_endpoint_auth_methods_supported: ['client_secret_basic'] },
    browser: () => entrance.browser(),
  });
  entrance = await startTestEntrance({
    settings: {
      SSO_TRUSTED_DOMAINS: undefined,
      SSO_IBM_VERIFY_ENABLED: 'true',
      SSO_IBM_VERIFY_CLIENT_ID: 'basic',
      SSO_IBM_VERIFY_CLIENT_SECRET: JSON.stringify([CLIENTS.basic]),
      SSO_IBM_VERIFY_ISSUER: provider.issuer,
      SSO_IBM_VERIFY_EMAIL_FROM_USERNAME: 'true',
      SSO_IBM_VERIFY_ADMIN_GROUPS: JSON.stringify(['cn=developers,ou=groups,dc=acmecorp,dc=com']),
      SSO_IBM_VERIFY_ROLE_MAPPINGS: '{"BILLING:ServiceOwner":"platform_viewer"}',
      IBM_VERIFY_GROUP_MAPPING: JSON.stringify({ [DEVELOPERS]: 'Developers' }),
    },
  });
});
afterAll(async () => {
  await entrance.close();
  await provider.close();
});
afterEach(() => {
  ibm.alter = {};
});

const person = (sub: string, claims = {}, told = {}) => ({
  sub,
  idToken: { email: `${sub}@acmecorp.com`, email_verified: true, groups: undefined, ...claims },
  userInfo: told,
});

const account = (sub: string) =>
  entrance.deps.directory.findByIdentity({
    provider: 'ibm_verify',
    providerScope: ibm.issuer,
    providerId: sub,
  });

test('a group by its distinguished name makes an administrator and gives a team', async () => {
  const { browser, location } = await ibm.signIn(person('6430-admin', { groupIds: [DEVELOPERS] }));
  expect(location).toBe('/admin');
  expect(await rolesIn(browser)).toEqual(['platform_admin']);
  expect((await account('6430-admin'))?.teams).toHaveLength(1);
  const asked = provider.asked.findLast(({ path }) => path === '/token');
  expect(asked?.authorization).toMatch(/^Basic /);
  expect(asked?.form.has('client_secret')).toBe(false);
});

test('a role of a service counts by the name of the service and its own', async () => {
  const roles = { BILLING: ['ServiceOwner'], HARBOUR: ['Reader'] };
  const { browser } = await ibm.signIn(person('6430-viewer', { roles }));
  expect(await rolesIn(browser)).toEqual(['platform_viewer']);
  const other = await ibm.signIn(person('6430-nobody', { roles: { HARBOUR: ['ServiceOwner'] } }));
  expect(other.location).toBe('/admin');
  expect(await rolesIn(other.browser)).toEqual([]);
});

test('groups of UserInfo count; groups that nobody tells of, or that can’t be read, take nothing away', async () => {
  const isAdministrator = async (who: Parameters<typeof ibm.signIn>[0]) => {
    entrance.pass(60_000);
    return (await rolesIn((await ibm.signIn(who)).browser)).includes('platform_admin');
  };
  const sub = '6430-moving';
  expect(await isAdministrator(person(sub, {}, { groups: DEVELOPERS }))).toBe(true);
  expect(await isAdministrator(person(sub))).toBe(true);
  expect(await isAdministrator(person(sub, { groupIds: 7 }))).toBe(true);
  expect(await isAdministrator({ ...person(sub), userInfo: { status: 403, body: {} } })).toBe(true);
  expect(await isAdministrator(person(sub, { groupIds: [] }))).toBe(false);
});

test('a user name stands in for a missing address if it has the form of one, and nobody vouches for it', async () => {
  const without = { email: undefined, email_verified: true };
  const named = person('6430-named', { ...without, preferred_username: 'ada@acmecorp.com' });
  const { browser } = await ibm.signIn(named);
  expect((await browser.get('/auth/me')).body).toMatchObject({ email: null, email_confirmed: false });
  const short = person('6430-short', { ...without, preferred_username: 'ada' });
  expect((await ibm.signIn(short)).location).toBe('/admin/login?error=email_missing');
});

test.each([
  ['access_denied', 'CSIAQ0278E The user is not entitled.', 'CSIAQ0278E', 'sso_failed'],
  ['invalid_request', 'CSIAQ0167E The redirection URI is invalid.', 'CSIAQ0167E', 'sso_misconfigured'],
  ['server_error', 'CSIAQ9999E Something else.', 'CSIAQ9999E', 'sso_unavailable'],
])('%s with a message number is told with that number', async (error, description, number, code) => {
  const { browser, location } = await ibm.refuse(error, description);
  expect(location).toBe(`/admin/login?error=${code}`);
  const page = await browser.get(location).expect(200);
  expect(page.text).toContain(number);
  expect(page.text).not.toContain(description);
  const line = entrance.logged.findLast((one) => one.includes('a sign-in was refused')) ?? '{}';
  expect(JSON.parse(line)).toMatchObject({ code, remedy: expect.not.stringMatching(/[{}]/) });
});

test('an answer is good with IBM Verify alone, and only in the name of its issuer', async () => {
  const misled = await ibm.signIn(person('6430-mixed'), (answer) => {
    answer.pathname = '/auth/sso/callback/entra';
  });
  expect(misled.location).toBe('/admin/login?error=transaction_invalid');
  const renamed = await ibm.signIn(person('6430-mixed'), ({ searchParams }) => {
    searchParams.set('iss', provider.issuer);
  });
  expect(renamed.location).toBe('/admin/login?error=sso_failed');
});

test('the session at IBM Verify can be ended', async () => {
  const { browser } = await ibm.signIn(person('6430-leaving'));
  const page = await browser.post('/admin/logout').redirects(1).expect(200);
  expect(page.text).toContain('Sign out of IBM Verify too');
});

test('a logout token of the tenant ends the session that it names, and none of another address does', async () => {
  const { browser } = await ibm.signIn(person('6430-out', { sid: 'session-1' }));
  const { browser: bystander } = await ibm.signIn(person('6430-stays', { sid: 'session-2' }));
  const statusAt = async (issuer: string, typ: string) => {
    const claims = logoutClaims(issuer, 'basic', { sid: 'session-1' }, entrance.deps.clock.now());
    return (await notifyOfLogout(entrance.browser(), 'ibm_verify', await provider.keys.sign(claims, { typ })))
      .status;
  };
  expect(await statusAt(provider.issuer, 'logout+jwt')).toBe(400);
  expect(await rolesIn(browser)).toEqual([]);
  expect(await statusAt(ibm.issuer, 'JWT')).toBe(200);
  await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
  expect(await rolesIn(bystander)).toEqual([]);
});

test('the doctor finds the metadata of a tenant at the second address', async () => {
  const found = entrance.deps.providers.find(({ id }) => id === 'ibm_verify');
  const findings = (await found?.inspection.examine(() => Date.now())) ?? [];
  expect(findings).toContainEqual(expect.objectContaining({ check: 'issuer', severity: 'ok' }));
  expect(findings).toContainEqual(expect.objectContaining({ check: 'credential', severity: 'ok' }));
});
