import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import request from 'supertest';
import {
  cookieSetBy,
  LOCAL_ADMIN,
  SESSION_COOKIE,
  startTestEntrance,
  type TestEntrance,
} from '../support/entrance.js';
import { signInThrough } from '../support/microsoft.js';
import { until } from '../support/timing.js';

/** A sign-in that goes wrong, or that a browser repeats: nobody forgets where they were going, and who is in stays in. */

const GOING = '/admin/audit?outcome=failure&user=a%2Bb%26c';
const NEXT = encodeURIComponent(GOING);
const BEGIN = `/auth/sso/login/entra?next=${NEXT}`;
const ELEVEN_MINUTES = 11 * 60_000;

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance();
});
afterEach(() => {
  entrance.microsoft.faults.authorizationResponse = undefined;
  entrance.microsoft.faults.idToken = undefined;
});
afterAll(() => entrance.close());

const isSignedIn = async (browser: TestAgent) =>
  (await browser.get('/auth/me').set('Accept', 'application/json')).status === 200;

describe('a sign-in that took too long', () => {
  test('begins anew by itself, and leads to where the person was going, with the context that it asks for', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin', `${BEGIN}&auth_context=c7`);
    entrance.pass(ELEVEN_MINUTES);
    const { token } = entrance.microsoft.requests;
    const renewed = await browser.get(callback).expect(302);
    expect(entrance.microsoft.requests.token).toBe(token);
    expect(await isSignedIn(browser)).toBe(false);
    const authorization = new URL(String(renewed.headers.location));
    expect(authorization.origin).toBe(entrance.microsoft.authority);
    expect(authorization.searchParams.get('claims')).toContain('c7');
    const { pathname, search } = await signInThrough(authorization, 'admin');
    expect((await browser.get(pathname + search).expect(303)).headers.location).toBe(GOING);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('begins anew once: a second time the page says so, and still leads there', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin', BEGIN);
    entrance.pass(ELEVEN_MINUTES);
    const renewed = await browser.get(callback).expect(302);
    const { pathname, search } = await signInThrough(String(renewed.headers.location), 'admin');
    entrance.pass(ELEVEN_MINUTES);
    const refused = await browser.get(pathname + search).expect(303);
    await leadsOn(browser, refused, 'transaction_expired');
  });

  test('is told as that if the person came back without a code', async () => {
    const browser = entrance.browser();
    entrance.microsoft.faults.authorizationResponse = { error: 'access_denied', code: undefined };
    const callback = await entrance.callbackFor(browser, 'admin', BEGIN);
    entrance.pass(ELEVEN_MINUTES);
    await leadsOn(browser, await browser.get(callback).expect(303), 'transaction_expired');
  });

  test('begins nothing for a browser that doesn’t bring its transaction', async () => {
    const callback = await entrance.callbackFor(entrance.browser(), 'admin', BEGIN);
    entrance.pass(ELEVEN_MINUTES);
    const answer = await entrance.browser().get(callback).expect(303);
    expect(answer.headers.location).toBe('/admin/login?error=transaction_invalid');
  });
});

describe('after a refusal every link of the page, and its form, still lead to where the person was going', () => {
  test.each([
    ['cancelling', { error: 'access_denied', code: undefined }, 'sso_cancelled'],
    ['consent', { error: 'consent_required', code: undefined }, 'sso_failed'],
    ['a provider that is busy', { error: 'temporarily_unavailable', code: undefined }, 'sso_unavailable'],
    ['a provider in trouble', { error: 'server_error', code: undefined }, undefined],
  ])('%s', async (_name, response, code) => {
    const browser = entrance.browser();
    entrance.microsoft.faults.authorizationResponse = response;
    const callback = await entrance.callbackFor(browser, 'admin', `${BEGIN}&auth_context=c2`);
    const refused = await browser.get(callback).expect(303);
    await leadsOn(browser, refused, code, 'c2');
  });

  test('another account', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'untrusted-domain', BEGIN);
    await leadsOn(browser, await browser.get(callback).expect(303), undefined);
  });

  test('a code that was used, without a session', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin', BEGIN);
    const cookie = cookiesIn(browser);
    await browser.get(callback).expect(303);
    const again = await request(entrance.app).get(callback).set({ Cookie: cookie, Accept: 'text/html' });
    expect(again.headers.location).toBe(`/admin/login?error=transaction_invalid&next=${NEXT}`);
  });
});

