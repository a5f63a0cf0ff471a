import { describe, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import { pino } from 'pino';
import request from 'supertest';
import { createEntrance } from '#entrance/index.js';
import { startServer } from '#entrance/server.js';
import { parseConfig } from '#entrance/settings.js';
import { freePort } from '../support/free-port.js';
import { startRedisServer } from '../support/redis-server.js';
import { until } from '../support/redis-topologies.js';

const log = pino({ level: 'silent' });
const ADMIN = { email: 'admin@harbour.example', password: 'plum-kettle-orbit-sandal' };
const settings = {
  BASE_URL: 'http://localhost:8171',
  SESSION_SECRET: 'Kq8!vT2#xN7$bR4%wL9&zH3*yD6@mF1^',
  PLATFORM_ADMIN_EMAIL: ADMIN.email,
  PLATFORM_ADMIN_PASSWORD: ADMIN.password,
};

const signIn = (server: Express | string, password = ADMIN.password) =>
  request(server)
    .post('/admin/login')
    .set({ Accept: 'text/html', 'Sec-Fetch-Site': 'same-origin' })
    .type('form')
    .send({ ...ADMIN, password });

async function mount(given: Readonly<Record<string, string>>, prefix?: string) {
  const entrance = await createEntrance({
    settings: given,
    log,
    ...(prefix === undefined ? {} : { prefix }),
  });
  return { host: express().use(entrance.routes), entrance };
}

describe('a host app whose environment has names of its own', () => {
  test.each([
    ['PORT', '\\\\.\\pipe\\b2b4cb8c-7564-4408-80f5-3ba5f5809541'],
    ['PORT', '/run/app/app.sock'],
    ['LOG_LEVEL', 'verbose'],
    ['LOG_LEVEL', 'http'],
    ['LOG_LEVEL', 'notice'],
    ['LOG_FORMAT', 'combined'],
    ['LOG_FILE', '/nowhere/at/all.log'],
    ['HOST', '[::]'],
    ['HOST', 'https://harbour.example'],
    ['TRUST_PROXY', 'everybody'],
    ['METRICS_TOKEN', 'short'],
  ])('starts with %s=%s', async (name, value) => {
    const { host, entrance } = await mount({ ...settings, [name]: value });
    await request(host).get('/admin/login').expect(200);
    await entrance.close();
  });

  test.each([
    ['BASE_URL', '/', 'BASE_URL is only a path, which Vite and Vitest put there'],
    ['SESSION_SECRET', 'keyboard cat', 'SESSION_SECRET is a placeholder'],
  ])('is refused %s=%s, and told of the prefix with which it starts', async (name, value, words) => {
    const refused = createEntrance({ settings: { ...settings, [name]: value }, log });
    await expect(refused).rejects.toThrow(words);
    await expect(refused).rejects.toThrow('prefix: "ENTRANCE_"');
    const prefixed = Object.entries(settings).map(([ours, given]) => [`ENTRANCE_${ours}`, given]);
    const { host, entrance } = await mount({ ...Object.fromEntries(prefixed), [name]: value }, 'ENTRANCE_');
    await signIn(host).expect(303);
    await entrance.close();
  });

  test('reads what is wrong with a password under the prefix that it gave', async () => {
    const weak = {
      ENTRANCE_PLATFORM_ADMIN_EMAIL: ADMIN.email,
      ENTRANCE_PLATFORM_ADMIN_PASSWORD: 'password1234',
    };
    await expect(createEntrance({ settings: weak, prefix: 'ENTRANCE_', log })).rejects.toMatchObject({
      problems: [{ variable: 'ENTRANCE_PLATFORM_ADMIN_PASSWORD' }],
    });
  });
});

test('the local administrator can sign in as soon as createEntrance resolves, each time', async () => {
  for (let time = 0; time < 20; time += 1) {
    const { host, entrance } = await mount(settings);
    await signIn(host).expect(303);
    await entrance.close();
  }
});

test('createEntrance waits for a store that is on its way', async () => {
  const port = await freePort();
  const mounting = mount({ ...settings, REDIS_URL: `redis://127.0.0.1:${port}` });
  const redis = await startRedisServer({ port });
  const { host, entrance } = await mounting;
  await until(async () => (await signIn(host)).status === 303);
  await entrance.close();
  await redis.stop();
});

test('while the store is away a sign-in is told to come back, and a password never to be wrong', async () => {
  const port = await freePort();
  const config = parseConfig({ ...settings, PORT: '0', REDIS_URL: `redis://127.0.0.1:${port}` });
  const servers = await Promise.all([startServer(config, { log }), startServer(config, { log })]);
  for (const { url } of servers) {
    await request(url).get('/healthz').expect(200);
    const answer = await signIn(url).expect(503).expect('Retry-After', /^\d+$/);
    expect(answer.text).toContain('Passwords can’t be checked yet');
    expect(answer.text).toContain(ADMIN.email);
  }

  const statuses = new Set<number>();
  const asking = servers.map(async ({ url }) => {
    await until(async () => {
      const { status } = await signIn(url);
      statuses.add(status);
      return status === 303;
    });
  });
  const redis = await startRedisServer({ port });
  await Promise.all(asking);
  expect([...statuses].filter((status) => status !== 303 && status !== 503)).toEqual([]);
  await signIn(servers[0]?.url ?? '', 'not the password').expect(401);

  await Promise.all(servers.map((server) => server.close()));
  await redis.stop();
});

test('in its first moments the server doesn’t say that a password is wrong', async () => {
  for (let time = 0; time < 5; time += 1) {
    const server = await startServer(parseConfig({ ...settings, PORT: '0' }), { log });
    const statuses: number[] = [];
    do statuses.push((await signIn(server.url)).status);
    while (statuses.at(-1) === 503);
    expect(statuses.at(-1)).toBe(303);
    await server.close();
  }
});
