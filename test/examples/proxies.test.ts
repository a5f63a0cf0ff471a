import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { parse } from 'yaml';
import { freePort } from '../support/free-port.js';
import { exampleIn } from '../support/nginx.js';
import { type PackedPackage, packPackage } from '../support/packed-project.js';
import { proxyExample, proxyNames, startProxy } from '../support/proxies.js';
import { type RunningProgram, startProgram } from '../support/start-program.js';
import { until } from '../support/timing.js';

const SITE = fileURLToPath(new URL('../../examples/proxies/site/', import.meta.url));
const ADMIN = { email: 'admin@acmecorp.com', password: 'plum harbour violin kites' };
const WINDOW = { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };

let packed: PackedPackage;
let project: string;
beforeAll(async () => {
  packed = await packPackage();
  project = await packed.project('module', ['express']);
});
afterAll(() => packed.remove());

describe.each(proxyNames)('the site behind %s', (name) => {
  let folder: string;
  let site: Server;
  let entrance: RunningProgram;
  let proxy: ChildProcess;
  let origin: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `site-${name}-`));
    site = express().use(express.static(SITE)).listen(0, '127.0.0.1');
    await once(site, 'listening');
    const port = await freePort();
    origin = `http://localhost:${port}`;
    entrance = await startEntrance();
    proxy = await startProxy(name, folder, {
      proxy: port,
      entrance: Number(entrance.port),
      app: (site.address() as AddressInfo).port, // it listens on a port
    });
    await until(() =>
      fetch(`${origin}/admin/login`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    proxy.kill();
    await once(proxy, 'exit');
    entrance.stop();
    site.closeAllConnections();
    site.close();
    await rm(folder, { recursive: true });
  });

  /** As its README starts it. */
  const startEntrance = () =>
    startProgram([process.execPath, join(project, 'node_modules/express-entrance/dist/cli.js'), 'serve'], {
      cwd: project,
      env: {
        BASE_URL: origin,
        TRUST_PROXY: '1',
        PLATFORM_ADMIN_EMAIL: ADMIN.email,
        PLATFORM_ADMIN_PASSWORD: ADMIN.password,
        PORT: '0',
      },
    });

  test('is shown to nobody else, and to the administrator after the sign-in', async () => {
    const browser = request.agent(origin);
    expect((await browser.get('/').expect(401)).text).not.toContain('Runbooks');
    const sent = await browser.get('/').set(WINDOW).expect(303);
    expect(sent.headers.location).toBe(`${origin}/admin/login?next=%2F`);
    const entered = await browser
      .post('/admin/login')
      .set({ ...WINDOW, Origin: origin, 'Sec-Fetch-Site': 'same-origin' })
      .type('form')
      .send({ ...ADMIN, next: '/' })
      .expect(303);
    expect(entered.headers.location).toBe('/');
    const page = await browser.get('/').set(WINDOW).expect(200);
    expect(page.text).toBe(await readFile(join(SITE, 'index.html'), 'utf8'));
  });
});

describe('docs/operations.md has the same', () => {
  const inDocs = (name: string) => exampleIn('docs/operations.md', `forward-auth ${name}`);

  test('for nginx', async () => {
    const indented = (await inDocs('nginx')).replaceAll(/^(?=.)/gm, '    ');
    expect(await proxyExample('nginx.conf')).toContain(indented);
  });

  test('for Caddy', async () => {
    const site = (await inDocs('caddy')).replace('gateway.acmecorp.com', 'http://localhost:8080');
    expect(await proxyExample('Caddyfile')).toBe(site);
  });

  test('for Traefik', async () => {
    const { labels }: { labels: readonly string[] } = parse(await inDocs('traefik'));
    const value = (name: string) =>
      labels.find((label) => label.startsWith(`traefik.http.${name}=`))?.replace(/^[^=]+=/, '');
    const { forwardAuth } = (await traefik()).middlewares.entrance;
    expect(forwardAuth.address).toBe(
      value('middlewares.entrance.forwardauth.address')?.replace('//entrance:', '//127.0.0.1:'),
    );
    expect(forwardAuth.authResponseHeaders.join()).toBe(
      value('middlewares.entrance.forwardauth.authResponseHeaders'),
    );
  });
});

test('the file for Traefik names what is in it, and asks each request of the site', async () => {
  const { routers, middlewares, services } = await traefik();
  expect(Object.keys(middlewares)).toEqual(routers.app.middlewares);
  expect(Object.keys(services).sort()).toEqual([routers.app.service, routers.entrance.service].sort());
  expect(routers.app.rule.length).toBeLessThan(routers.entrance.rule.length); // the longer rule comes first
});

interface Traefik {
  readonly routers: Readonly<
    Record<'app' | 'entrance', { rule: string; service: string; middlewares?: readonly string[] }>
  >;
  readonly middlewares: {
    readonly entrance: { forwardAuth: { address: string; authResponseHeaders: readonly string[] } };
  };
  readonly services: object;
}

async function traefik(): Promise<Traefik> {
  return parse(await proxyExample('traefik.yaml')).http;
}
