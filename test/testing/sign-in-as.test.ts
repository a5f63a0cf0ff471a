import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { createEntrance } from '#entrance/index.js';
import { createTestEntrance, signInAs, type TestEntrance } from '#entrance/testing.js';

const HOUR_MS = 3_600_000;
let entrance: TestEntrance;
let app: Express;
beforeAll(async () => {
  entrance = await createTestEntrance();
  app = express();
  app.use(entrance.routes);
  app.get('/reports', entrance.requireRole('editor'), (asked, response) => {
    response.json(entrance.guardedUser(asked));
  });
});
afterAll(() => entrance.close());

const { NODE_ENV } = process.env;
afterEach(() => {
  process.env.NODE_ENV = NODE_ENV;
});

test('an agent of supertest is signed in with the roles', async () => {
  const agent = request.agent(app);
  await agent.get('/reports').expect(401);
  const { user } = await signInAs(agent, { roles: ['editor'], email: 'ada@acmecorp.com', fullName: 'Ada' });
  const { body } = await agent.get('/reports').expect(200);
  expect(body).toEqual({ id: user.id, email: 'ada@acmecorp.com', fullName: 'Ada', roles: ['editor'] });
});

test('a person without the role is refused, and each agent is a browser of its own', async () => {
  const [editor, other] = [request.agent(app), request.agent(app)];
  await signInAs(editor, { roles: ['editor'] });
  await signInAs(other, { roles: ['another'] });
  await editor.get('/reports').expect(200);
  await other.get('/reports').expect(403);
});

test('fetch is signed in by the headers', async () => {
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on a port
  const { headers } = await signInAs(fetch, { roles: ['editor'] });
  const asked = async (init: RequestInit) => (await fetch(`http://127.0.0.1:${port}/reports`, init)).status;
  expect([await asked({ headers }), await asked({})]).toEqual([200, 401]);
  server.close();
  server.closeAllConnections();
});

test('the same address is the same person, with the roles of the last sign-in', async () => {
  const first = await signInAs(undefined, { email: 'bea@acmecorp.com', roles: ['editor'] });
  const second = await signInAs(undefined, { email: 'Bea@acmecorp.com', roles: [] });
  expect(second.user).toEqual({ ...first.user, roles: [] });
});

test('the session expires by the clock of the entrance', async () => {
  const timed = await createTestEntrance({ settings: { SESSION_IDLE_TIMEOUT: '1h' } });
  const host = express().get('/', timed.requireSession, (_asked, response) => void response.send('in'));
  const agent = request.agent(host);
  await signInAs(agent, { entrance: timed });
  await agent.get('/').expect(200);
  timed.clock.pass(HOUR_MS);
  await agent.get('/').expect(401);
  await timed.close();
});

test('signing out ends the session', async () => {
  const agent = request.agent(app);
  await signInAs(agent, { roles: ['editor'] });
  await agent.post('/admin/logout').set('Sec-Fetch-Site', 'same-origin').expect(303);
  await agent.get('/reports').expect(401);
});

test.each(['production', ' Production '])('nothing works while NODE_ENV is “%s”', async (value) => {
  process.env.NODE_ENV = value;
  await expect(signInAs(request.agent(app), { roles: ['editor'] })).rejects.toThrow(/refuses to run/);
  await expect(createTestEntrance()).rejects.toThrow(/refuses to run/);
});

test('a test entrance is refused for production and for Redis', async () => {
  await expect(createTestEntrance({ settings: { NODE_ENV: 'production' } })).rejects.toThrow(
    /refuses to run/,
  );
  const REDIS_URL = 'redis://127.0.0.1:6379';
  await expect(createTestEntrance({ settings: { REDIS_URL } })).rejects.toThrow(/in memory/);
});

test('nobody is signed in to an entrance that isn’t for tests, nor to one that is closed', async () => {
  const real = await createEntrance({
    settings: {
      SESSION_SECRET: 'a secret for tests that is long enough to be one',
      PLATFORM_ADMIN_EMAIL: 'root@acmecorp.com',
      PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
    },
  });
  // As a test in JavaScript could.
  const notForTests = { ...entrance, ...real };
  await expect(signInAs(undefined, { entrance: notForTests })).rejects.toThrow(/createTestEntrance/);
  await real.close();
  const closed = await createTestEntrance();
  await closed.close();
  await expect(signInAs(undefined, { entrance: closed })).rejects.toThrow(/createTestEntrance/);
});

test('a mistake is named', async () => {
  const another = await createTestEntrance();
  await expect(signInAs(undefined, {})).rejects.toThrow(/several test entrances/);
  await another.close();
  // As a test in JavaScript could.
  const plain = {} as ReturnType<typeof request.agent>;
  await expect(signInAs(plain, {})).rejects.toThrow(/request\.agent/);
  await expect(signInAs(undefined, { email: 'nobody' })).rejects.toThrow(/email address/);
  expect(() => entrance.clock.pass(-1)).toThrow(RangeError);
});