describe('a callback that is asked for twice', () => {
  test('at once: one code is redeemed, and both answers lead on with one session', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin', BEGIN);
    const { token } = entrance.microsoft.requests;
    const hold = holdTokenAnswer();
    const both = [browser.get(callback), browser.get(callback)].map((one) => one.then((answer) => answer));
    await hold.secondWaits();
    hold.letGo();
    const [first, second] = await Promise.all(both);
    expect(entrance.microsoft.requests.token).toBe(token + 1);
    expect([first?.status, second?.status]).toEqual([303, 303]);
    expect([first?.headers.location, second?.headers.location]).toEqual([GOING, GOING]);
    const cookies = [first, second].map((answer) => answer && cookieSetBy(answer, SESSION_COOKIE));
    expect(cookies[0]).toBeDefined();
    expect(cookies[1]).toBe(cookies[0]);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('by a reload that gives the first up: the second brings the session', async () => {
    let closed = 0;
    const server = createServer((asked, response) => {
      response.once('close', () => {
        closed += response.writableFinished ? 0 : 1;
      });
      entrance.app(asked, response);
    }).listen(0, '127.0.0.1');
    const watched = request.agent(server);
    watched.set({ Accept: 'text/html', 'Sec-Fetch-Site': 'same-origin' });
    const callback = await entrance.callbackFor(watched, 'admin', BEGIN);
    const hold = holdTokenAnswer();
    const first = watched.get(callback);
    first.end(() => undefined);
    await hold.asked();
    const second = watched.get(callback).then((answer) => answer);
    await hold.secondWaits();
    first.abort();
    await until(async () => closed === 1);
    hold.letGo();
    const answer = await second;
    expect(answer.headers.location).toBe(GOING);
    expect(cookieSetBy(answer, SESSION_COOKIE)).toBeDefined();
    expect(await isSignedIn(watched)).toBe(true);
    server.close();
  });

  test('at once and refused: both are told the same', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'untrusted-domain', BEGIN);
    const hold = holdTokenAnswer();
    const both = [browser.get(callback), browser.get(callback)].map((one) => one.then((answer) => answer));
    await hold.secondWaits();
    hold.letGo();
    const locations = (await Promise.all(both)).map((answer) => answer.headers.location);
    expect(locations[0]).toContain('error=domain_not_trusted');
    expect(locations[1]).toBe(locations[0]);
  });

  test.each([
    ['without the transaction', (cookie: string) => cookie.replace(/entrance-transaction[^;]*/, 'x=y')],
    ['with an altered transaction', (cookie: string) => `${cookie.slice(0, -4)}AAAA`],
  ])('at once %s: nobody else gets the session', async (_name, alter) => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin', BEGIN);
    const headers = { Cookie: alter(cookiesIn(browser)), Accept: 'text/html' };
    const hold = holdTokenAnswer();
    const first = browser.get(callback).then((answer) => answer);
    await hold.asked();
    const other = await request(entrance.app).get(callback).set(headers);
    expect(other.headers.location).toBe('/admin/login?error=transaction_invalid');
    expect(cookieSetBy(other, SESSION_COOKIE)).toBeUndefined();
    hold.letGo();
    expect((await first).headers.location).toBe(GOING);
  });

  test('at once with other parameters: it isn’t given what the first brought', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin', BEGIN);
    const hold = holdTokenAnswer();
    const first = browser.get(callback).then((answer) => answer);
    await hold.asked();
    const other = await browser.get(callback.replace(/code=[^&]*/, 'code=another')).expect(303);
    expect(other.headers.location).toBe(`/admin/login?error=transaction_invalid&next=${NEXT}`);
    expect(cookieSetBy(other, SESSION_COOKIE)).toBeUndefined();
    hold.letGo();
    expect((await first).headers.location).toBe(GOING);
  });

  test('one after the other: the second leads on too', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin', BEGIN);
    await browser.get(callback).expect(303);
    expect((await browser.get(callback).expect(303)).headers.location).toBe('/admin');
  });
});

