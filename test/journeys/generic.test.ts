import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { BASE_URL, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { logoutClaims, notifyOfLogout } from '../support/logout-token.js';
import {
  CLIENTS,
  METADATA_PATH,
  type OpenIdProvider,
  SUBJECT,
  startOpenIdProvider,
} from '../support/openid-provider.js';

/* OpenID Connect providers of no kind of their own, several by their IDs, and three of their shapes. */

const IDS = ['plain', 'auth0', 'cognito', 'adfs', 'by-hand'];
const ROLES = 'https://harbour.example/roles';

let provider: OpenIdProvider;
let entrance: TestEntrance;
/** The metadata of each shape that isn’t the library’s own, by its path. */
let shapes: OpenIdProvider['alter'];

beforeAll(async () => {
  provider = await startOpenIdProvider(...IDS.map((id) => `${BASE_URL}/auth/sso/callback/${id}`));
  const { issuer } = provider;
  const published = {
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/me`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  };
  const shape = (path: string, body: object) => ({
    [`/${path}${METADATA_PATH}`]: () => ({ body: { ...published, issuer: `${issuer}/${path}`, ...body } }),
  });
  shapes = {
    [METADATA_PATH]: (body) => ({
      body: { ...body, end_session_endpoint: `${issuer}/end?of=session`, backchannel_logout_supported: true },
    }),
    ...shape('auth0', { issuer: `${issuer}/auth0/` }),
    ...shape('cognito', { end_session_endpoint: `${issuer}/cognito/logout` }),
    ...shape('adfs', {
      access_token_issuer: `${issuer}/adfs/services/trust`,
      userinfo_endpoint: `${issuer}/me`,
      scopes_supported: ['openid', 'allatclaims'],
    }),
  };
  provider.alter = shapes;
  const client = (prefix: string, path = '') => ({
    [`${prefix}_ISSUER`]: `${issuer}${path}`,
    [`${prefix}_CLIENT_ID`]: 'post',
    [`${prefix}_CLIENT_SECRET`]: CLIENTS.post,
  });
  entrance = await startTestEntrance({
    settings: {
      SSO_ENTRA_ENABLED: 'false',
      SSO_TRUSTED_DOMAINS: 'example.com',
      SSO_GENERIC_IDS: 'plain,auth0,cognito',
      ...client('SSO_PLAIN'),
      SSO_PLAIN_SCOPE: 'openid email groups',
      SSO_PLAIN_ADMIN_GROUPS: 'Console Admins',
      SSO_PLAIN_ROLE_MAPPINGS: '{"engineers":"platform_viewer","billing:owner":"auditor"}',
      ...client('SSO_AUTH0', '/auth0'),
      SSO_AUTH0_GROUPS_CLAIM: ROLES,
      SSO_AUTH0_ADMIN_GROUPS: '["Admin"]',
      ...client('SSO_COGNITO', '/cognito'),
      SSO_COGNITO_GROUPS_CLAIM: 'cognito:groups',
      SSO_COGNITO_ABSENT_GROUPS: 'none',
      SSO_COGNITO_ADMIN_GROUPS: 'admins',
      SSO_COGNITO_LOGOUT_RETURN_PARAMETER: 'logout_uri',
      ...client('SSO_ADFS', '/adfs'),
      SSO_ADFS_ENABLED: 'true',
      SSO_ADFS_EMAIL_CLAIM: 'upn',
      SSO_ADFS_ASSUME_EMAIL_VERIFIED: 'true',
      SSO_ADFS_ADMIN_GROUPS: '["HARBOUR\\\\Console Admins"]',
      ...client('SSO_GENERIC'),
      SSO_GENERIC_ENABLED: 'true',
      SSO_GENERIC_PROVIDER_ID: 'by-hand',
      SSO_GENERIC_AUTHORIZATION_URL: `${issuer}/auth`,
      SSO_GENERIC_TOKEN_URL: `${issuer}/token`,
      SSO_GENERIC_JWKS_URI: `${issuer}/jwks`,
      SSO_GENERIC_CLIENT_ID: 'basic',
      SSO_GENERIC_CLIENT_SECRET: CLIENTS.basic,
      SSO_GENERIC_TOKEN_ENDPOINT_AUTH_METHOD: 'client_secret_basic',
    },
  });
});
afterEach(() => {
  provider.alter = shapes;
  provider.idTokenClaims = {};
  provider.asked.length = 0;
});
afterAll(async () => {
  await entrance.close();
  await provider.close();
});

/** Begins with a provider, and gives the query of its answer. */
async function answerOf(browser: TestAgent, id: string): Promise<URLSearchParams> {
  const begun = await browser.get(`/auth/sso/login/${id}`).expect(302);
  return (await provider.signIn(new URL(String(begun.headers.location)))).searchParams;
}

async function signIn(
  id: string,
  change: (answer: URLSearchParams) => void = () => undefined,
): Promise<{ readonly browser: TestAgent; readonly location: string }> {
  const browser = entrance.browser();
  const answer = await answerOf(browser, id);
  if (id !== 'plain') answer.delete('iss'); // only the library itself announces it
  change(answer);
  const back = await browser.get(`/auth/sso/callback/${id}?${answer}`).expect(303);
  return { browser, location: String(back.headers.location) };
}

async function meOf({ browser }: { readonly browser: TestAgent }) {
  const { body } = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
  return body as { readonly email: string; readonly roles: readonly { readonly name: string }[] };
}

async function rolesAfter(id: string): Promise<readonly string[]> {
  return (await meOf(await signIn(id))).roles.map(({ name }) => name);
}

/** Somebody new, with a verified address. */
let people = 0;
function somebody(claims: Readonly<Record<string, unknown>> = {}) {
  people += 1;
  return { sub: `person-${people}`, email: `person-${people}@example.com`, email_verified: true, ...claims };
}
/** The ID tokens of a provider that isn’t the library. */
function shapedAs(path: string, claims: Readonly<Record<string, unknown>> = {}) {
  provider.idTokenClaims = { ...provider.idTokenClaims, iss: `${provider.issuer}/${path}`, ...claims };
}
/** UserInfo has to speak of the same person. */
const userInfo = (claims: Readonly<Record<string, unknown>>) => () => ({ body: claims });
const asked = (path: string) => provider.asked.filter((one) => one.path === path).length;

async function signOutLink(id: string): Promise<URL> {
  const { browser } = await signIn(id);
  const out = await browser.post('/admin/logout').expect(303);
  const page = await browser.get(String(out.headers.location)).expect(200);
  const [, href = ''] = /href="(http:\/\/127[^"]*)"/.exec(page.text) ?? [];
  return new URL(href.replaceAll('&amp;', '&').replaceAll('&#38;', '&'));
}

describe('a provider whose ID tokens hold nothing but sub', () => {
  test('has everything else in UserInfo: the address, verified by the text "true", and the groups', async () => {
    provider.alter = {
      ...shapes,
      '/me': ({ sub }) => ({
        body: { sub, email: 'ada@example.com', email_verified: 'true', groups: ['console admins'] },
      }),
    };
    const visit = await signIn('plain');
    expect(visit.location).toBe('/admin');
    const { identities, ...me } = await meOf(visit).then(
      (body) => body as unknown as Record<string, unknown>,
    );
    expect(me).toMatchObject({ email: 'ada@example.com', provider: 'plain', provider_id: SUBJECT });
    expect(me.roles).toEqual([expect.objectContaining({ name: 'platform_admin' })]);
  });

  test.each([undefined, false, 'false', 'TRUE', 1, 'yes'])(
    'is refused with email_verified %p, since its domain would let it in',
    async (verified) => {
      provider.alter = {
        ...shapes,
        '/me': ({ sub }) => ({ body: { sub, email: 'ada@example.com', email_verified: verified } }),
      };
      expect((await signIn('plain')).location).toBe('/admin/login?error=email_unverified');
    },
  );

  test('is refused if UserInfo speaks of somebody else', async () => {
    provider.alter = {
      ...shapes,
      '/me': userInfo({ sub: 'mallory', email: 'ada@example.com', email_verified: true }),
    };
    expect((await signIn('plain')).location).toBe('/admin/login?error=sso_failed');
  });

  test('takes no word for an address from another source than its own', async () => {
    const ada = somebody({ email: 'ada@example.com', email_verified: undefined });
    provider.idTokenClaims = ada;
    provider.alter = {
      ...shapes,
      '/me': userInfo({ sub: ada.sub, email: 'mallory@example.com', email_verified: true }),
    };
    expect((await signIn('plain')).location).toBe('/admin/login?error=email_unverified');
  });
});

describe('groups', () => {
  test('make a viewer by mapping, and are taken away if the provider says that there are none', async () => {
    const person = somebody({ groups: ['Engineers'] });
    provider.idTokenClaims = person;
    expect(await rolesAfter('plain')).toEqual(['platform_viewer']);
    expect(asked('/me')).toBe(0);
    provider.idTokenClaims = { ...person, groups: [] };
    expect(await rolesAfter('plain')).toEqual([]);
  });

  test.each([
    ['that aren’t sent', {}, 200],
    ['that UserInfo can’t tell', {}, 500],
    ['that UserInfo keeps to itself', {}, 403],
    ['that can’t be read', { groups: 17 }, 200],
    ['that are kept elsewhere', { _claim_names: { groups: 'src1' } }, 200],
  ])('%s take nothing away', async (_, claims, status) => {
    const person = somebody();
    provider.idTokenClaims = { ...person, groups: ['engineers'] };
    expect(await rolesAfter('plain')).toEqual(['platform_viewer']);
    provider.idTokenClaims = { ...person, ...claims };
    provider.alter = { ...shapes, '/me': () => ({ status, body: { sub: person.sub } }) };
    expect(await rolesAfter('plain')).toEqual(['platform_viewer']);
    expect(asked('/me')).toBe('groups' in claims ? 0 : 1);
  });

  test('that stand below a scope are named by both', async () => {
    provider.idTokenClaims = somebody({ groups: { Billing: ['Owner'], '': ['console admins'] } });
    expect(await rolesAfter('plain')).toEqual(['auditor']);
  });
});

describe('errors', () => {
  test('that a provider adds to OAuth’s are told in its name', async () => {
    const refused = await signIn('plain', (answer) => {
      answer.delete('code');
      answer.set('error', 'unauthorized');
      answer.set('error_description', 'user is blocked');
    });
    expect(refused.location).toBe('/admin/login?error=sso_failed');
    const page = await refused.browser.get(refused.location).expect(200);
    expect(page.text).toContain('Plain didn’t let you in');
    expect(page.text).not.toContain('user is blocked');
  });

  test('by number say what to change', async () => {
    await signIn('adfs', (answer) => {
      answer.delete('code');
      answer.set('error', 'invalid_request');
      answer.set('error_description', 'MSIS9224: the redirect URI doesn’t match');
    });
    const line = entrance.logged.findLast((one) => one.includes('a sign-in was refused'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      facts: { providerCode: 'MSIS9224' },
      remedy: expect.stringContaining(`${BASE_URL}/auth/sso/callback/adfs`),
    });
  });
});

describe('several providers', () => {
  test('don’t take each other’s answers', async () => {
    provider.idTokenClaims = somebody();
    const browser = entrance.browser();
    const answer = await answerOf(browser, 'plain');
    const refused = await browser.get(`/auth/sso/callback/cognito?${answer}`).expect(303);
    expect(refused.headers.location).toBe('/admin/login?error=transaction_invalid');
    expect(asked('/token')).toBe(0);
  });

  test('refuse an answer that names another issuer', async () => {
    provider.idTokenClaims = somebody();
    const { location } = await signIn('plain', (answer) => answer.set('iss', 'https://evil.example'));
    expect(location).toBe('/admin/login?error=sso_failed');
    expect(asked('/token')).toBe(0);
  });

  test('each have their own people: the same sub is somebody else elsewhere', async () => {
    provider.idTokenClaims = somebody({ groups: [] });
    expect((await signIn('plain')).location).toBe('/admin');
    shapedAs('cognito', { 'cognito:groups': [] });
    expect((await signIn('cognito')).location).toBe('/admin/login?error=account_conflict');
  });
});

describe('signing out', () => {
  test('leads to the end_session_endpoint, by the parameters of the standard', async () => {
    provider.idTokenClaims = somebody({ groups: [] });
    const link = await signOutLink('plain');
    expect(link.pathname).toBe('/end');
    expect(Object.fromEntries(link.searchParams)).toEqual({
      of: 'session',
      client_id: 'post',
      post_logout_redirect_uri: `${BASE_URL}/admin/login`,
    });
  });

  test('at the provider ends the sessions here, by a logout token that names the person', async () => {
    const person = somebody({ groups: [] });
    provider.idTokenClaims = person;
    const { browser } = await signIn('plain');
    const token = await provider.keys.sign(logoutClaims(provider.issuer, 'post', { sub: person.sub }), {
      typ: 'logout+jwt',
    });
    const send = (id: string) => notifyOfLogout(entrance.browser(), id, token);
    await send('cognito').expect(400);
    await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
    await send('plain').expect(200);
    await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
  });
});

describe('Auth0', () => {
  test('has a slash at the end of its issuer, and groups in a claim whose name is an address', async () => {
    provider.idTokenClaims = somebody({ [ROLES]: ['admin'], 'https://harbour': { example: { roles: [] } } });
    shapedAs('auth0/');
    expect(await rolesAfter('auth0')).toEqual(['platform_admin']);
  });

  test('has no tokens of an issuer without that slash', async () => {
    provider.idTokenClaims = somebody({ [ROLES]: ['admin'] });
    shapedAs('auth0');
    expect((await signIn('auth0')).location).toBe('/admin/login?error=sso_failed');
  });

  test('ends the session that its logout token names by sid, beside sub, and no other one of the person', async () => {
    const sub = 'auth0|5f7c8ec7c33c6c004bbafe82';
    const inSession = async (sid: string) => {
      provider.idTokenClaims = somebody({ sub, email: 'sid@example.com', sid, [ROLES]: [] });
      shapedAs('auth0/');
      return (await signIn('auth0')).browser;
    };
    const [leaving, staying] = [await inSession('session-1'), await inSession('session-2')];
    const send = async (issuer: string) => {
      const claims = logoutClaims(issuer, 'post', { sub, sid: 'session-1' });
      const token = await provider.keys.sign(claims, { typ: 'logout+jwt' });
      return notifyOfLogout(entrance.browser(), 'auth0', token);
    };
    expect((await send(`${provider.issuer}/auth0`)).status).toBe(400);
    await meOf({ browser: leaving });
    expect((await send(`${provider.issuer}/auth0/`)).status).toBe(200);
    await leaving.get('/auth/me').set('Accept', 'application/json').expect(401);
    await meOf({ browser: staying });
  });
});

describe('Amazon Cognito', () => {
  test('leaves the claim out for people without groups, which the settings say', async () => {
    const person = somebody({ 'cognito:groups': ['admins'] });
    provider.idTokenClaims = person;
    shapedAs('cognito');
    expect(await rolesAfter('cognito')).toEqual(['platform_admin']);
    shapedAs('cognito', { 'cognito:groups': undefined });
    provider.alter = { ...shapes, '/me': () => ({ status: 503, body: {} }) };
    expect(await rolesAfter('cognito')).toEqual(['platform_admin']);
    provider.alter = { ...shapes, '/me': userInfo({ sub: person.sub }) };
    expect(await rolesAfter('cognito')).toEqual([]);
  });

  test('says email_verified as a text', async () => {
    provider.idTokenClaims = somebody({ email: undefined, email_verified: undefined });
    shapedAs('cognito');
    const { sub } = provider.idTokenClaims;
    const address = { email: 'text@example.com', email_verified: 'true' };
    provider.alter = { ...shapes, '/me': userInfo({ sub, ...address }) };
    expect(await meOf(await signIn('cognito'))).toMatchObject({ email: 'text@example.com' });
  });

  test('signs out by client_id and logout_uri alone', async () => {
    provider.idTokenClaims = somebody({ 'cognito:groups': [] });
    shapedAs('cognito');
    const link = await signOutLink('cognito');
    expect(link.pathname).toBe('/cognito/logout');
    expect(Object.fromEntries(link.searchParams)).toEqual({
      client_id: 'post',
      logout_uri: `${BASE_URL}/admin/login`,
    });
  });
});

describe('AD FS', () => {
  test('isn’t asked for UserInfo, and has the address in upn and one group as a text', async () => {
    provider.idTokenClaims = somebody({
      email: undefined,
      email_verified: undefined,
      upn: 'grace@example.com',
      unique_name: 'HARBOUR\\grace',
      group: 'HARBOUR\\Console Admins',
    });
    shapedAs('adfs');
    const me = await meOf(await signIn('adfs'));
    expect(me).toMatchObject({ email: 'grace@example.com', roles: [{ name: 'platform_admin' }] });
    shapedAs('adfs', { group: undefined });
    expect(await rolesAfter('adfs')).toEqual(['platform_admin']);
    expect(asked('/me')).toBe(0);
  });

  test('has no ID tokens by the issuer of its access tokens', async () => {
    provider.idTokenClaims = somebody({ upn: 'joan@example.com' });
    shapedAs('adfs/services/trust');
    expect((await signIn('adfs')).location).toBe('/admin/login?error=sso_failed');
  });
});

describe('a provider without metadata, by addresses alone', () => {
  test('is asked at them, and gets the secret as it wants it', async () => {
    provider.idTokenClaims = somebody();
    expect((await signIn('by-hand')).location).toBe('/admin');
    const token = provider.asked.find(({ path }) => path === '/token');
    expect(token?.authorization).toMatch(/^Basic /);
    expect(token?.form.has('client_secret')).toBe(false);
    expect(provider.asked.filter(({ path }) => path.includes('.well-known'))).toEqual([]);
  });

  test('is examined without them', async () => {
    const byHand = entrance.deps.providers.find(({ id }) => id === 'by-hand');
    const findings = (await byHand?.inspection.examine(() => Date.now())) ?? [];
    expect(findings.map(({ check, severity }) => [check, severity])).toEqual([
      ['signing_keys', 'ok'],
      ['credential', 'could_not_check'],
      ['redirect_uri', 'ok'],
    ]);
  });
});
