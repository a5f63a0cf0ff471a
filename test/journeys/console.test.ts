import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { LOCAL_ADMIN, startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance();
  for (let index = 0; index < 60; index += 1) {
    await entrance.addUser({
      email: `person-${String(index).padStart(2, '0')}@fabrikam.com`,
      fullName: `Person ${String(index).padStart(2, '0')}`,
      status: index % 10 === 0 ? 'disabled' : 'active',
    });
  }
});
afterAll(() => entrance.close());

describe('the users page', () => {
  test('searches, filters and pages by its URL', async () => {
    const browser = await entrance.signIn('admin');
    const all = await browser.get('/admin/users?sort=full_name').expect(200);
    expect(all.text).toContain('62 users');
    const older = /href="([^"]*cursor=[^"]*)"/.exec(all.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const second = await browser.get(older).expect(200);
    expect(second.text).toContain('Person 30');
    expect(second.text).not.toContain('Person 01');
    const found = await browser.get('/admin/users?q=person-07').expect(200);
    expect(found.text).toContain('Person 07');
    expect(found.text).not.toContain('Person 08');
    const disabled = await browser.get('/admin/users?status=disabled').expect(200);
    expect(disabled.text).toContain('Person 50');
    expect(disabled.text).not.toContain('Person 51');
    expect((await browser.get('/admin/users?q=nobody-at-all').expect(200)).text).toContain('Nobody matches');
  });

  test('shows hostile text as text', async () => {
    await entrance.addUser({ email: 'x@fabrikam.com', fullName: '<img src=x onerror=alert(1)>' });
    const browser = await entrance.signIn('admin');
    const page = await browser.get(`/admin/users?q=${encodeURIComponent('<img src=x')}`).expect(200);
    expect(page.text).not.toContain('<img src=x');
    expect(page.text).toContain('&lt;img src=x');
  });

  test('answers a bad query with a page, not with a stack', async () => {
    const browser = await entrance.signIn('admin');
    expect((await browser.get('/admin/users?cursor=zzz').expect(400)).text).toContain('cursor');
  });
});

describe('a user’s page', () => {
  test('disables after a question that names the consequence, and enables again', async () => {
    const browser = await entrance.signIn('admin');
    const person = await entrance.signIn('no-role');
    const { body: me } = await person.get('/auth/me').set('Accept', 'application/json');
    const page = await browser.get(`/admin/users/${me.id}`).expect(200);
    expect(page.text).toContain(me.provider_id);
    const question = await browser.get(`/admin/users/${me.id}/disable`).expect(200);
    expect(question.text).toContain('will be signed out on 1 device');
    await browser.post(`/admin/users/${me.id}/disable`).expect(303);
    const after = await browser.get(`/admin/users/${me.id}`).expect(200);
    expect(after.text).toContain('is disabled and signed out everywhere');
    expect((await browser.get(`/admin/users/${me.id}`)).text).not.toContain(
      'is disabled and signed out everywhere',
    );
    await person.get('/auth/me').set('Accept', 'application/json').expect(401);
    await browser.post(`/admin/users/${me.id}/enable`).expect(303);
    await entrance.signIn('no-role');
  });

  test('says before it is tried that one can’t disable oneself', async () => {
    const browser = await entrance.signIn('admin');
    const { body: me } = await browser.get('/auth/me').set('Accept', 'application/json');
    const page = await browser.get(`/admin/users/${me.id}`).expect(200);
    expect(page.text).toContain('This is your own account');
    await browser.post(`/admin/users/${me.id}/disable`).expect(409);
  });

  test('changes nothing from another site', async () => {
    const browser = await entrance.signIn('admin');
    const admin = await entrance.deps.directory.findByEmail(LOCAL_ADMIN.email);
    await browser.post(`/admin/users/${admin?.id}/disable`).set('Sec-Fetch-Site', 'cross-site').expect(403);
    await browser.post('/admin/logout').set('Sec-Fetch-Site', 'cross-site').expect(403);
    await browser.get('/admin').expect(200);
  });

  test('that doesn’t exist is a 404', async () => {
    await (await entrance.signIn('admin')).get('/admin/users/nobody').expect(404);
  });
});

describe('every answer', () => {
  test.each([
    ['/admin/login', 200],
    ['/admin', 303],
    ['/admin/signed-out', 200],
    ['/nowhere', 404],
    ['/auth/users', 401],
    ['/auth/sso/login/nobody', 404],
    ['/healthz', 200],
    ['/readyz', 200],
    ['/metrics', 200],
    ['/admin/assets/base.css', 200],
    ['/auth/sso/login/%E0%A4%A', 400],
  ])('%s carries the security headers and a request ID', async (path, status) => {
    const { headers } = await request(entrance.app).get(path).set('Accept', 'text/html').expect(status);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-request-id']).toMatch(/^[\w-]{36}$/);
    expect(headers['x-powered-by']).toBeUndefined();
  });

  test('has nothing inline and asks no other origin', async () => {
    const browser = await entrance.signIn('admin');
    for (const path of ['/admin', '/admin/login?error=sso_failed', '/admin/signed-out', '/nowhere']) {
      const { text } = await browser.get(path);
      expect(text).not.toMatch(/<style|<[^>]*\s(?:style|on\w+)=|javascript:/i);
      expect(text).not.toMatch(/<script(?![^>]*\bsrc=)/i);
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\/(?!127\.0\.0\.1)/i);
    }
  });

  test('never says what a query string said', async () => {
    const { text } = await entrance
      .browser()
      .get('/admin/login?error=%3Cscript%3Ealert(1)%3C/script%3E&error_description=Call+0900');
    expect(text).not.toContain('alert(1)');
    expect(text).not.toContain('0900');
  });
});

