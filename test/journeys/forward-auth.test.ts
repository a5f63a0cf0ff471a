import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { assembleEntrance } from '#entrance/entrance.js';
import { cookiesOf, startTestEntrance, storeKinds, type TestEntrance } from '../support/entrance.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/redis-topologies.js';

describe.each(storeKinds)('a proxy that asks whether a request may pass, on %s', (store) => {
  let entrance: TestEntrance;
  beforeAll(async () => {
    entrance = await startTestEntrance({ store });
  });
  afterAll(() => entrance.close());

  const ask = (query = '') => request(entrance.app).get(`/auth/verify${query}`);
  const withToken = (token: string, query?: string) => ask(query).set('Authorization', `Bearer ${token}`);

  test('learns whose session it is, with roles and teams', async () => {
    const browser = await entrance.signIn('admin');
    const { body: me } = await browser.get('/auth/me').expect(200);
    const answer = await browser.get('/auth/verify').expect(204);
    expect(answer.headers).toMatchObject({
      'x-auth-request-user': me.id,
      'x-auth-request-email': me.email,
      'x-auth-request-roles': 'platform_admin',
      'x-auth-request-groups': '',
      'cache-control': 'no-store',
    });
    expect(answer.text).toBe('');
  });

  test('is told 401 where nobody is signed in, and once a session has ended', async () => {
    const nobody = await ask().expect(401);
    expect(nobody.body.code).toBe('not_signed_in');
    expect(nobody.headers['www-authenticate']).toBeDefined();
    const browser = await entrance.signIn('admin');
    await browser.get('/auth/verify').expect(204);
    await browser.post('/admin/logout').expect(303);
    await browser.get('/auth/verify').expect(401);
  });

  test('lets pass whoever is signed in, and with a condition who holds one of the roles', async () => {
    const browser = await entrance.signIn('no-role');
    expect((await browser.get('/auth/verify').expect(204)).headers['x-auth-request-roles']).toBe('');
    const refused = await browser.get('/auth/verify?role=platform_admin').accept('json').expect(403);
    expect(refused.body.code).toBe('no_access');
    const admin = await entrance.signIn('admin');
    await admin.get('/auth/verify?role=platform_admin').expect(204);
    await admin.get('/auth/verify?role=editor').expect(403);
    await admin.get('/auth/verify?role=editor&role=platform_admin').expect(204);
  });

  test.each(['?role=', '?role=editor&role=', '?roles=platform_admin', '?role[x]=platform_admin', '?rd=/'])(
    'lets nobody pass by %s, which is no condition',
    async (query) => {
      const admin = await entrance.signIn('admin');
      const { body } = await admin.get(`/auth/verify${query}`).accept('json').expect(400);
      expect(body).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining('“role”') });
    },
  );

  test('lets nobody pass who was disabled, though the end of their sessions is still under way', async () => {
    const browser = await entrance.signIn('no-role');
    const { body: me } = await browser.get('/auth/me').expect(200);
    const user = await entrance.deps.directory.find(me.id);
    if (user === undefined) throw new Error('somebody without a role');
    await entrance.deps.directory.update(user, { status: 'disabled' });
    await browser.get('/auth/verify').expect(401);
    await entrance.deps.directory.update({ ...user, status: 'disabled' }, { status: 'active' });
  });

  test('gets names that a header can’t hold in percent-encoding', async () => {
    const browser = await entrance.signIn('admin');
    const { body: me } = await browser.get('/auth/me').expect(200);
    const user = await entrance.deps.directory.find(me.id);
    if (user === undefined) throw new Error('the administrator');
    const createdAt = user.createdAt;
    for (const [id, name] of [
      ['one', 'Köln, 50% 🚀'],
      ['two', 'Platform Team'],
    ] as const)
      await entrance.deps.teams.create({ id, name, description: null, origin: 'manual', createdAt }, []);
    const teams = ['one', 'two'].map((name) => ({ name, origin: 'manual' as const }));
    await entrance.deps.directory.update(user, { teams });
    const { headers } = await browser.get('/auth/verify').expect(204);
    const groups = String(headers['x-auth-request-groups']);
    expect(groups).toBe('K%C3%B6ln%2C 50%25 %F0%9F%9A%80,Platform Team');
    expect(groups.split(',').map(decodeURIComponent)).toEqual(['Köln, 50% 🚀', 'Platform Team']);
  });

  test('lets a token pass that may, as who made it, with no role of the console that may do more than the token', async () => {
    const operators = await withToken(await entrance.token('verify')).expect(204);
    expect(operators.headers['x-auth-request-user']).toMatch(/^[\da-f-]{36}$/);
    expect(operators.headers).not.toHaveProperty('x-auth-request-email');
    expect(operators.headers['x-auth-request-roles']).toBe('');
    await withToken(await entrance.token('verify'), '?role=platform_viewer').expect(403);
    await withToken(await entrance.token('*'), '?role=platform_admin').expect(204);
    const reads = await entrance.token('verify', 'users:read', 'audit:read');
    expect((await withToken(reads)).headers['x-auth-request-roles']).toBe('platform_viewer');

    const admin = await entrance.signIn('admin');
    const { body: me } = await admin.get('/auth/me').expect(200);
    const made = async (...scopes: string[]) =>
      (await admin.post('/auth/tokens').send({ name: 'proxy', scopes, expires_in_days: 1 }).expect(201)).body
        .token;
    const limited = await withToken(await made('verify')).expect(204);
    expect(limited.headers).toMatchObject({
      'x-auth-request-user': me.id,
      'x-auth-request-email': me.email,
      'x-auth-request-roles': '',
    });
    await withToken(await made('*'), '?role=platform_admin').expect(204);
  });

  test('heeds its condition in an app that has Express parse no queries', async () => {
    const app = express().set('query parser', false).use(assembleEntrance(entrance.deps).routes);
    const token = await entrance.token('verify');
    const asking = request(app).get('/auth/verify?role=platform_admin');
    await asking.set('Authorization', `Bearer ${token}`).expect(403);
  });

  test('is refused for a token without the scope, whatever cookie is beside it', async () => {
    const browser = await entrance.signIn('admin');
    const token = await entrance.token('users:read');
    const answer = await browser
      .get('/auth/verify')
      .accept('json')
      .set('Authorization', `Bearer ${token}`)
      .expect(403);
    expect(answer.body.code).toBe('scope_missing');
  });
});

