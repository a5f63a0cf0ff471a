import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '#entrance/app.js';
import { systemClock } from '#entrance/clock.js';
import { Secret } from '#entrance/config/secret.js';
import { withIdentity } from '#entrance/identity/linked-identities.js';
import type { InspectionWords } from '#entrance/providers/inspection/openid.js';
import { expectIssuer, metadataUrlOf } from '#entrance/providers/issuer.js';
import { createOpenIdProvider } from '#entrance/providers/openid.js';
import type { Provider } from '#entrance/providers/provider.js';
import { identityFromStandardClaims } from '#entrance/providers/standard-claims.js';
import {
  BASE_URL,
  SESSION_COOKIE,
  startTestEntrance,
  storeKinds,
  type TestEntrance,
} from '../support/entrance.js';
import { CLIENTS, type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.js';
import { recordingLog } from '../support/recording-log.js';

/* The end of a session at a provider that wants its ID token back, and at one that ends everything of a person. */

const ID = 'harbour';
const CALLBACK = `${BASE_URL}/auth/sso/callback/${ID}`;
const ENDPOINT_PATH = `/auth/sso/${ID}/global-token-revocation`;
const ADA = { email: 'ada@example.com', email_verified: true };
const PADDING = 'p'.repeat(4_096);
/** A part of it in a token: long enough that no ciphertext holds it by chance. */
const ENCODED_PADDING = 'cHBw'.repeat(4);

let issuer: OpenIdProvider;
beforeAll(async () => {
  issuer = await startOpenIdProvider(CALLBACK);
});
afterAll(() => issuer.close());
beforeEach(() => {
  issuer.idTokenClaims = ADA;
});

function harbour(entrance: TestEntrance): Provider {
  const [entra] = entrance.config.sso.providers;
  if (entra === undefined) throw new Error('the provider is off');
  return createOpenIdProvider(
    {
      config: {
        ...entra,
        id: ID,
        name: 'Harbour',
        trustedDomains: [],
        requiredAuthContext: undefined,
        clientId: 'post',
        credentials: { secret: Secret.of(CLIENTS.post) },
      },
      metadata: {
        urls: [metadataUrlOf(issuer.issuer)],
        accept(published) {
          expectIssuer(published, issuer.issuer, 'Set the issuer.');
          return published;
        },
      },
      allowHttp: true,
      remedies: { metadata: 'Check the issuer.', keys: 'Check the keys.' },
      identify: (claims) => ({ ...identityFromStandardClaims(ID, claims), groups: [], appRoles: [] }),
      authorizationParameters: () => ({ scope: 'openid email' }),
      button: { label: 'Continue with Harbour' },
      explain: ({ error }) => ({ code: 'sso_failed', facts: { error } }),
      refusalRemedies: {},
      inspection: {
        words: {} as InspectionWords, // no test here inspects it
        tryCredentials: async () => undefined,
      },
      wantsIdTokenHint: true,
      globalRevocation: { issuer: `${issuer.issuer}/org`, jwksUri: `${issuer.issuer}/jwks` },
    },
    {
      addresses: { redirectUri: CALLBACK, signInUrl: `${BASE_URL}/admin/login` },
      clock: systemClock,
      log: recordingLog().log,
    },
  );
}

describe.each(storeKinds)('a provider that wants its ID token back, on %s', (store) => {
  let entrance: TestEntrance;
  let app: Express;

  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
    const { config } = entrance;
    app = createApp({
      ...entrance.deps,
      config: { ...config, sso: { ...config.sso, trustedDomains: [] } },
      providers: [...entrance.deps.providers, harbour(entrance)],
    });
  });
  afterAll(() => entrance.close());

  const browser = () =>
    request.agent(app).set({
      Accept: 'text/html',
      'Sec-Fetch-Site': 'same-origin',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    });

  async function signIn() {
    const visitor = browser();
    const begun = await visitor.get(`/auth/sso/login/${ID}`).expect(302);
    const { pathname, search } = await issuer.signIn(new URL(String(begun.headers.location)));
    const completed = await visitor.get(pathname + search).expect(303);
    expect(completed.headers.location).toBe('/admin');
    return { visitor, completed };
  }

  const isSignedIn = async (visitor: ReturnType<typeof browser>) =>
    (await visitor.get('/auth/me').set('Accept', 'application/json')).status === 200;

  describe('signing out', () => {
    test('leads on with the ID token of 4 KB, which no cookie and no store shows', async () => {
      issuer.idTokenClaims = { ...ADA, padding: PADDING };
      const { visitor, completed } = await signIn();
      const cookies = String(completed.headers['set-cookie']);
      expect(cookies).toContain(SESSION_COOKIE);
      expect(cookies.length).toBeLessThan(1_000);
      const user = await entrance.deps.directory.findByIdentity({
        provider: ID,
        providerScope: issuer.issuer,
        providerId: 'ada',
      });
      const [listed] = await entrance.deps.sessions.listOfUser(user?.id ?? '');
      const kept = JSON.stringify(listed?.record);
      expect(kept.length).toBeLessThan(9_000);
      expect(kept).not.toContain(ENCODED_PADDING);

      const page = await visitor.post('/admin/logout').expect(200);
      expect(page.headers['cache-control']).toBe('no-store');
      expect(String(page.headers['set-cookie'])).not.toContain(ENCODED_PADDING);
      const [, href = ''] = /href="(http[^"]*session\/end[^"]*)"/.exec(page.text) ?? [];
      const query = new URL(href.replaceAll('&amp;', '&')).searchParams;
      expect(query.get('post_logout_redirect_uri')).toBe(`${BASE_URL}/admin/login`);
      expect(query.get('client_id')).toBe('post');
      expect(query.get('id_token_hint')).toContain(ENCODED_PADDING);
      const [, claims = ''] = query.get('id_token_hint')?.split('.') ?? [];
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ padding: PADDING });
      expect(await isSignedIn(visitor)).toBe(false);
    });

    test('goes on without an ID token that is too long for an address', async () => {
      issuer.idTokenClaims = { ...ADA, padding: PADDING.repeat(3) };
      const { visitor } = await signIn();
      await visitor.post('/admin/logout').expect(303);
      const page = await visitor.get('/admin/signed-out').expect(200);
      expect(page.text).toContain('session/end');
      expect(page.text).not.toContain('id_token_hint');
    });
  });

  describe('Global Token Revocation', () => {
    const now = () => Math.floor(Date.now() / 1_000);
    const claims = (changes: object = {}) => ({
      iss: `${issuer.issuer}/org`,
      aud: `${BASE_URL}${ENDPOINT_PATH}`,
      sub: 'post',
      jti: 'a-jti',
      iat: now(),
      exp: now() + 300,
      ...changes,
    });
    const header = { typ: 'global-token-revocation+jwt' };
    const named = (changes: object = {}) => ({
      sub_id: { format: 'iss_sub', iss: `${issuer.issuer}/org`, sub: 'ada', ...changes },
    });
    const send = async (token: string | undefined, body: object = named(), path = ENDPOINT_PATH) => {
      const asked = request(app).post(path);
      if (token !== undefined) asked.set('Authorization', `Bearer ${token}`);
      return asked.send(body);
    };

    test('ends all sessions of the person, and is recorded', async () => {
      const one = await signIn();
      const other = await signIn();
      const answer = await send(await issuer.keys.sign(claims(), header));
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect(await isSignedIn(one.visitor)).toBe(false);
      expect(await isSignedIn(other.visitor)).toBe(false);
      const token = await entrance.token('audit:read');
      const { body } = await request(app)
        .get('/auth/audit?action=session-revoke&limit=1')
        .set('Authorization', `Bearer ${token}`)
        .expect(200);
      expect(JSON.stringify(body.events[0])).toContain('signed_out_at_provider');
      expect(JSON.stringify(body.events[0])).toContain('ada@example.com');
      // Nothing is left to end, and that isn’t an error.
      expect((await send(await issuer.keys.sign(claims(), header))).status).toBe(204);
    });

    test('forgets at once what any provider could be asked with about the person', async () => {
      await signIn();
      const { directory, refreshGrants } = entrance.deps;
      const key = { provider: ID, providerScope: issuer.issuer, providerId: 'ada' };
      const user = await directory.findByIdentity(key);
      if (user === undefined) throw new Error('no account');
      const other = { provider: 'keycloak', providerScope: 'https://id.example', providerId: 'ada' };
      await directory.update(user, withIdentity(user, other, new Date().toISOString()));
      for (const provider of [ID, 'keycloak'])
        for (const id of [user.id, 'bystander'])
          await refreshGrants.keep(id, { provider, sealedToken: 'sealed', confirmedAt: 1 }, 60_000);
      const left = (id: string) =>
        Promise.all([ID, 'keycloak'].map((provider) => refreshGrants.find(id, provider)));
      expect((await send(await issuer.keys.sign(claims(), header), named({ sub: 'nobody' }))).status).toBe(
        404,
      );
      expect(await left(user.id)).not.toContain(undefined);
      expect((await send(await issuer.keys.sign(claims(), header))).status).toBe(204);
      expect(await left(user.id)).toEqual([undefined, undefined]);
      expect(await left('bystander')).not.toContain(undefined);
    });

    test('takes the issuer of ID tokens in the subject identifier too', async () => {
      const { visitor } = await signIn();
      const answer = await send(await issuer.keys.sign(claims(), header), named({ iss: issuer.issuer }));
      expect(answer.status).toBe(204);
      expect(await isSignedIn(visitor)).toBe(false);
    });

    test.each([
      ['another subject', { sub: 'nobody' }],
      ['another issuer', { iss: 'https://evil.example' }],
    ])('answers 404 for %s', async (_, changes) => {
      const { visitor } = await signIn();
      const answer = await send(await issuer.keys.sign(claims(), header), named(changes));
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect(await isSignedIn(visitor)).toBe(true);
    });

    test.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>]>([
      ['another issuer', { iss: 'https://evil.example' }, header],
      ['no issuer', { iss: undefined }, header],
      ['another address', { aud: `${BASE_URL}/auth/sso/entra/global-token-revocation` }, header],
      ['the client as audience', { aud: 'post' }, header],
      ['no audience', { aud: undefined }, header],
      ['another type', {}, { typ: 'JWT' }],
      ['a logout token’s type', {}, { typ: 'logout+jwt' }],
      ['no end', { exp: undefined }, header],
      ['an end that has passed', { exp: now() - 120 }, header],
      ['an old issue', { iat: now() - 900 }, header],
      ['no issue', { iat: undefined }, header],
      ['an algorithm without a key', {}, { ...header, alg: 'none' }],
    ])('answers 401 for a token with %s, and ends nothing', async (_, changes, head) => {
      const { visitor } = await signIn();
      const answer = await send(await issuer.keys.sign(claims(changes), head));
      expect([answer.status, answer.body.code]).toEqual([401, 'token_invalid']);
      expect(await isSignedIn(visitor)).toBe(true);
    });

    test('answers 401 for a signature that isn’t the provider’s, and without a token', async () => {
      const { visitor } = await signIn();
      const [head = '', body = ''] = (await issuer.keys.sign(claims(), header)).split('.');
      const [, , foreign = ''] = (await issuer.keys.sign(claims({ jti: 'other' }), header)).split('.');
      for (const token of [undefined, 'x', `${head}.${body}.${foreign}`, `${head}.${body}.`])
        expect((await send(token)).status).toBe(401);
      expect(await isSignedIn(visitor)).toBe(true);
    });

    test('answers 404 where a provider doesn’t have it, and 400 to another format', async () => {
      const token = await issuer.keys.sign(claims(), header);
      expect((await send(token, named(), ENDPOINT_PATH.replace(ID, 'entra'))).status).toBe(404);
      const email = { sub_id: { format: 'email', email: 'ada@example.com' } };
      expect((await send(token, email)).status).toBe(400);
    });
  });
});
