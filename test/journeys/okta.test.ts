import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { BASE_URL, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { CLIENTS, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.js';
import { rolesIn, type ShapedProvider, shapeProvider } from '../support/shaped-provider.js';

/* A custom authorization server of an Okta organisation, beside Microsoft. */

let provider: OpenIdProvider;
let entrance: TestEntrance;
let okta: ShapedProvider;

beforeAll(async () => {
  provider = await startOpenIdProvider(`${BASE_URL}/auth/sso/callback/okta`);
  const path = '/oauth2/default';
  okta = await shapeProvider({ provider, id: 'okta', path, browser: () => entrance.browser() });
  entrance = await startTestEntrance({
    settings: {
      SSO_TRUSTED_DOMAINS: 'acmecorp.com,contoso.com',
      SSO_OKTA_ENABLED: 'true',
      SSO_OKTA_CLIENT_ID: 'post',
      SSO_OKTA_CLIENT_SECRET: CLIENTS.post,
      SSO_OKTA_ISSUER: `${provider.issuer}${path}/`,
      SSO_OKTA_ADMIN_GROUPS: '["Gateway administrators"]',
      SSO_OKTA_ROLE_MAPPINGS: '{"ENGINEERING":"platform_viewer"}',
      OKTA_GROUP_MAPPING: '{"Engineering":{"team_id":"Harbour","role":"owner"},"Quay":"Quay"}',
    },
  });
});
afterAll(async () => {
  await entrance.close();
  await provider.close();
});
afterEach(() => {
  okta.alter = {};
});

/** A “thin” ID token leaves what it can to UserInfo. */
const thin = (sub: string, groups?: unknown, told = {}) => ({
  sub,
  idToken: { email: `${sub}@acmecorp.com`, email_verified: undefined, groups: undefined },
  userInfo: { email: `${sub}@acmecorp.com`, email_verified: true, name: 'Ada', groups, ...told },
});

const account = (sub: string) =>
  entrance.deps.directory.findByIdentity({ provider: 'okta', providerScope: okta.issuer, providerId: sub });

async function teamsOf(sub: string) {
  const { teams = [] } = (await account(sub)) ?? {};
  const found = await entrance.deps.teams.findAll(teams.map(({ name }) => name));
  return teams.map(({ name }) => found.get(name)?.name).sort();
}

test('a group whose name UserInfo alone holds makes an administrator, who is known by issuer and sub', async () => {
  const { browser, location } = await okta.signIn(thin('00u-admin', ['Everyone', 'gateway ADMINISTRATORS']));
  expect(location).toBe('/admin');
  expect(await rolesIn(browser)).toEqual(['platform_admin']);
  expect(await account('00u-admin')).toMatchObject({ email: '00u-admin@acmecorp.com', fullName: 'Ada' });
});

test('a group in the ID token counts too: it gives a role and, by the gateway’s mapping, teams', async () => {
  const { browser } = await okta.signIn({
    ...thin('00u-viewer', ['Quay']),
    idToken: { email: '00u-viewer@acmecorp.com', email_verified: true, groups: ['Engineering'] },
  });
  expect(await rolesIn(browser)).toEqual(['platform_viewer']);
  expect(await teamsOf('00u-viewer')).toEqual(['Harbour', 'Quay']);
});

test.each([
  ['is known not to be verified', thin('00u-unverified', [], { email_verified: false })],
  [
    'is another than the one that UserInfo vouches for',
    thin('00u-other', [], { email: 'root@acmecorp.com' }),
  ],
])('somebody whose address %s is refused', async (_, person) => {
  const { location } = await okta.signIn(person);
  expect(location).toBe('/admin/login?error=email_unverified');
  expect(await account(person.sub)).toBeUndefined();
});

test('exactly a hundred groups, no groups, and groups that can’t be asked for take nothing away', async () => {
  const others = Array.from({ length: 100 }, (_, index) => `Group ${index}`);
  const administrator = async (person: Parameters<typeof okta.signIn>[0]) => {
    entrance.pass(60_000);
    const { browser } = await okta.signIn(person);
    return (await rolesIn(browser)).includes('platform_admin');
  };
  expect(await administrator(thin('00u-many', ['Gateway administrators']))).toBe(true);
  expect(await administrator(thin('00u-many', others))).toBe(true);
  expect(await administrator(thin('00u-many', undefined))).toBe(true);
  const vouched = { email: '00u-many@acmecorp.com', email_verified: true, groups: undefined };
  for (const status of [401, 403, 500])
    expect(await administrator({ sub: '00u-many', idToken: vouched, userInfo: { status, body: {} } })).toBe(
      true,
    );
  expect(await administrator(thin('00u-many', others.slice(1)))).toBe(false);
});

test('nobody’s address counts as unverified because UserInfo is out of reach', async () => {
  const person = thin('00u-later', []);
  const { location } = await okta.signIn({ ...person, userInfo: { status: 503, body: {} } });
  expect(location).toMatch(/error=sso_/);
  expect((await okta.signIn(person)).location).toBe('/admin');
});

test.each([
  ['access_denied', 'User is not assigned to the client application.', 'user_not_assigned', 'sso_failed'],
  [
    'access_denied',
    'Policy evaluation failed for this request, please check the policy configurations.',
    'no_matching_policy',
    'sso_misconfigured',
  ],
  [
    'access_denied',
    'The requested feature is not enabled in this environment.',
    'feature_not_enabled',
    'sso_misconfigured',
  ],
])('%s, “%s”, is told as what it is', async (error, description, providerCode, code) => {
  const { browser, location } = await okta.refuse(error, description);
  expect(location).toBe(`/admin/login?error=${code}`);
  const page = await browser.get(location).expect(200);
  expect(page.text).toContain(providerCode);
  expect(page.text).not.toContain(description);
  const line = entrance.logged.findLast((one) => one.includes('a sign-in was refused')) ?? '{}';
  expect(JSON.parse(line)).toMatchObject({ code, remedy: expect.not.stringMatching(/[{}]/) });
});

test('a scope that the server lacks is told with what to add where', async () => {
  const { location } = await okta.refuse(
    'invalid_scope',
    'One or more scopes are not configured for the authorization server resource.',
  );
  expect(location).toBe('/admin/login?error=sso_misconfigured');
  expect(entrance.logged.join('')).toContain('Scopes → Add Scope');
});

test('an answer is good with Okta alone, and only in the name of its issuer', async () => {
  const person = thin('00u-mixed', []);
  const misled = await okta.signIn(person, (answer) => {
    answer.pathname = '/auth/sso/callback/entra';
  });
  expect(misled.location).toBe('/admin/login?error=transaction_invalid');
  const renamed = await okta.signIn(person, ({ searchParams }) => {
    searchParams.set('iss', provider.issuer);
  });
  expect(renamed.location).toBe('/admin/login?error=sso_failed');
});

test('the session at Okta is ended at its end-session endpoint, with the ID token as the hint', async () => {
  const { browser } = await okta.signIn(thin('00u-leaving', []));
  const page = await browser.post('/admin/logout').redirects(1).expect(200);
  expect(page.text).toContain('Sign out of Okta too');

  const found = entrance.deps.providers.find(({ id }) => id === 'okta');
  const secrets = { state: 'a-state', nonce: 'a-nonce', codeVerifier: 'a'.repeat(43) };
  const begun = await found?.authorizationUrl(secrets, {});
  const answer = (await provider.signIn(begun ?? new URL(okta.issuer))).searchParams;
  answer.set('iss', okta.issuer);
  const { idTokenHint } = (await found?.complete(answer, secrets, () => undefined)) ?? {};
  const returnTo = `${BASE_URL}/admin/login`;
  const end = new URL(found?.endSessionUrl?.({ returnTo, idTokenHint }) ?? '');
  expect(Object.fromEntries(end.searchParams)).toEqual({
    client_id: 'post',
    id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    post_logout_redirect_uri: returnTo,
  });
});