describe('nginx as docs/operations.md has it', () => {
  let entrance: TestEntrance;
  let product: Server;
  let upstream: Server;
  let nginx: ChildProcess;
  let folder: string;
  let origin: string;
  beforeAll(async () => {
    entrance = await startTestEntrance();
    product = entrance.app.listen(0, '127.0.0.1');
    upstream = createServer(({ headers, url }, response) => response.end(JSON.stringify({ url, headers })));
    upstream.listen(0, '127.0.0.1');
    await Promise.all([once(product, 'listening'), once(upstream, 'listening')]);
    folder = await mkdtemp(join(tmpdir(), 'nginx-'));
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    await writeFile(
      join(folder, 'nginx.conf'),
      nginxConf(folder, port, await locations(portOf(product), portOf(upstream))),
    );
    nginx = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', join(folder, 'error.log')], {
      stdio: 'inherit',
    });
    await until(() =>
      fetch(`${origin}/auth/sso/providers`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    nginx.kill();
    await once(nginx, 'exit');
    for (const server of [product, upstream]) {
      server.closeAllConnections();
      server.close();
    }
    await entrance.close();
    await rm(folder, { recursive: true });
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(origin + path, { headers, redirect: 'manual' });

  test('passes on who it is, and nothing that the client made up', async () => {
    const browser = await entrance.signIn('admin');
    const { body: me } = await browser.get('/auth/me').expect(200);
    const answer = await get('/reports?day=1', {
      Cookie: cookiesOf(browser),
      'X-Auth-Request-User': 'somebody-else',
      'X-Auth-Request-Groups': 'made-up',
    });
    expect(answer.status).toBe(200);
    const { url, headers } = (await answer.json()) as { url: string; headers: Record<string, string> };
    expect(url).toBe('/reports?day=1');
    expect(headers).toMatchObject({
      'x-auth-request-user': me.id,
      'x-auth-request-email': me.email,
      'x-auth-request-roles': 'platform_admin',
    });
    expect(headers).not.toHaveProperty('x-auth-request-groups');
    expect(headers).not.toHaveProperty('cookie');
  });

  test('sends a browser to sign in and back, and tells a program 401', async () => {
    const page = await get('/reports', { Accept: 'text/html' });
    expect([page.status, page.headers.get('location')]).toEqual([303, `${origin}/admin/login?next=/reports`]);
    expect((await get('/reports', { Accept: 'application/json' })).status).toBe(401);
    expect((await get('/admin/login')).status).toBe(200);
  });

  test('lets nobody pass without the role, and asks nobody else what is for Entrance alone', async () => {
    const browser = await entrance.signIn('no-role');
    expect((await get('/reports', { Cookie: cookiesOf(browser) })).status).toBe(403);
    expect((await get('/_verify', { Cookie: cookiesOf(browser) })).status).toBe(404);
  });

  test('lets a token pass', async () => {
    const token = await entrance.token('*');
    const answer = await get('/reports', { Authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    const { headers } = (await answer.json()) as { headers: Record<string, string> };
    expect(headers).not.toHaveProperty('authorization');
    const wrong = await get('/reports', { Authorization: 'Bearer entrance_nonsense' });
    expect(wrong.status).toBe(401);
  });
});

async function locations(product: number, upstream: number): Promise<string> {
  const page = await readFile('docs/operations.md', 'utf8');
  const [, block] = /<!-- forward-auth -->\s*```nginx\n(.*?)```/s.exec(page) ?? [];
  if (block === undefined) throw new Error('docs/operations.md shows no locations for nginx');
  return block
    .replaceAll('127.0.0.1:8000', `127.0.0.1:${product}`)
    .replaceAll('127.0.0.1:3000', `127.0.0.1:${upstream}`);
}

/** One process, which needs no privileges and leaves its files in this folder. */
function nginxConf(folder: string, port: number, block: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
    .join(' ');
  return `daemon off; master_process off; pid ${join(folder, 'nginx.pid')};
events {}
http {
  access_log off; ${temporary}
  server { listen 127.0.0.1:${port}; ${block} }
}`;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port; // a TCP server’s address once it listens
}
