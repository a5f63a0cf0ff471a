import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { adminPersona } from '../../demo/personas.js';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';

/** Conditional Access authentication contexts: asked for with `claims`, proved by `acrs`. */

const claimsOf = (location: string) => JSON.parse(new URL(location).searchParams.get('claims') ?? 'null');
const asking = (value: string) => ({ id_token: { acrs: { essential: true, value } } });

/** Follows a redirect to begin at Microsoft, and gives where the callback leads. */
async function throughMicrosoft(browser: TestAgent, begin: string, persona = 'admin') {
  const begun = await browser.get(begin).expect(302);
  const { pathname, search } = await signInThrough(String(begun.headers.location), persona);
  const landed = await browser.get(pathname + search).expect(303);
  return { asked: claimsOf(String(begun.headers.location)), landedAt: String(landed.headers.location) };
}

describe('a host app’s route that asks for a context', () => {
  let entrance: TestEntrance;
  let app: Express;
  beforeAll(async () => {
    entrance = await startTestEntrance();
    const { routes, requireAuthContext, guardedUser } = assembleEntrance(entrance.deps);
    app = express();
    app.use(routes);
    app.all('/payouts', requireAuthContext('c1'), (request, response) =>
      response.send(guardedUser(request).email),
    );
    app.all('/keys', requireAuthContext('c25'), (_request, response) => response.send('keys'));
  });
  afterEach(() => entrance.microsoft.addPersona(adminPersona));
  afterAll(() => entrance.close());

  const visitor = () => request.agent(app).set('Accept', 'text/html').set('Sec-Fetch-Site', 'same-origin');
  async function signedIn(): Promise<TestAgent> {
    const browser = visitor();
    await throughMicrosoft(browser, '/auth/sso/login/entra');
    return browser;
  }

  test('sends somebody who isn’t signed in to sign in', async () => {
    const refused = await visitor().get('/payouts').expect(303);
    expect(refused.headers.location).toBe('/admin/login?next=%2Fpayouts');
  });

  test('sends a person to Microsoft with the claims parameter, and back to where they were', async () => {
    const browser = await signedIn();
    const refused = await browser.get('/payouts?month=5').expect(303);
    const begin = new URL(String(refused.headers.location), 'http://localhost');
    expect(Object.fromEntries(begin.searchParams)).toMatchObject({
      next: '/payouts?month=5',
      auth_context: 'c1',
      login_hint: expect.stringMatching(/^O\./),
    });
    const { asked, landedAt } = await throughMicrosoft(browser, begin.pathname + begin.search);
    expect(asked).toEqual(asking('c1'));
    expect(landedAt).toBe('/payouts?month=5');
    await browser.get('/payouts?month=5').expect(200, adminPersona.username);
  });

  test('a second context adds to the first', async () => {
    const browser = await signedIn();
    for (const path of ['/payouts', '/keys']) {
      const refused = await browser.get(path).expect(303);
      await throughMicrosoft(browser, String(refused.headers.location));
    }
    await browser.get('/payouts').expect(200);
    await browser.get('/keys').expect(200);
  });

  test('what one person proved isn’t another’s who signs in after them', async () => {
    const browser = await signedIn();
    const { headers } = await browser.get('/payouts').expect(303);
    await throughMicrosoft(browser, String(headers.location));
    await throughMicrosoft(browser, '/auth/sso/login/entra?auth_context=c25', 'no-role');
    await browser.get('/keys').expect(200);
    await browser.get('/payouts').expect(303);
  });

  test('ends at the console, which says so and leads back on request, not in a loop, where Microsoft doesn’t confirm it', async () => {
    const browser = await signedIn();
    const refused = await browser.get('/payouts').expect(303);
    entrance.microsoft.addPersona({ ...adminPersona, claims: { acrs: ['c2', 'other'] } });
    const { landedAt } = await throughMicrosoft(browser, String(refused.headers.location));
    expect(landedAt).toBe('/admin/login?auth_context=c1&error=auth_context_missing&next=%2Fpayouts');
    const led = await browser.get(landedAt).expect(303);
    expect(led.headers.location).toBe('/admin');
    const page = await browser.get('/admin').expect(200);
    expect(page.text).toContain('Microsoft didn’t confirm the extra check');
    expect(page.text).toContain(
      '<a href="/auth/sso/login/entra?auth_context=c1&amp;next=%2Fpayouts">Try again</a>',
    );
    const again = await browser.get('/admin').expect(200);
    expect(again.text).not.toContain('next=%2Fpayouts');
    expect((await browser.get(landedAt).expect(303)).headers.location).toBe('/admin');
  });

  test('cancelling at Microsoft ends at the console too, since the person is still signed in', async () => {
    const browser = await signedIn();
    const refused = await browser.get('/payouts').expect(303);
    entrance.microsoft.faults.authorizationResponse = { error: 'access_denied', code: undefined };
    const { landedAt } = await throughMicrosoft(browser, String(refused.headers.location));
    entrance.microsoft.faults.authorizationResponse = undefined;
    expect((await browser.get(landedAt).expect(303)).headers.location).toBe('/admin');
    const page = await browser.get('/admin').expect(200);
    expect(page.text).toContain('You didn’t finish signing in');
    expect(page.text).toContain('You’re still signed in');
  });

  test('somebody without access to the console is told on their own page', async () => {
    const browser = visitor();
    await throughMicrosoft(browser, '/auth/sso/login/entra', 'no-role');
    const refused = await browser.get('/payouts').expect(303);
    entrance.microsoft.faults.authorizationResponse = { error: 'access_denied', code: undefined };
    const { landedAt } = await throughMicrosoft(browser, String(refused.headers.location), 'no-role');
    entrance.microsoft.faults.authorizationResponse = undefined;
    expect((await browser.get(landedAt).expect(303)).headers.location).toBe('/admin/account');
    expect((await browser.get('/admin/account').expect(200)).text).toContain('You didn’t finish signing in');
  });

  test('tells a program what to ask Microsoft for', async () => {
    const browser = await signedIn();
    const answer = await browser.get('/payouts').set('Accept', 'application/json').expect(401);
    expect(answer.body).toMatchObject({ code: 'auth_context_required', status: 401 });
    const [, claims = ''] =
      /^Bearer error="insufficient_claims", claims="([\w+/=]+)"$/.exec(
        String(answer.headers['www-authenticate']),
      ) ?? [];
    expect(JSON.parse(Buffer.from(claims, 'base64').toString())).toEqual(asking('c1'));
  });

  test('answers a form with a page, since a POST can’t be returned to', async () => {
    const browser = await signedIn();
    const answer = await browser.post('/payouts').expect(401);
    expect(answer.text).toContain('An extra check is needed first');
  });

  test('has to be one of Microsoft’s names', () => {
    const { requireAuthContext } = assembleEntrance(entrance.deps);
    for (const name of ['c0', 'c100', 'C1', '', 'mfa'])
      expect(() => requireAuthContext(name)).toThrow(TypeError);
  });

  test('a name that nobody has in the address asks for nothing', async () => {
    const begun = await visitor().get('/auth/sso/login/entra?auth_context=c1"}').expect(302);
    expect(new URL(String(begun.headers.location)).searchParams.has('claims')).toBe(false);
  });
});

