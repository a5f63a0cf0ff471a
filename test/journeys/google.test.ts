import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { type GroupSearch, groupSearchAt, groupsPage } from '../../demo/simulator/cloud-identity.js';
import { BASE_URL, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { type Body, CLIENTS, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.js';

/* Signing in with Google: a provider in Google’s shape, with a stand-in for the Cloud Identity API. */

const ADMINS = 'gateway-admins@acmecorp.com';
const READERS = 'engineering@acmecorp.com';
const ADA = { sub: '1', name: 'Ada', email: 'ada@acmecorp.com', email_verified: true, hd: 'acmecorp.com' };

let google: OpenIdProvider;
let api: CloudIdentity;
let entrance: TestEntrance;

beforeAll(async () => {
  google = await startOpenIdProvider(`${BASE_URL}/auth/sso/callback/google`);
  api = await startCloudIdentity();
  entrance = await startTestEntrance({
    settings: {
      SSO_TRUSTED_DOMAINS: undefined,
      SSO_GOOGLE_ENABLED: 'true',
      SSO_GOOGLE_CLIENT_ID: 'post',
      SSO_GOOGLE_CLIENT_SECRET: CLIENTS.post,
      SSO_GOOGLE_ISSUER: google.issuer,
      SSO_GOOGLE_CLOUD_IDENTITY_URL: api.url,
      SSO_GOOGLE_TRUSTED_DOMAINS: 'acmecorp.com,gmail.com,admins.acmecorp.com',
      SSO_GOOGLE_ADMIN_DOMAINS: 'admins.acmecorp.com',
      SSO_GOOGLE_ADMIN_GROUPS: ADMINS,
      SSO_GOOGLE_ROLE_MAPPINGS: JSON.stringify({ [READERS.toUpperCase()]: 'platform_viewer' }),
      GOOGLE_GROUPS_MAPPING: JSON.stringify({ [READERS]: 'Engineering' }),
      SSO_GOOGLE_REVALIDATE_INTERVAL: '15m',
    },
  });
});
afterAll(async () => {
  await entrance.close();
  await api.close();
  await google.close();
});
beforeEach(() => {
  google.idTokenClaims = {};
  google.idTokenHeader = {};
  google.alter = {};
  api.asked = [];
  api.answers = { Transitive: groups(), Direct: groups() };
});

describe('roles', () => {
  test('an administrator by a group, known without regard to case', async () => {
    api.answers.Transitive = groups('Gateway-Admins@acmecorp.com');
    const { me } = await signIn(ADA);
    expect(me).toMatchObject({
      provider: 'google',
      provider_id: '1',
      email: 'ada@acmecorp.com',
      roles: [{ name: 'platform_admin' }],
    });
  });

  test('a viewer, and a team, by mapping, from the second page', async () => {
    api.answers.Transitive = (query) =>
      query.has('pageToken')
        ? groups(READERS)
        : { body: { ...groups('all@acmecorp.com').body, nextPageToken: 'more' } };
    const { me } = await signIn({ ...ADA, sub: '2', email: "o'brien@acmecorp.com" });
    expect(me).toMatchObject({ roles: [{ name: 'platform_viewer' }], teams: ['Engineering'] });
    expect(api.asked).toHaveLength(2);
    expect(api.asked[0]?.query.get('query')).toBe(
      "member_key_id == 'o\\'brien@acmecorp.com' && 'cloudidentity.googleapis.com/groups.discussion_forum' in labels",
    );
    expect(api.asked[1]?.query.get('pageToken')).toBe('more');
  });

  test('an administrator by the organisation, whatever the address', async () => {
    const person = { ...ADA, sub: '3', email: 'ada@elsewhere.example', hd: 'admins.acmecorp.com' };
    const { me } = await signIn(person);
    expect(me).toMatchObject({ roles: [{ name: 'platform_admin' }] });
    const token = await entrance.token('users:read');
    const why = await request(entrance.app)
      .get(`/auth/users/${me.id}/access`)
      .auth(token, { type: 'bearer' });
    expect(why.body.roles[0].sources).toMatchObject([
      { kind: 'domain', value: 'admins.acmecorp.com', setting: 'SSO_GOOGLE_ADMIN_DOMAINS' },
    ]);
    const other = { ...ADA, sub: '4', email: 'eve@admins.acmecorp.com' };
    expect((await signIn(other)).me).toMatchObject({ roles: [] });
  });

  test('a refusal for nested groups takes nothing away, and direct groups still give', async () => {
    api.answers.Transitive = groups(ADMINS);
    await signIn({ ...ADA, sub: '5', email: 'five@acmecorp.com' });
    api.answers = { Transitive: { status: 403, body: {} }, Direct: groups(READERS) };
    const { me } = await signIn({ ...ADA, sub: '5', email: 'five@acmecorp.com' });
    expect(me).toMatchObject({
      roles: [{ name: 'platform_admin' }, { name: 'platform_viewer' }],
      teams: ['Engineering'],
    });
    expect(entrance.logged.join('')).toContain('SSO_GOOGLE_NESTED_GROUPS=false');

    api.answers = { Transitive: groups(), Direct: groups() };
    expect((await signIn({ ...ADA, sub: '5', email: 'five@acmecorp.com' })).me).toMatchObject({ roles: [] });
  });

  test.each([
    ['both are refused', { status: 403, body: {} }],
    ['the API is down', { status: 500, body: {} }],
    ['the answer has another form', { body: { memberships: [{ groupKey: 'x' }] } }],
    ['the pages have no end', { body: { memberships: [], nextPageToken: 'again' } }],
  ])('nothing is taken away if %s', async (_, answer) => {
    const person = { ...ADA, sub: '6', email: 'six@acmecorp.com' };
    api.answers.Transitive = groups(ADMINS);
    await signIn(person);
    api.answers = { Transitive: answer, Direct: answer };
    expect((await signIn(person)).me).toMatchObject({ roles: [{ name: 'platform_admin' }] });
  });

  test('a reason that is known has a remedy, and direct groups aren’t asked for', async () => {
    const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'SERVICE_DISABLED' }];
    api.answers.Transitive = { status: 403, body: { error: { code: 403, details } } };
    await signIn({ ...ADA, sub: '7', email: 'seven@acmecorp.com' });
    expect(api.asked.map(({ method }) => method)).toEqual(['Transitive']);
    expect(entrance.logged.join('')).toContain('Library → Cloud Identity API → Enable');
  });
});

