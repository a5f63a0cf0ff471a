import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import type { Agent as TestAgent } from 'supertest';
import { adminPersona } from '../../demo/personas.js';
import { claimsOf } from '../../demo/simulator/signing-keys.js';
import { startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { REDIRECT_URI, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';

/** Sign-out that begins at the provider, and reaches every instance. */

let people = 0;
/** Signs somebody new in, whose session at Microsoft is known. */
async function signInWithSid(entrance: TestEntrance, sid: string) {
  people += 1;
  const oid = `5b1d4c97-0000-4000-a000-${String(people).padStart(12, '0')}`;
  const username = `${oid}@contoso.com`;
  const subject = `subject of ${oid}`;
  entrance.microsoft.addPersona({
    ...adminPersona,
    id: oid,
    oid,
    username,
    email: username,
    claims: { sid, sub: subject },
  });
  return { browser: await entrance.signIn(oid), persona: oid, subject };
}

async function isSignedIn(browser: TestAgent): Promise<boolean> {
  const me = await browser.get('/auth/me').set('Accept', 'application/json');
  return me.status === 200;
}

/** As Entra does it: in a frame of another site, so without any cookie of ours. */
const inFrame = (entrance: TestEntrance, path: string) =>
  entrance.browser().get(path).set('Sec-Fetch-Site', 'cross-site').set('Sec-Fetch-Dest', 'iframe');

describe.each(storeKinds)('front-channel logout, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
  });
  afterAll(() => entrance.close());

  test('ends the sessions of that session at Microsoft, by sid alone and without a cookie', async () => {
    const one = await signInWithSid(entrance, 'front-1');
    const other = await signInWithSid(entrance, 'front-2');
    const answer = await inFrame(entrance, '/auth/sso/logout/entra?sid=front-1').expect(200);
    expect(answer.text).toBe('');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await isSignedIn(one.browser)).toBe(false);
    expect(await isSignedIn(other.browser)).toBe(true);
  });

  test.each(['?sid=nobody’s', '?sid=', '', '?sid=a&sid=b', `?sid=${'x'.repeat(4_000)}`])(
    'answers %s the same, and ends nothing',
    async (query) => {
      const { browser } = await signInWithSid(entrance, 'a');
      const answer = await inFrame(entrance, `/auth/sso/logout/entra${query}`).expect(200);
      expect(answer.text).toBe('');
      expect(await isSignedIn(browser)).toBe(true);
    },
  );

  test('takes the right iss beside sid, and ends nothing for a wrong one', async () => {
    const { browser } = await signInWithSid(entrance, 'front-3');
    const { authority, tenantId } = entrance.microsoft;
    const wrong = ['https://evil.example/v2.0', `${authority}/v2.0`, ''].map((iss) =>
      new URLSearchParams({ sid: 'front-3', iss }).toString(),
    );
    for (const query of [...wrong, `${wrong[0]}&iss=${authority}/${tenantId}/v2.0`]) {
      await inFrame(entrance, `/auth/sso/logout/entra?${query}`).expect(200);
      await inFrame(entrance, `/admin/login?${query}`).expect(200);
      expect(await isSignedIn(browser)).toBe(true);
    }
    const right = new URLSearchParams({ sid: 'front-3', iss: `${authority}/${tenantId}/v2.0` });
    await inFrame(entrance, `/auth/sso/logout/entra?${right}`).expect(200);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('is honoured at the sign-in page too', async () => {
    const { browser } = await signInWithSid(entrance, 'front-4');
    const answer = await inFrame(entrance, '/admin/login?sid=front-4').expect(200);
    expect(answer.text).toBe('');
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('may be framed by any site, and nothing else may', async () => {
    for (const path of ['/auth/sso/logout/entra?sid=x', '/admin/login?sid=x']) {
      const { headers } = await inFrame(entrance, path).expect(200);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *",
      );
      expect(headers).not.toHaveProperty('x-frame-options');
      expect(headers['cross-origin-resource-policy']).toBe('cross-origin');
    }
    for (const path of ['/admin/login', '/admin/signed-out', '/auth/sso/providers', '/auth/sso/logout/no']) {
      const { headers } = await entrance.browser().get(path);
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-frame-options']).toBe('DENY');
    }
  });

  test('is for providers that there are', async () => {
    await inFrame(entrance, '/auth/sso/logout/okta?sid=x').expect(404);
  });
});

test('front-channel logout at one instance ends the session at the other', async () => {
  const one = await startTestEntrance({ store: 'Redis' });
  const other = await startTestEntrance({ microsoft: one.microsoft, ...(one.redis && { redis: one.redis }) });
  const { browser } = await signInWithSid(one, 'shared');
  const cookie = browser.jar
    .getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false })
    .toValueString();
  const atOther = () => other.browser().get('/auth/me').set({ Cookie: cookie, Accept: 'application/json' });
  await atOther().expect(200);
  await inFrame(one, '/auth/sso/logout/entra?sid=shared').expect(200);
  await atOther().expect(401);
  await other.close();
  await one.close();
});

