import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { BASE_URL, cookiesOf, startTestEntrance, type TestEntrance } from '../support/entrance.js';

const NAVIGATION = {
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
  Accept: 'text/html,*/*;q=0.8',
};

let entrance: TestEntrance;
let host: Express;
beforeAll(async () => {
  entrance = await startTestEntrance();
  const { routes, requireRole, requireSession } = assembleEntrance(entrance.deps);
  const answer: express.RequestHandler = (_request, response) => void response.send('the app');
  host = express().use(routes);
  host.use('/reports', requireSession, answer);
  host.use('/accounts', requireRole('platform_admin'), answer);
});
afterAll(() => entrance.close());

describe('without a session', () => {
  test.each([
    ['a navigation', NAVIGATION],
    ['a navigation that a service worker passes on', { ...NAVIGATION, 'Sec-Fetch-Dest': 'empty' }],
    ['a navigation of a browser that sends no Fetch Metadata', { Accept: 'text/html' }],
    ['a navigation over a link that takes anything', { 'Sec-Fetch-Mode': 'navigate', Accept: '*/*' }],
  ])('%s is sent to sign in and back', async (_, headers) => {
    for (const method of ['get', 'head'] as const) {
      const answer = await request(host)[method]('/reports?day=1&by=team').set(headers).expect(303);
      expect(answer.headers.location).toBe('/admin/login?next=%2Freports%3Fday%3D1%26by%3Dteam');
    }
  });

  test.each([
    ['a program that names nothing', {}],
    ['a program that takes anything', { Accept: '*/*' }],
    ['a script of a page', { 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty', Accept: 'text/html' }],
    ['a script of the same origin', { 'Sec-Fetch-Mode': 'same-origin', Accept: 'text/html' }],
    ['an image', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image', Accept: 'image/avif,*/*' }],
    ['a web socket', { 'Sec-Fetch-Mode': 'websocket', Accept: 'text/html' }],
    ['a program that shows a credential', { Accept: 'text/html', Authorization: 'Basic eDp5' }],
    ['a prefetch', { ...NAVIGATION, 'Sec-Purpose': 'prefetch' }],
    ['a prerender', { ...NAVIGATION, 'Sec-Purpose': 'prefetch;prerender' }],
    ['a prefetch of an older browser', { ...NAVIGATION, Purpose: 'prefetch' }],
    ['a prefetch of Firefox', { ...NAVIGATION, 'X-Moz': 'prefetch' }],
  ])('%s gets 401 with a challenge and a problem document', async (_, headers) => {
    const answer = await request(host).get('/reports').set(headers).expect(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(answer.text).code).toBe('not_signed_in');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test.each(['post', 'put', 'patch', 'delete'] as const)('a program’s %s gets 401', async (method) => {
    await request(host)[method]('/reports').set('Accept', 'text/html').expect(401);
  });

  test('a form that was sent is told that nothing was done, and leads back to its page', async () => {
    const form = { ...NAVIGATION, 'Sec-Fetch-Site': 'same-origin', Referer: `${BASE_URL}/reports/7?tab=2` };
    const answer = await request(host).post('/reports/7/close').set(form).expect(303);
    expect(answer.headers.location).toBe('/admin/login?error=session_ended&next=%2Freports%2F7%3Ftab%3D2');
    const page = await request(host).get(String(answer.headers.location)).set(NAVIGATION).expect(200);
    expect(page.text).toContain('nothing was changed');
    const browser = await entrance.signIn('admin');
    const signedIn = { ...NAVIGATION, Cookie: cookiesOf(browser) };
    const led = await request(host).get(String(answer.headers.location)).set(signedIn).expect(303);
    expect(led.headers.location).toBe('/reports/7?tab=2');
  });

  test.each(['https://elsewhere.example/reports', 'nonsense', `${BASE_URL}/admin/login`])(
    'a form from %s leads back nowhere',
    async (referer) => {
      const answer = await request(host)
        .post('/reports')
        .set({ ...NAVIGATION, Referer: referer })
        .expect(303);
      expect(answer.headers.location).toBe('/admin/login?error=session_ended');
    },
  );

  test.each(['iframe', 'frame', 'embed', 'object'])(
    'a frame (%s) gets a page with a link, and no redirect',
    async (dest) => {
      const answer = await request(host)
        .get('/reports?day=1')
        .set({ ...NAVIGATION, 'Sec-Fetch-Dest': dest })
        .expect(401);
      expect(answer.text).toContain('<a href="/reports?day=1" target="_blank" rel="noopener">');
      expect(answer.headers['x-frame-options']).toBeUndefined();
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
      expect(answer.headers['content-security-policy']).toContain('frame-ancestors *');
    },
  );
});

describe('without the role', () => {
  test('a program gets a problem document, and a person a page', async () => {
    const cookie = { Cookie: cookiesOf(await entrance.signIn('no-role')) };
    const program = await request(host).get('/accounts').set(cookie).expect(403);
    expect(program.headers['content-type']).toMatch(/^application\/problem\+json/);
    const person = await request(host)
      .get('/accounts')
      .set({ ...cookie, ...NAVIGATION })
      .expect(403);
    expect(person.text).toContain('Use another account');
  });

  test('a form that was sent is told that nothing was done', async () => {
    const headers = {
      ...NAVIGATION,
      Cookie: cookiesOf(await entrance.signIn('no-role')),
      'Sec-Fetch-Site': 'same-origin',
    };
    const answer = await request(host).post('/accounts').set(headers).expect(403);
    expect(answer.text).toContain('nothing was changed');
  });
});