describe('with SSO_ENTRA_REQUIRED_AUTH_CONTEXT', () => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({
      store: 'Redis',
      settings: { SSO_ENTRA_REQUIRED_AUTH_CONTEXT: 'c3' },
    });
  });
  afterEach(() => entrance.microsoft.addPersona(adminPersona));
  afterAll(() => entrance.close());

  test('every sign-in asks for it, and opens the console', async () => {
    const browser = entrance.browser();
    const { asked, landedAt } = await throughMicrosoft(browser, '/auth/sso/login/entra');
    expect(asked).toEqual(asking('c3'));
    expect(landedAt).toBe('/admin');
    await browser.get('/admin').expect(200);
  });

  test.each([
    ['without it', undefined],
    ['with another', ['c30', 'c1']],
  ])('a sign-in that comes back %s begins no session', async (_, acrs) => {
    entrance.microsoft.addPersona({ ...adminPersona, claims: { acrs } });
    const browser = entrance.browser();
    const { landedAt } = await throughMicrosoft(browser, '/auth/sso/login/entra');
    expect(landedAt).toBe('/admin/login?error=auth_context_missing');
    expect((await browser.get(landedAt).expect(200)).text).toContain('Microsoft didn’t confirm');
    await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
  });

  test('a session that began before it was required opens nothing any more', async () => {
    if (entrance.redis === undefined) throw new Error('no Redis');
    const before = await startTestEntrance({ redis: entrance.redis, microsoft: entrance.microsoft });
    const signedIn = await before.signIn('admin');
    const cookie = signedIn.jar
      .getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false })
      .toValueString();
    await before.browser().get('/admin').set('Cookie', cookie).expect(200);
    await entrance.browser().get('/admin').set('Cookie', cookie).expect(303);
    await entrance.browser().get('/admin/login').set('Cookie', cookie).expect(200);
    await before.close();
  });

  test('the local administrator still gets in', async () => {
    const browser = entrance.browser();
    await browser
      .post('/admin/login')
      .type('form')
      .send({ email: LOCAL_ADMIN.email, password: LOCAL_ADMIN.password })
      .expect(303);
    await browser.get('/admin').expect(200);
  });
});
