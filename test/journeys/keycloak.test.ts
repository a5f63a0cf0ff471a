import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { BASE_URL, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import {
  type Body,
  CLIENTS,
  METADATA_PATH,
  type OpenIdProvider,
  startOpenIdProvider,
} from '../support/openid-provider.js';
import { until } from '../support/timing.js';

/* A realm of Keycloak that browsers reach by another name than the server does, beside Microsoft. */

const REALM_PATH = '/realms/Acme';
const MINUTE = 60_000;

let provider: OpenIdProvider;
let entrance: TestEntrance;
/** The realm by the server’s name for Keycloak, and by that of browsers. */
let inside: string;
let outside: string;
let published: OpenIdProvider['alter'];

beforeAll(async () => {
  provider = await startOpenIdProvider(`${BASE_URL}/auth/sso/callback/keycloak`);
  const publicBaseUrl = provider.issuer.replace('127.0.0.1', 'localhost');
  inside = provider.issuer + REALM_PATH;
  outside = publicBaseUrl + REALM_PATH;
  const metadata = (await (await fetch(provider.issuer + METADATA_PATH)).json()) as Body; // it is an object
  published = {
    [REALM_PATH + METADATA_PATH]: () => ({
      body: {
        ...metadata,
        issuer: inside,
        authorization_endpoint: `${inside}/protocol/openid-connect/auth`,
        end_session_endpoint: `${inside}/protocol/openid-connect/logout`,
        backchannel_logout_supported: true,
        backchannel_logout_session_supported: true,
      },
    }),
  };
  provider.alter = published;
  entrance = await startTestEntrance({
    settings: {
      SSO_TRUSTED_DOMAINS: 'acmecorp.com',
      SSO_KEYCLOAK_ENABLED: 'true',
      SSO_KEYCLOAK_BASE_URL: provider.issuer,
      SSO_KEYCLOAK_PUBLIC_BASE_URL: `${publicBaseUrl}/`,
      SSO_KEYCLOAK_REALM: 'Acme',
      SSO_KEYCLOAK_CLIENT_ID: 'post',
      SSO_KEYCLOAK_CLIENT_SECRET: CLIENTS.post,
      SSO_KEYCLOAK_MAP_CLIENT_ROLES: 'true',
      SSO_KEYCLOAK_ADMIN_GROUPS: '["gateway-admins"]',
      SSO_KEYCLOAK_ROLE_MAPPINGS:
        '{"/it/platform":"platform_viewer","operator":"platform_viewer","post:reader":"platform_viewer"}',
      SSO_KEYCLOAK_TEAM_MAPPINGS: '{"/harbour":"Harbour"}',
      SSO_KEYCLOAK_REVALIDATE_INTERVAL: '15m',
    },
  });
});
afterAll(async () => {
  await entrance.close();
  await provider.close();
});
afterEach(() => {
  provider.alter = published;
});

interface Person {
  readonly sub: string;
  readonly idToken?: Body;
  /** What UserInfo says, to the provider’s own token; by default it refuses one of the other name, as Keycloak does. */
  readonly userInfo?: Body | number;
  /** The claims of the access token, or an opaque one. */
  readonly accessToken?: Body | string;
}

/** The claims of roles, as the scope `roles` has them. */
const roles = (realm: readonly string[], ofClient: readonly string[] = []) => ({
  realm_access: { roles: ['default-roles-acme', ...realm] },
  ...(ofClient.length > 0 && { resource_access: { post: { roles: ofClient } } }),
});

async function begin(visitor: TestAgent): Promise<URL> {
  const begun = await visitor.get('/auth/sso/login/keycloak').expect(302);
  return new URL(String(begun.headers.location));
}

/** Signs somebody in with a new browser, and gives where that lands. */
async function signIn({ sub, idToken, userInfo = 401, accessToken = {} }: Person, iss = outside) {
  const seconds = Math.floor(Date.now() / 1_000);
  const email = `${sub}@acmecorp.com`;
  provider.idTokenClaims = {
    iss: outside,
    sub,
    at_hash: undefined,
    email,
    email_verified: true,
    ...idToken,
  };
  const signed =
    typeof accessToken === 'string'
      ? accessToken
      : await provider.keys.sign({
          ...{ iss: outside, sub, azp: 'post', typ: 'Bearer', iat: seconds, exp: seconds + 300 },
          ...accessToken,
        });
  provider.alter = {
    ...published,
    ...(typeof userInfo === 'number' && {
      '/token': (body) => ({ body: { ...body, access_token: signed } }),
    }),
    '/me': () =>
      typeof userInfo === 'number'
        ? { status: userInfo, body: { error: 'invalid_token' } }
        : { body: { sub, ...userInfo } },
  };
  const browser = entrance.browser();
  const asked = await begin(browser);
  const answer = await provider.signIn(new URL(`/auth${asked.search}`, provider.issuer));
  answer.searchParams.set('iss', iss);
  const landed = await browser.get(answer.pathname + answer.search).expect(303);
  return { browser, location: String(landed.headers.location) };
}

async function rolesOf(person: Person): Promise<readonly string[]> {
  const { browser, location } = await signIn(person);
  expect(location).toBe('/admin');
  const { body } = await browser.get('/auth/me').set('Accept', 'application/json').expect(200);
  return (body as { roles: { name: string }[] }).roles.map(({ name }) => name); // as documented
}

const account = (sub: string) =>
  entrance.deps.directory.findByIdentity({ provider: 'keycloak', providerScope: outside, providerId: sub });

async function isSignedIn(browser: TestAgent): Promise<boolean> {
  return (await browser.get('/auth/me').set('Accept', 'application/json')).status === 200;
}

test('browsers are sent to the public address, and the code is redeemed at the inner one', async () => {
  const asked = await begin(entrance.browser());
  expect(asked.origin + asked.pathname).toBe(`${outside}/protocol/openid-connect/auth`);
  expect(asked.searchParams.get('scope')).toBe('openid profile email');
  const { location } = await signIn({ sub: 'kim', accessToken: roles([]) });
  expect(location).toBe('/admin');
  expect(await account('kim')).toMatchObject({ email: 'kim@acmecorp.com' });
});

test('an answer that names another issuer is refused', async () => {
  const { location } = await signIn({ sub: 'mallory', accessToken: roles([]) }, inside);
  expect(location).toBe('/admin/login?error=sso_failed');
});

describe('rights', () => {
  test.each<[string, Omit<Person, 'sub'>, string]>([
    ['a group of the ID token', { idToken: { groups: ['/gateway-admins'] } }, 'platform_admin'],
    ['a group that comes without its path', { idToken: { groups: ['gateway-admins'] } }, 'platform_admin'],
    ['a group of UserInfo', { userInfo: { groups: ['/gateway-admins'] } }, 'platform_admin'],
    ['a group of the access token', { accessToken: { groups: ['/it/platform'] } }, 'platform_viewer'],
    ['a role of the realm, of the access token', { accessToken: roles(['operator']) }, 'platform_viewer'],
    ['a role of the realm, of UserInfo', { userInfo: roles(['operator']) }, 'platform_viewer'],
    ['a role of the client', { accessToken: roles([], ['reader']) }, 'platform_viewer'],
  ])('%s gives a role', async (what, person, role) => {
    expect(await rolesOf({ sub: what.replaceAll(/\W+/g, '-'), ...person })).toEqual([role]);
  });

  test.each<[string, Omit<Person, 'sub'>]>([
    ['the last part of a path', { idToken: { groups: ['/sandbox/gateway-admins', '/platform'] } }],
    ['a role of another client', { accessToken: { resource_access: { other: { roles: ['reader'] } } } }],
    ['a role of the client without its client', { accessToken: roles(['reader']) }],
  ])('%s gives nothing', async (what, person) => {
    expect(await rolesOf({ sub: what.replaceAll(/\W+/g, '-'), ...person })).toEqual([]);
  });

  test('an access token that the realm didn’t sign for this client and person is refused', async () => {
    const admin = roles(['gateway-admins']);
    for (const wrong of [
      { ...admin, azp: 'other' },
      { ...admin, sub: 'somebody else' },
      { ...admin, iss: inside },
      { ...admin, exp: 1 },
    ])
      expect((await signIn({ sub: 'mallory', accessToken: wrong })).location).toBe(
        '/admin/login?error=sso_failed',
      );
    const forged = `${(await provider.keys.sign({ ...admin, iss: outside })).split('.').slice(0, 2).join('.')}.AAAA`;
    expect((await signIn({ sub: 'mallory', accessToken: forged })).location).toBe(
      '/admin/login?error=sso_failed',
    );
  });

  test('a role that is taken away at Keycloak is taken away here', async () => {
    const sub = 'former';
    const idToken = { groups: [] };
    expect(await rolesOf({ sub, idToken, accessToken: roles(['operator'], ['reader']) })).toEqual([
      'platform_viewer',
    ]);
    expect(await rolesOf({ sub, idToken, accessToken: roles([]) })).toEqual([]);
  });

  test.each<[string, Omit<Person, 'sub'>]>([
    ['groups can’t be read', { idToken: { groups: 7 }, accessToken: roles([]) }],
    ['the mapper of groups is gone', { accessToken: roles([]) }],
    ['UserInfo fails', { userInfo: 500, accessToken: roles([]) }],
    ['the access token is opaque', { idToken: { groups: ['/it'] }, accessToken: 'opaque' }],
    ['the access token is lightweight', { idToken: { groups: ['/it'] } }],
  ])('nothing is taken away if %s', async (what, person) => {
    const sub = what.replaceAll(/\W+/g, '-');
    const first = { idToken: { groups: ['/gateway-admins', '/harbour'] }, accessToken: roles([]) };
    expect(await rolesOf({ sub, ...first })).toEqual(['platform_admin']);
    expect(await rolesOf({ sub, ...person })).toEqual(['platform_admin']);
    expect((await account(sub))?.teams).toHaveLength(1);
  });
});

test.each<[string, Body]>([
  ['of a broker that isn’t trusted', { email_verified: false }],
  ['without a word about it', { email_verified: undefined }],
  ['whose mark is a text', { email_verified: 'true' }],
])('an address %s is refused', async (what, idToken) => {
  const sub = `unverified-${what.length}`;
  const { location } = await signIn({ sub, idToken, accessToken: roles([]) });
  expect(location).toBe('/admin/login?error=email_unverified');
  expect(await account(sub)).toBeUndefined();
});

describe('errors', () => {
  async function refusal(error: string, description: string): Promise<string> {
    const browser = entrance.browser();
    const asked = await begin(browser);
    const answer = new URL(String(asked.searchParams.get('redirect_uri')));
    const state = String(asked.searchParams.get('state'));
    answer.search = new URLSearchParams({
      error,
      error_description: description,
      state,
      iss: outside,
    }).toString();
    const landed = await browser.get(answer.pathname + answer.search).expect(303);
    return (await browser.get(String(landed.headers.location))).text;
  }

  test('a sign-in page that stood open for too long is no outage: the person may try again', async () => {
    const page = await refusal('temporarily_unavailable', 'authentication_expired');
    expect(page).toContain('The sign-in page stood open for too long');
    expect(page).toContain('/auth/sso/login/keycloak');
    expect(page).not.toContain('busy');
    expect(await refusal('temporarily_unavailable', 'maintenance')).toContain('busy');
  });

  test('a wrong secret, and a code that is used up, are told to the operator in Keycloak’s words', async () => {
    const redeem = async (error: string, description: string) => {
      const browser = entrance.browser();
      const asked = await begin(browser);
      const answer = await provider.signIn(new URL(`/auth${asked.search}`, provider.issuer));
      answer.searchParams.set('iss', outside);
      provider.alter = {
        ...published,
        '/token': () => ({ status: 401, body: { error, error_description: description } }),
      };
      const landed = await browser.get(answer.pathname + answer.search).expect(303);
      return String(landed.headers.location);
    };
    expect(await redeem('unauthorized_client', 'Invalid client or Invalid client credentials')).toBe(
      '/admin/login?error=sso_misconfigured',
    );
    expect(entrance.logged.join('')).toContain('Clients → post → Credentials → Client Secret');
    expect(await redeem('invalid_grant', 'Code not valid')).toBe('/admin/login?error=sso_failed');
    expect(entrance.logged.join('')).toContain('Client login timeout');
  });
});

describe('the end of a session', () => {
  const named = (sid: string) => ({ idToken: { sid, groups: [] }, accessToken: roles([]) });

  async function logoutToken(claims: Body, header: Body): Promise<string> {
    const iat = Math.floor(Date.now() / 1_000);
    return provider.keys.sign(
      {
        ...{ iss: outside, aud: 'post', iat, exp: iat + 120, jti: crypto.randomUUID(), typ: 'Logout' },
        events: {
          'http://schemas.openid.net/event/backchannel-logout': {},
          revoke_offline_access: true,
        },
        ...claims,
      },
      header,
    );
  }
  const notify = (token: string) =>
    entrance
      .browser()
      .post('/auth/sso/logout/keycloak')
      .set({ 'Sec-Fetch-Site': 'cross-site', Accept: '*/*' })
      .type('form')
      .send({ logout_token: token });

  test.each<[string, string, Body]>([
    ['sid alone', 'JWT', { sid: 'session-1' }],
    ['sub alone', 'logout+jwt', { sub: 'leaving-2' }],
    ['sid and sub', 'logout+jwt', { sid: 'session-3', sub: 'leaving-3' }],
  ])('a logout token with %s, of the type %s, ends it', async (_, typ, claims) => {
    const number = String(claims.sid ?? claims.sub).slice(-1);
    const { browser } = await signIn({ sub: `leaving-${number}`, ...named(`session-${number}`) });
    const { browser: bystander } = await signIn({ sub: `staying-${number}`, ...named(`other-${number}`) });
    await notify(await logoutToken(claims, { typ })).expect(200);
    expect(await isSignedIn(browser)).toBe(false);
    expect(await isSignedIn(bystander)).toBe(true);
  });

  test('a logout token of the inner address is refused', async () => {
    const { browser } = await signIn({ sub: 'kept', ...named('kept') });
    await notify(await logoutToken({ sid: 'kept', iss: inside }, { typ: 'logout+jwt' })).expect(400);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('signing out leads to the public address, with the client’s ID and the ID token', async () => {
    const { browser } = await signIn({ sub: 'signing-out', ...named('session-9') });
    const { text } = await browser.post('/admin/logout').expect(200);
    const href = /href="([^"]*\/protocol\/openid-connect\/logout[^"]*)"/.exec(text)?.[1] ?? '';
    const url = new URL(href.replaceAll('&amp;', '&'));
    expect(url.origin + url.pathname).toBe(`${outside}/protocol/openid-connect/logout`);
    expect(url.searchParams.get('client_id')).toBe('post');
    expect(url.searchParams.get('id_token_hint')).toMatch(/^eyJ/);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${BASE_URL}/admin/login`);
  });

  test('a session that is over at Keycloak is ended here when it is asked after', async () => {
    const { browser } = await signIn({ sub: 'disabled', ...named('session-10') });
    provider.alter = {
      ...published,
      '/token': () => ({
        status: 400,
        body: { error: 'invalid_grant', error_description: 'Session not active' },
      }),
    };
    entrance.pass(16 * MINUTE);
    await until(async () => !(await isSignedIn(browser)));
    expect(provider.asked.at(-1)?.form.get('grant_type')).toBe('refresh_token');
  });
});