test('front-channel logout is limited by address, like starting a sign-in', async () => {
  const entrance = await startTestEntrance();
  const statuses = new Set<number>();
  for (let count = 0; count < 1_210 && !statuses.has(429); count += 1)
    statuses.add((await inFrame(entrance, '/auth/sso/logout/entra?sid=x')).status);
  expect([...statuses]).toEqual([200, 429]);
  await entrance.close();
});

test('with single sign-on off there is no such route, and the sign-in page stays itself', async () => {
  const entrance = await startTestEntrance({ settings: { SSO_ENABLED: 'false' } });
  await inFrame(entrance, '/auth/sso/logout/entra?sid=x').expect(404);
  const page = await inFrame(entrance, '/admin/login?sid=x').expect(200);
  expect(page.text).toContain('Sign in');
  expect(page.headers['x-frame-options']).toBe('DENY');
  await entrance.close();
});

describe.each(storeKinds)('back-channel logout, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    const microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
    microsoft.faults.metadata = { backchannel_logout_supported: true };
    entrance = await startTestEntrance({ store, microsoft });
  });
  afterAll(async () => {
    await entrance.close();
    await entrance.microsoft.close();
  });

  const post = (token: string | undefined, provider = 'entra') =>
    entrance
      .browser()
      .post(`/auth/sso/logout/${provider}`)
      .set({ 'Sec-Fetch-Site': 'cross-site', Accept: '*/*' })
      .type('form')
      .send(token === undefined ? {} : { logout_token: token });
  const sign = (claims: Record<string, unknown>) => entrance.microsoft.signLogoutToken(claims);
  const now = () => Math.floor(Date.now() / 1_000);

  test('ends the session that sid names, and that alone', async () => {
    const one = await signInWithSid(entrance, 'back-1');
    const second = await entrance.signIn(one.persona);
    const other = await signInWithSid(entrance, 'back-2');
    const answer = await post(await sign({ sid: 'back-2', sub: one.subject })).expect(200);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await isSignedIn(other.browser)).toBe(false);
    expect(await isSignedIn(one.browser)).toBe(true);
    await post(await sign({ sid: 'back-1' })).expect(200);
    expect(await isSignedIn(one.browser)).toBe(false);
    expect(await isSignedIn(second)).toBe(false);
  });

  test('with sub alone ends all sessions of that person', async () => {
    const one = await signInWithSid(entrance, 'back-3');
    entrance.microsoft.addPersona({
      ...adminPersona,
      id: `${one.persona} again`,
      oid: one.persona,
      username: `${one.persona}@contoso.com`,
      email: `${one.persona}@contoso.com`,
      claims: { sid: 'back-4', sub: one.subject },
    });
    const second = await entrance.signIn(`${one.persona} again`);
    const other = await signInWithSid(entrance, 'back-5');
    await post(await sign({ sub: one.subject })).expect(200);
    expect(await isSignedIn(one.browser)).toBe(false);
    expect(await isSignedIn(second)).toBe(false);
    expect(await isSignedIn(other.browser)).toBe(true);
  });

  test('takes a token once', async () => {
    const token = await sign({ sid: 'back-6' });
    await post(token).expect(200);
    const { browser } = await signInWithSid(entrance, 'back-6');
    await post(token).expect(400);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test.each<[string, (token: string) => string | Promise<string>]>([
    ['without a signature', (token) => new UnsecuredJWT(claimsOf(token)).encode()],
    [
      'signed with the client secret',
      (token) =>
        new SignJWT(claimsOf(token))
          .setProtectedHeader({ alg: 'HS256' })
          .sign(Buffer.from(entrance.microsoft.clientSecret.padEnd(32))),
    ],
    [
      'signed by somebody else under the name of the right key',
      async (token) => {
        const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT(claimsOf(token)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
      },
    ],
    ['of another issuer', () => sign({ sid: 'kept', iss: 'https://evil.example/v2.0' })],
    ['for another application', () => sign({ sid: 'kept', aud: '11111111-2222-4333-8444-555555555555' })],
    ['that has expired', () => sign({ sid: 'kept', exp: now() - 120 })],
    ['without an expiry', () => sign({ sid: 'kept', exp: undefined })],
    ['without a time of issue', () => sign({ sid: 'kept', iat: undefined })],
    ['from the future', () => sign({ sid: 'kept', iat: now() + 3_600, exp: now() + 7_200 })],
    ['issued long ago, however long it lasts', () => sign({ sid: 'kept', iat: now() - 3_600 })],
    ['without jti', () => sign({ sid: 'kept', jti: undefined })],
    ['without sid and sub', () => sign({})],
    ['without events', () => sign({ sid: 'kept', events: undefined })],
    ['of another event', () => sign({ sid: 'kept', events: { 'https://example.com/other': {} } })],
    [
      'whose event is no object',
      () => sign({ sid: 'kept', events: { 'http://schemas.openid.net/event/backchannel-logout': true } }),
    ],
    ['with a nonce, as an ID token has one', () => sign({ sid: 'kept', nonce: 'a nonce' })],
    ['that is none', () => 'not.a.token'],
    ['that is missing', () => ''],
  ])('refuses a token %s', async (_, make) => {
    const { browser } = await signInWithSid(entrance, 'kept');
    const answer = await post(await make(await sign({ sid: 'kept' }))).expect(400);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toMatchObject({ code: 'logout_token_invalid' });
    expect(await isSignedIn(browser)).toBe(true);
    await post(undefined).expect(400);
  });

  test('refuses an ID token in its place', async () => {
    let idToken = '';
    entrance.microsoft.faults.idToken = (token) => {
      idToken = token;
      return token;
    };
    const { browser } = await signInWithSid(entrance, 'kept');
    entrance.microsoft.faults.idToken = undefined;
    expect(idToken).not.toBe('');
    await post(idToken).expect(400);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('needs the keys: while the provider is away nothing is accepted, and nothing refused for good', async () => {
    const microsoft = await startSimulatedMicrosoft({ redirectUris: [REDIRECT_URI] });
    microsoft.faults.keysStatus = 503; // before anybody could read the keys
    const away = await startTestEntrance({ store, microsoft });
    const token = await microsoft.signLogoutToken({ sid: 'later' });
    const send = () =>
      away.browser().post('/auth/sso/logout/entra').type('form').send({ logout_token: token });
    for (const faults of [{ keysStatus: 503 }, { keysStatus: undefined, down: true }]) {
      Object.assign(microsoft.faults, faults);
      await send().expect(503);
    }
    microsoft.faults.down = false;
    await send().expect(200);
    await away.close();
    await microsoft.close();
  });
});

describe('a provider that announces no back-channel logout', () => {
  test('is refused a token that names a person alone, since sessions can’t be found by it', async () => {
    const entrance = await startTestEntrance();
    const { browser, subject } = await signInWithSid(entrance, 'unannounced');
    const post = async (claims: Record<string, unknown>) =>
      entrance
        .browser()
        .post('/auth/sso/logout/entra')
        .type('form')
        .send({ logout_token: await entrance.microsoft.signLogoutToken(claims) });
    expect((await post({ sub: subject })).status).toBe(400);
    expect(await isSignedIn(browser)).toBe(true);
    expect((await post({ sid: 'unannounced' })).status).toBe(200);
    expect(await isSignedIn(browser)).toBe(false);
    await entrance.close();
  });
});

describe('signing out at Microsoft from our signed-out page', () => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance();
  });
  afterEach(() => {
    entrance.microsoft.addPersona(adminPersona);
  });
  afterAll(() => entrance.close());

  /** The link of the signed-out page. */
  async function signOutLink(): Promise<URL> {
    const browser = await entrance.signIn('admin');
    const out = await browser.post('/admin/logout').expect(303);
    const page = await browser.get(String(out.headers.location)).expect(200);
    const [, href = ''] = /href="([^"]*\/logout[^"]*)"/.exec(page.text) ?? [];
    return new URL(href.replaceAll('&amp;', '&').replaceAll('&#38;', '&'));
  }

  test('names the account by the login_hint claim, the registered return URL, and no ID token', async () => {
    const { searchParams, origin } = await signOutLink();
    expect(origin).toBe(entrance.microsoft.authority);
    expect(Object.fromEntries(searchParams)).toEqual({
      post_logout_redirect_uri: 'http://localhost:8000/admin/login',
      logout_hint: `O.${Buffer.from(adminPersona.username).toString('base64url')}`,
    });
  });

  test('leaves the hint out where Microsoft sent none', async () => {
    entrance.microsoft.addPersona({ ...adminPersona, claims: { login_hint: undefined } });
    expect([...(await signOutLink()).searchParams.keys()]).toEqual(['post_logout_redirect_uri']);
  });
});