describe('a signed-in person never ends on a sign-in error page', () => {
  const codes = ['transaction_invalid', 'sso_failed', 'session_ended', 'sso_cancelled', 'nonsense'];
  test.each(codes)('%s leads to where they were going, or home', async (code) => {
    const admin = await entrance.signIn('admin');
    const led = await admin.get(`/admin/login?error=${code}&next=${NEXT}`).expect(303);
    expect(led.headers.location).toBe(GOING);
    expect((await admin.get(`/admin/login?error=${code}`).expect(303)).headers.location).toBe('/admin');
    const nobody = await entrance.signIn('no-role');
    const home = await nobody.get(`/admin/login?error=${code}`).expect(303);
    expect(home.headers.location).toBe('/admin/account');
    expect((await nobody.get(`/admin/login?error=${code}&next=%2Freports`)).headers.location).toBe(
      '/reports',
    );
  });

  test('what was refused just now is told on the page that they are led to', async () => {
    const browser = await entrance.signIn('admin');
    const callback = await entrance.callbackFor(browser, 'untrusted-domain', BEGIN);
    const refused = await browser.get(callback).expect(303);
    const led = await browser.get(String(refused.headers.location)).expect(303);
    expect(led.headers.location).toBe(GOING);
    const page = await browser.get(GOING).expect(200);
    expect(page.text).toContain('Use an account of an allowed organisation');
    expect(page.text).toContain('You’re still signed in');
    expect(page.text).toContain(String(refused.headers['x-request-id']));
    expect(page.text).toContain('prompt=select_account">Use another account</a>');
  });

  test('a page of the host app can’t tell it: the console does, and leads back on request', async () => {
    const browser = await entrance.signIn('admin');
    entrance.microsoft.faults.authorizationResponse = { error: 'access_denied', code: undefined };
    const callback = await entrance.callbackFor(browser, 'admin', '/auth/sso/login/entra?next=%2Freports');
    const refused = await browser.get(callback).expect(303);
    const led = await browser.get(String(refused.headers.location)).expect(303);
    expect(led.headers.location).toBe('/admin');
    expect((await browser.get('/admin')).text).toContain(
      '<a href="/auth/sso/login/entra?next=%2Freports">Try again</a>',
    );
  });

  test('the sign-in page itself still lets somebody without a role use another account', async () => {
    const browser = await entrance.signIn('no-role');
    expect((await browser.get('/admin/login').expect(200)).text).toContain('Continue with Microsoft');
    const wrong = { email: LOCAL_ADMIN.email, password: 'not it' };
    const answer = await browser.post('/admin/login').type('form').send(wrong).expect(401);
    expect(answer.text).toContain('don’t match');
  });
});

/** The refused person reads why, and everything that can be pressed leads to `GOING`. */
async function leadsOn(
  browser: TestAgent,
  refused: request.Response,
  code: string | undefined,
  authContext?: string,
): Promise<void> {
  const query = new URL(String(refused.headers.location), 'http://localhost').searchParams;
  if (code !== undefined) expect(query.get('error')).toBe(code);
  expect(query.get('next')).toBe(GOING);
  const { text } = await browser.get(String(refused.headers.location)).expect(200);
  const links = [...text.matchAll(/href="(\/auth\/sso\/login\/[^"]*)"/g)].map(
    ([, href = '']) => new URL(href.replaceAll('&amp;', '&'), 'http://localhost').searchParams,
  );
  expect(links.length).toBeGreaterThan(0);
  for (const link of links) {
    expect(link.get('next')).toBe(GOING);
    expect(link.get('auth_context')).toBe(authContext ?? null);
  }
  expect(text).toContain(`name="next" value="${GOING.replaceAll('&', '&amp;')}"`);
}

/** Keeps the provider’s token endpoint from answering until it is let go. */
function holdTokenAnswer() {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let isAsked = false;
  entrance.microsoft.faults.idToken = async (idToken) => {
    isAsked = true;
    await held;
    return idToken;
  };
  const from = entrance.logged.length;
  const waits = () => entrance.logged.slice(from).some((line) => line.includes('waits for the answer'));
  return {
    letGo,
    asked: () => until(async () => isAsked),
    secondWaits: () => until(async () => waits()),
  };
}

function cookiesIn(browser: TestAgent): string {
  return browser.jar
    .getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false })
    .toValueString();
}
