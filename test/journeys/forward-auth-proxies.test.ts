import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { BASE_URL, cookiesOf, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { freePort } from '../support/free-port.js';
import { proxyNames, startProxy } from '../support/proxies.js';
import { until } from '../support/timing.js';

const WINDOW = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' };

describe.each(proxyNames)('%s as examples/proxies has it', (name) => {
  let entrance: TestEntrance;
  let product: Server;
  let upstream: Server;
  let proxy: ChildProcess;
  let folder: string;
  let origin: string;
  beforeAll(async () => {
    entrance = await startTestEntrance();
    product = entrance.app.listen(0, '127.0.0.1');
    upstream = createServer(({ headers, method, url }, response) =>
      response.end(JSON.stringify({ method, url, headers })),
    );
    upstream.listen(0, '127.0.0.1');
    await Promise.all([once(product, 'listening'), once(upstream, 'listening')]);
    folder = await mkdtemp(join(tmpdir(), `${name}-`));
    const port = await freePort();
    origin = `http://localhost:${port}`;
    proxy = await startProxy(name, folder, {
      proxy: port,
      entrance: portOf(product),
      app: portOf(upstream),
    });
    await until(() =>
      fetch(`${origin}/auth/sso/providers`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    proxy.kill();
    await once(proxy, 'exit');
    for (const server of [product, upstream]) {
      server.closeAllConnections();
      server.close();
    }
    await entrance.close();
    await rm(folder, { recursive: true });
  });

  type Method = 'get' | 'post' | 'options' | 'delete';
  const ask = (path: string, headers: Record<string, string> = {}, method: Method = 'get') =>
    request(origin)[method](path).set(headers);

  test.each(['get', 'post', 'options', 'delete'] as const)(
    'passes %s on with who it is, and nothing that the client made up',
    async (method) => {
      const browser = await entrance.signIn('admin');
      const { body: me } = await browser.get('/auth/me').expect(200);
      const made = {
        'X-Auth-Request-User': 'somebody-else',
        'X-Auth-Request-Groups': 'made-up',
        'X-Auth-Request-Truncated': 'made-up',
      };
      const answer = await ask('/reports?day=1', { ...made, Cookie: cookiesOf(browser) }, method);
      expect(answer.status).toBe(200);
      const passed = JSON.parse(answer.text) as { url: string; headers: Record<string, string> };
      expect(passed).toMatchObject({ method: method.toUpperCase(), url: '/reports?day=1' });
      expect(passed.headers).toMatchObject({
        'x-auth-request-user': me.id,
        'x-auth-request-email': me.email,
        'x-auth-request-roles': 'platform_admin',
      });
      expect(passed.headers['x-auth-request-groups'] ?? '').toBe('');
      expect(passed.headers).not.toHaveProperty('cookie');
    },
  );

  test('sends a person’s window to sign in, and back to exactly where it was', async () => {
    const page = await ask('/reports/7?tab=2&x=1', WINDOW);
    expect([page.status, page.headers.location]).toEqual([
      303,
      `${BASE_URL}/admin/login?next=%2Freports%2F7%3Ftab%3D2%26x%3D1`,
    ]);
    expect((await ask('/admin/login')).status).toBe(200);
  });

  test.each([
    ['a program', 'get', { Accept: 'application/json' }],
    ['a form', 'post', WINDOW],
    ['a preflight', 'options', {}],
  ] as const)('tells %s 401', async (_, method, headers) => {
    const answer = await ask('/reports', headers, method);
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  test('lets nobody pass without the role', async () => {
    const browser = await entrance.signIn('no-role');
    expect((await ask('/reports', { Cookie: cookiesOf(browser) })).status).toBe(403);
  });

  test('lets a token pass, and no wrong one', async () => {
    const token = await entrance.token('*');
    const answer = await ask('/reports', { Authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    const { headers } = JSON.parse(answer.text) as { headers: Record<string, string> };
    expect(headers).not.toHaveProperty('authorization');
    expect((await ask('/reports', { Authorization: 'Bearer entrance_nonsense' })).status).toBe(401);
  });

  test('passes the largest headers of names on', async () => {
    const browser = await entrance.signIn('admin');
    const { body: me } = await browser.get('/auth/me').expect(200);
    const user = await entrance.deps.directory.find(me.id);
    if (user === undefined) throw new Error('the administrator');
    const role = 'r'.repeat(8 * 1_024 - 'platform_admin,'.length);
    await entrance.deps.directory.update(user, { roles: [...user.roles, { name: role, origin: 'manual' }] });
    const answer = await ask('/reports', { Cookie: cookiesOf(await entrance.signIn('admin')) });
    expect(answer.status).toBe(200);
  });

  if (name === 'nginx')
    test('asks nobody else what is for Entrance alone', async () => {
      const cookie = { Cookie: cookiesOf(await entrance.signIn('admin')) };
      for (const path of ['/_verify', '/_sign_in']) expect((await ask(path, cookie)).status).toBe(404);
    });
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port; // a TCP server’s address once it listens
}
