import { afterEach, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { createEntrance, type MountedEntrance } from '#entrance/index.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { recordingLog } from '../support/recording-log.js';

const SETTINGS = {
  SESSION_SECRET: 'a secret for tests that is long enough to be one',
  PLATFORM_ADMIN_EMAIL: 'admin@acmecorp.com',
  PLATFORM_ADMIN_PASSWORD: 'nine purple ladders hum softly',
};
let server: TestEntrance | undefined;
let mounted: MountedEntrance | undefined;
afterEach(async () => {
  await Promise.all([server?.close(), mounted?.close()]);
  [server, mounted] = [undefined, undefined];
});

async function host(baseUrl: string, mount: (app: Express, entrance: MountedEntrance) => void) {
  const { log, lines } = recordingLog();
  mounted = await createEntrance({ settings: { ...SETTINGS, BASE_URL: baseUrl }, log });
  const app = express();
  mount(app, mounted);
  const warned = () => lines.filter(({ msg }) => /mounted at another|without the path/.test(msg));
  return { app, warned };
}

test.each(['/', '/console', '/console/', '/console?x=1'])(
  'GET %s of a server at /console leads to the console',
  async (path) => {
    server = await startTestEntrance({ settings: { BASE_URL: 'http://localhost:8000/console' } });
    const answer = await request(server.app).get(path).expect(303);
    expect(answer.headers.location).toBe('/console/admin');
  },
);

test('the base of BASE_URL isn’t led anywhere for a method that changes something', async () => {
  server = await startTestEntrance({ settings: { BASE_URL: 'http://localhost:8000/console' } });
  await request(server.app).post('/console').expect(404);
});

test('a path that a proxy takes off is named once, with its remedy', async () => {
  server = await startTestEntrance({ settings: { BASE_URL: 'http://localhost:8000/console' } });
  await request(server.app).get('/admin/login?next=/secret').expect(404);
  await request(server.app).get('/auth/sso/login/entra').expect(404);
  const lines = server.logged.filter((line) => line.includes('without the path of BASE_URL'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('proxy_pass without a /');
  expect(lines[0]).not.toContain('secret');
});

test('routes that a host mounts at the very path of BASE_URL work, and lead to that path', async () => {
  const { app, warned } = await host('http://localhost:8000/console', (app, { routes }) =>
    app.use('/console', routes),
  );
  await request(app).get('/console/admin/login').expect(200);
  const answer = await request(app).get('/console').expect(303);
  expect(answer.headers.location).toBe('/console/admin');
  expect(warned()).toEqual([]);
});

test.each([
  ['http://localhost:8000', '/ops', '/ops/admin/login'],
  ['http://localhost:8000/console', '/ops', '/ops/console/admin/login'],
])('with BASE_URL %s, routes that are mounted at %s are named once', async (baseUrl, at, path) => {
  const { app, warned } = await host(baseUrl, (app, { routes }) => app.use(at, routes));
  await request(app).get(path);
  await request(app).get(path);
  expect(warned()).toMatchObject([{ mountedAt: at, remedy: expect.stringContaining('without a path') }]);
});

test.each([
  ['http://localhost:8000', '/ops', '/ops/admin/login'],
  ['http://localhost:8000/console', '/ops', '/ops/console/admin/login'],
  ['http://localhost:8000/console', '/ops', '/ops/admin/login'],
])(
  'with BASE_URL %s, routes that are mounted at %s refuse %s, with what to change',
  async (baseUrl, at, path) => {
    const { app } = await host(baseUrl, (app, { routes }) => {
      app.use(at, routes);
      app.get('/ops/reports', (_request, response) => response.send('the host’s own'));
    });
    const page = await request(app).get(path).set('Accept', 'text/html').expect(404);
    expect(page.text).toContain('mounted at /ops');
    expect(page.text).toContain('app.use(entrance.routes)');
    expect(page.headers['content-security-policy']).toBeDefined();
    const program = await request(app).get(path).set('Accept', 'application/json').expect(404);
    expect(program.body.detail).toContain('or let BASE_URL end in /ops');
    await request(app).post(path).expect(404);
    await request(app).get('/ops/reports').expect(200, 'the host’s own');
  },
);

test('a page of the host’s own at /admin is no wrong mount', async () => {
  const { app, warned } = await host('http://localhost:8000/console', (app, { routes }) => {
    app.use(routes);
    app.get('/admin', (_request, response) => response.send('the host’s own'));
  });
  await request(app).get('/admin').expect(200, 'the host’s own');
  await request(app).get('/console/admin/login').expect(200);
  expect(warned()).toEqual([]);
});