test('the theme is kept in a cookie, and the way back is ours', async () => {
  const browser = entrance.browser();
  const chosen = await browser
    .post('/admin/theme')
    .type('form')
    .send({ theme: 'dark', return_to: '/admin/login' })
    .expect(303);
  expect(chosen.headers.location).toBe('/admin/login');
  expect((await browser.get('/admin/login')).text).toContain('data-theme="dark"');
  const elsewhere = await browser
    .post('/admin/theme')
    .type('form')
    .send({ theme: 'light', return_to: '//evil.example' })
    .expect(303);
  expect(elsewhere.headers.location).toBe('/admin');
});

test('metrics are for loopback clients that no proxy brought, or for the bearer of the token', async () => {
  expect((await request(entrance.app).get('/metrics').expect(200)).text).toContain('entrance_sign_ins_total');
  await request(entrance.app).get('/metrics').set('X-Forwarded-For', '203.0.113.7').expect(404);
  const guarded = await startTestEntrance({
    microsoft: entrance.microsoft,
    settings: { METRICS_TOKEN: 'k9fWq3tYp0Zr8xLm2NvB6sHd' },
  });
  await request(guarded.app).get('/metrics').expect(404);
  await request(guarded.app)
    .get('/metrics')
    .set('Authorization', 'Bearer k9fWq3tYp0Zr8xLm2NvB6sHd')
    .expect(200);
  await guarded.close();
});

test('with a path in BASE_URL everything is served under it', async () => {
  const prefixed = await startTestEntrance({
    microsoft: entrance.microsoft,
    settings: { BASE_URL: 'http://localhost:8000/tools/' },
  });
  const page = await prefixed.browser().get('/tools/admin/login').expect(200);
  expect(page.text).toContain('href="/tools/auth/sso/login/entra"');
  expect(page.text).toContain('/tools/admin/assets/');
  await prefixed.browser().get('/admin/login').expect(404);
  const refused = await prefixed.browser().get('/tools/admin').expect(303);
  expect(refused.headers.location).toBe('/tools/admin/login?next=%2Ftools%2Fadmin');
  await prefixed.browser().get('/tools/healthz').expect(200);
  await prefixed.close();
});
