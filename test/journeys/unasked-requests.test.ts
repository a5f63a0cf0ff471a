import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Agent as TestAgent } from 'supertest';
import { adminPersona } from '../../demo/personas.js';
import { cookieSetBy, SESSION_COOKIE, startTestEntrance, type TestEntrance } from '../support/entrance.js';

/** Browsers ask ahead of time, and scanners look at links: no person made these requests, and they change nothing. */

const aheadOfTime: ReadonlyArray<readonly [name: string, headers: Readonly<Record<string, string>>]> = [
  ['a prefetch', { 'Sec-Purpose': 'prefetch' }],
  ['a prefetch for anonymous clients', { 'Sec-Purpose': 'prefetch;anonymous-client-ip' }],
  ['a prerender', { 'Sec-Purpose': 'prefetch;prerender' }],
  ['a preview', { 'Sec-Purpose': 'preview' }],
  ['a prefetch of an older browser', { Purpose: 'prefetch' }],
  ['a preview of Safari', { 'X-Purpose': 'preview' }],
  ['a prefetch of Firefox', { 'X-Moz': 'prefetch' }],
];

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance();
});
afterAll(() => entrance.close());

describe.each(aheadOfTime)('%s', (_name, headers) => {
  test('begins no sign-in, and pushes none out', async () => {
    const browser = entrance.browser();
    const begin = '/auth/sso/login/entra?next=%2Fadmin%2Faudit';
    const callback = await entrance.callbackFor(browser, 'admin', begin);
    for (let time = 0; time < 6; time += 1) {
      const answer = await browser.get(begin).set(headers).expect(503);
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.headers.location).toBeUndefined();
    }
    const back = await browser.get(callback).expect(303);
    expect(back.headers.location).toBe('/admin/audit');
  });

  test('begins no step-up', async () => {
    const answer = await entrance
      .browser()
      .get('/auth/sso/login/entra?auth_context=c1')
      .set(headers)
      .expect(503);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('redeems no code', async () => {
    await redeemsNothing((browser, callback) => browser.get(callback).set(headers).expect(503));
  });

  test('ends no session at the provider’s sign-out', async () => {
    const browser = await signInWithSid('ahead of time');
    const { body } = await browser.get('/auth/sso/logout/entra?sid=sid-1').set(headers).expect(503);
    expect(body).toEqual({});
    await browser.get('/admin/login?sid=sid-1').set(headers);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('leaves the notice, the refusal and the hint for whoever opens the page', async () => {
    await keepsMessages((browser, path) => browser.get(path).set(headers));
  });
});

describe('HEAD', () => {
  test('begins no sign-in', async () => {
    const answer = await entrance.browser().head('/auth/sso/login/entra').expect(405);
    expect(answer.headers.allow).toBe('GET');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('redeems no code', async () => {
    await redeemsNothing((browser, callback) => browser.head(callback).expect(405));
  });

  test('ends no session at the provider’s sign-out, and the provider’s own frame does', async () => {
    const browser = await signInWithSid('a scanner');
    const refused = await browser.head('/auth/sso/logout/entra?sid=sid-1').expect(405);
    expect(refused.headers.allow).toBe('GET, POST');
    await browser.head('/admin/login?sid=sid-1');
    expect(await isSignedIn(browser)).toBe(true);
    const frame = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'iframe' };
    await entrance.browser().get('/admin/login?sid=sid-1').set(frame).expect(200);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('leaves the notice, the refusal and the hint for whoever opens the page', async () => {
    await keepsMessages((browser, path) => browser.head(path));
  });

  test('tells a monitor that the sign-in page is there', async () => {
    await entrance.browser().head('/admin/login').expect(200);
  });
});

/** The request signs nobody in, and the code is still good for the person who comes back with it. */
async function redeemsNothing(
  send: (browser: TestAgent, callback: string) => PromiseLike<{ headers: Record<string, unknown> }>,
): Promise<void> {
  const browser = entrance.browser();
  const callback = await entrance.callbackFor(
    browser,
    'admin',
    '/auth/sso/login/entra?next=%2Fadmin%2Fteams',
  );
  const { token } = entrance.microsoft.requests;
  const answer = await send(browser, callback);
  expect(answer.headers['set-cookie']).toBeUndefined();
  expect(entrance.microsoft.requests.token).toBe(token);
  expect(await isSignedIn(browser)).toBe(false);
  const back = await browser.get(callback).expect(303);
  expect(back.headers.location).toBe('/admin/teams');
  expect(cookieSetBy(back, SESSION_COOKIE)).toBeDefined();
}

/** What one page tells the next in a cookie is still told after the request. */
async function keepsMessages(send: (browser: TestAgent, path: string) => PromiseLike<unknown>) {
  const visitor = entrance.browser();
  await visitor.get('/auth/sso/callback/entra?state=nobody%E2%80%99s&code=x').expect(303);
  const refusalPage = '/admin/login?error=transaction_invalid';
  await send(visitor, refusalPage);
  const refused = await visitor.get(refusalPage).expect(200);
  expect(cookieSetBy(refused, 'entrance-refusal-8000')).toMatch(/Expires=Thu, 01 Jan 1970/);

  const browser = await signInWithSid('somebody who reads');
  const name = `Readers ${notices}`;
  notices += 1;
  await browser.post('/admin/teams').type('form').send({ name }).expect(303);
  await send(browser, '/admin/teams');
  expect((await browser.get('/admin/teams').expect(200)).text).toMatch(/class="notice tone-success"/);

  await browser.post('/admin/logout').expect(303);
  await send(browser, '/admin/signed-out');
  expect((await browser.get('/admin/signed-out').expect(200)).text).toContain('logout_hint=hint-1');
}

let notices = 1;

async function signInWithSid(id: string): Promise<TestAgent> {
  entrance.microsoft.addPersona({ ...adminPersona, id, claims: { sid: 'sid-1', login_hint: 'hint-1' } });
  return entrance.signIn(id);
}

async function isSignedIn(browser: TestAgent): Promise<boolean> {
  return (await browser.get('/auth/me').set('Accept', 'application/json')).status === 200;
}
