import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pino from 'pino';
import { type RunningServer, startServer } from '#entrance/server.js';
import { parseConfig } from '#entrance/settings.js';
import { freePort } from '../support/free-port.js';
import { exampleIn, startNginx } from '../support/nginx.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { validSettings } from '../support/settings.js';
import { until } from '../support/timing.js';

const log = pino({ level: 'silent' });
const FROM_OUR_PAGE = { 'Sec-Fetch-Site': 'same-origin' };
const READERS = 4;
const WRITERS = 2;

let folder: string;
let redis: RedisServer;
let nginx: ChildProcess;
let origin: string;
const ports: number[] = [];
const instances: RunningServer[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entrance-nginx-'));
  redis = await startRedisServer();
  for (const _ of [1, 2]) ports.push(await freePort());
  for (const port of ports) instances.push(await start(port));
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  nginx = await startNginx(folder, await blockFor(port));
  await until(() =>
    fetch(`${origin}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
});
afterAll(async () => {
  const ended = once(nginx, 'exit');
  nginx.kill();
  await ended;
  await Promise.all(instances.map((instance) => instance.close()));
  await redis.stop();
  await rm(folder, { recursive: true });
});

test('instances behind nginx as docs/operations.md has it are restarted in turn: no request fails, nobody is signed out', async () => {
  const { cookie, token } = await signIn();
  const answers: number[] = [];
  const complaints: string[] = [];
  let isOver = false;

  async function ask(path: string, options: RequestInit, expected: number): Promise<void> {
    const answer = await fetch(`${origin}${path}`, options);
    const text = await answer.text();
    answers.push(answer.status);
    if (answer.status !== expected) complaints.push(`${path}: ${answer.status} ${text.slice(0, 200)}`);
  }
  const read = () => ask('/auth/me', { headers: { Cookie: cookie } }, 200);
  let people = 0;
  const write = () => {
    people += 1;
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ email: `person-${people}@harbour.example` });
    return ask('/auth/users', { method: 'POST', headers, body }, 201);
  };
  const work = [...Array<typeof read>(READERS).fill(read), ...Array<typeof write>(WRITERS).fill(write)];
  const load = work.map(async (one) => {
    while (!isOver) await one();
  });
  const untilAnswered = async () => {
    const wanted = answers.length + 10 * load.length;
    await until(async () => answers.length >= wanted);
  };

  for (let round = 0; round < 3; round += 1)
    for (const [index, port] of ports.entries()) {
      await restart(index, port);
      await untilAnswered();
    }
  isOver = true;
  await Promise.all(load);
  expect(complaints).toEqual([]);
  expect(new Set(answers)).toEqual(new Set([200, 201]));
});

/** As a service manager does it, which asks /readyz and sends SIGTERM. */
async function restart(index: number, port: number): Promise<void> {
  const instance = instances[index];
  if (instance === undefined) throw new Error(`no instance ${index}`);
  await until(async () => (await fetch(`${instance.url}/readyz`)).ok);
  const leaving = instance.leaveRotation();
  const told = await fetch(`${instance.url}/readyz`);
  expect([told.status, told.headers.get('connection')]).toEqual([503, 'close']);
  expect(await told.json()).toMatchObject({ status: 'stopping', store: { status: 'ok' } });
  await leaving;
  await instance.close();
  instances[index] = await start(port);
}

function start(port: number): Promise<RunningServer> {
  const settings = { REDIS_URL: redis.url, PORT: `${port}`, SHUTDOWN_DELAY: '100ms', SSO_ENABLED: 'false' };
  return startServer(parseConfig({ ...validSettings, ...settings, BASE_URL: 'http://localhost:8000' }), {
    log,
  });
}

/** The example without TLS, which has nothing to do with restarting. */
async function blockFor(port: number): Promise<string> {
  const example = await exampleIn('docs/operations.md', 'several instances nginx');
  return example
    .replace('127.0.0.1:8000', `127.0.0.1:${ports[0]}`)
    .replace('127.0.0.1:8001', `127.0.0.1:${ports[1]}`)
    .replace('listen 443 ssl', `listen 127.0.0.1:${port}`)
    .replaceAll(/ssl_certificate.*;/g, '');
}

async function signIn() {
  const { PLATFORM_ADMIN_EMAIL: email, PLATFORM_ADMIN_PASSWORD: password } = validSettings;
  const form = { email, password };
  const answer = await fetch(`${origin}/admin/login`, {
    method: 'POST',
    headers: FROM_OUR_PAGE,
    body: new URLSearchParams(form),
    redirect: 'manual',
  });
  const cookie = answer.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
  const made = await fetch(`${origin}/auth/tokens`, {
    method: 'POST',
    headers: { ...FROM_OUR_PAGE, Cookie: cookie, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'load', scopes: ['users:write'], expires_in_days: 1 }),
  });
  const { token } = (await made.json()) as { token: string };
  return { cookie, token };
}