describe('who may sign in', () => {
  test('the organisation counts: an address of a secondary domain is let in', async () => {
    const person = { ...ADA, sub: '10', email: 'ten@acme-secondary.example' };
    expect((await signIn(person)).me).toMatchObject({ email: 'ten@acme-secondary.example' });
  });

  test('the address doesn’t count: an account with a company’s address that nobody manages is refused', async () => {
    const person = { ...ADA, sub: '11', hd: undefined, email: 'eleven@acmecorp.com' };
    const { location, page } = await signIn(person);
    expect(location).toBe('/admin/login?error=domain_not_trusted');
    expect(page).toContain('Use an account of an allowed organisation');
    expect(api.asked).toEqual([]);
    expect(entrance.logged.join('')).toContain('the claim hd');
  });

  test('another organisation is refused', async () => {
    const person = { ...ADA, sub: '12', hd: 'elsewhere.example' };
    expect((await signIn(person)).location).toBe('/admin/login?error=domain_not_trusted');
    expect(api.asked).toEqual([]);
  });

  test('a personal account counts by its address at gmail.com alone', async () => {
    const person = { ...ADA, sub: '13', hd: undefined, email: 'ada@gmail.com' };
    expect((await signIn(person)).me).toMatchObject({ email: 'ada@gmail.com' });
    const managed = { ...ADA, sub: '14', hd: 'elsewhere.example', email: 'eve@gmail.com' };
    expect((await signIn(managed)).location).toBe('/admin/login?error=domain_not_trusted');
  });

  test.each([
    [true, '/admin'],
    ['true', '/admin'],
    [false, '/admin/login?error=email_unverified'],
    ['false', '/admin/login?error=email_unverified'],
    [1, '/admin/login?error=email_unverified'],
    [undefined, '/admin/login?error=email_unverified'],
  ])('email_verified %p leads to %s', async (email_verified, location) => {
    const person = { ...ADA, sub: '15', email: 'fifteen@acmecorp.com', email_verified };
    expect((await signIn(person)).location).toBe(location);
    expect(api.asked).toHaveLength(location === '/admin' ? 1 : 0);
  });
});

