import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { collectRoutes, type Route } from '../support/routes.js';
import { type UsualRequest, usualRequests } from '../support/usual-requests.js';

/** What every answer says, whichever route gives it. */

const OPEN_TO_FRAMES = '/auth/sso/logout/:provider';

let entrance: TestEntrance;
let routes: readonly Route[];
let usual: (route: Route) => Promise<UsualRequest>;

beforeAll(async () => {
  const [started, made] = await collectRoutes(() => startTestEntrance());
  entrance = started;
  routes = made;
  usual = await usualRequests(entrance);
});
afterAll(() => entrance.close());

async function answerOf(route: Route) {
  const { method, path, headers } = await usual(route);
  return request(entrance.app)
    [method as 'get'](path) // Express’s name of it
    .set(headers);
}

test('every answer has a policy, stays out of caches, and keeps its address from other sites', async () => {
  expect(routes.length).toBeGreaterThan(80);
  for (const route of routes) {
    const { status, headers } = await answerOf(route);
    const about = `${route.method} ${route.path} ${status}`;
    const frames =
      route.path === OPEN_TO_FRAMES && status === 200 ? 'frame-ancestors *' : "frame-ancestors 'none'";
    expect([about, headers['content-security-policy']]).toEqual([
      about,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect([about, headers['content-security-policy']]).toEqual([about, expect.stringContaining(frames)]);
    expect([about, headers['cache-control']]).toEqual([about, 'no-store']);
    expect([about, headers['referrer-policy']]).toEqual([about, 'same-origin']);
    expect([about, headers['x-content-type-options']]).toEqual([about, 'nosniff']);
  }
});

test('after a form a browser is never told to send it on', async () => {
  for (const route of routes.filter(({ method }) => method === 'post')) {
    const { status } = await answerOf(route);
    expect([301, 302, 307, 308]).not.toContain(status);
  }
});

test('stylesheets and icons may be kept, and are under the same policy', async () => {
  const { headers } = await request(entrance.app).get('/admin/assets/base.css').expect(200);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['cache-control']).not.toContain('no-store');
});

test('https is asked for from now on, by an installation that has it', async () => {
  const { headers } = await request(entrance.app).get('/admin/login');
  expect(headers['strict-transport-security']).toBeUndefined();
  const secure = await startTestEntrance({
    microsoft: entrance.microsoft,
    settings: { BASE_URL: 'https://gateway.contoso.com', ALLOW_MEMORY_STORE: 'true', SSO_ENABLED: 'false' },
  });
  for (const path of ['/admin/login', '/nowhere', '/auth/me', '/admin/assets/base.css']) {
    const answer = await request(secure.app).get(path);
    expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  }
  await secure.close();
});