describe('the protocol', () => {
  test('what is asked for', async () => {
    const begun = await begin(entrance.browser());
    expect(Object.fromEntries(begun.searchParams)).toMatchObject({
      scope: 'openid profile email https://www.googleapis.com/auth/cloud-identity.groups.readonly',
      access_type: 'offline',
      prompt: 'consent',
      code_challenge_method: 'S256',
    });
    const another = await begin(entrance.browser(), '?prompt=select_account&login_hint=ada@acmecorp.com');
    expect(another.searchParams.get('prompt')).toBe('select_account consent');
    expect(another.searchParams.get('login_hint')).toBe('ada@acmecorp.com');
  });

  test('the issuer may be spelt without its scheme, and the person stays the same', async () => {
    const person = { ...ADA, sub: '20', email: 'twenty@acmecorp.com' };
    const first = await signIn(person);
    const second = await signIn({ ...person, iss: 'accounts.google.com' });
    expect(second.me).toMatchObject({ id: first.me.id });
    const foreign = await signIn({ ...person, iss: 'https://accounts.google.com.evil.example' });
    expect(foreign.location).toBe('/admin/login?error=sso_failed');
  });

  test('an answer is good at the provider alone that the sign-in was begun with', async () => {
    google.idTokenClaims = ADA;
    const visitor = entrance.browser();
    const { search } = await google.signIn(await begin(visitor));
    const refused = await visitor.get(`/auth/sso/callback/entra${search}`).expect(303);
    expect(refused.headers.location).toBe('/admin/login?error=transaction_invalid');
    const named = new URLSearchParams(search);
    named.set('iss', 'https://accounts.google.com.evil.example');
    const answered = await visitor.get(`/auth/sso/callback/google?${named}`).expect(303);
    expect(answered.headers.location).toBe('/admin/login?error=sso_failed');
  });

  test.each([
    ['org_internal', 'tenant_not_allowed', 'That account belongs to another organisation'],
    ['admin_policy_enforced', 'sso_failed', 'Your organisation doesn’t allow this application'],
    ['disallowed_useragent', 'sso_failed', 'Google doesn’t take this browser'],
    ['redirect_uri_mismatch', 'sso_misconfigured', 'Signing in with Google isn’t set up correctly'],
    ['access_denied', 'sso_cancelled', 'You didn’t finish signing in'],
  ])('Google’s error %s', async (error, code, title) => {
    const visitor = entrance.browser();
    const { searchParams } = await begin(visitor);
    const answer = new URLSearchParams({ error, state: searchParams.get('state') ?? '', iss: google.issuer });
    const refused = await visitor.get(`/auth/sso/callback/google?${answer}`).expect(303);
    expect(refused.headers.location).toBe(`/admin/login?error=${code}`);
    const page = await visitor.get(String(refused.headers.location));
    expect(page.text).toContain(title);
    expect(page.text).not.toContain('Microsoft didn');
  });

  test('signing out ends our session, and offers nothing at Google', async () => {
    const { visitor } = await signIn({
      ...ADA,
      sub: '21',
      hd: 'admins.acmecorp.com',
      email: 'u@acmecorp.com',
    });
    const left = await visitor.post('/admin/logout').expect(303);
    const page = await visitor.get(String(left.headers.location));
    expect(page.text).not.toContain('/auth/sso/sign-out/google');
    expect(page.text).not.toContain(google.issuer);
    await visitor.get('/auth/me').set('Accept', 'application/json').expect(401);
  });
});

test('the doctor looks at what can be known before somebody signs in', async () => {
  const provider = entrance.deps.providers.find(({ id }) => id === 'google');
  const severities = async () => {
    const findings = (await provider?.inspection.examine(Date.now)) ?? [];
    return Object.fromEntries(findings.map(({ check, severity }) => [check, severity]));
  };
  const noSuchGrant = { status: 400, body: { error: 'unsupported_grant_type' } };
  google.alter = { '/token': () => noSuchGrant };
  expect(await severities()).toEqual({
    discovery: 'ok',
    issuer: 'ok',
    provider_clock: 'ok',
    signing_keys: 'ok',
    credential: 'could_not_check',
    redirect_uri: 'ok',
    groups: 'ok',
  });
  google.alter = { '/token': () => ({ status: 401, body: { error: 'invalid_client' } }) };
  expect(await severities()).toMatchObject({ credential: 'failed' });
});

async function begin(visitor: TestAgent, query = ''): Promise<URL> {
  const begun = await visitor.get(`/auth/sso/login/google${query}`).expect(302);
  return new URL(String(begun.headers.location));
}

/** Signs somebody in with these claims, in a new browser. */
async function signIn(claims: Body) {
  google.idTokenClaims = claims;
  const visitor = entrance.browser();
  const { pathname, search } = await google.signIn(await begin(visitor));
  const answer = await visitor.get(pathname + search).expect(303);
  const location = String(answer.headers.location);
  const { text: page } = await visitor.get(location);
  const { body: me } = await visitor.get('/auth/me').set('Accept', 'application/json');
  return { visitor, location, page, me };
}

interface Answer {
  readonly status?: number;
  readonly body: Body;
}

/** A stand-in for the Cloud Identity API. */
interface CloudIdentity {
  readonly url: string;
  asked: { method: GroupSearch; query: URLSearchParams; authorization: string | undefined }[];
  answers: Record<GroupSearch, Answer | ((query: URLSearchParams) => Answer)>;
  close(): Promise<void>;
}

async function startCloudIdentity(): Promise<CloudIdentity> {
  const server: Server = createServer((request, response) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://api.invalid');
    const method = groupSearchAt(pathname);
    if (method === undefined) {
      response.writeHead(404).end();
      return;
    }
    state.asked.push({ method, query, authorization: request.headers.authorization });
    const answer = state.answers[method];
    const { status = 200, body } = typeof answer === 'function' ? answer(query) : answer;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const state: CloudIdentity = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    answers: { Transitive: groups(), Direct: groups() },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return state;
}

function groups(...addresses: readonly string[]): Answer {
  return { body: groupsPage(addresses) };
}
