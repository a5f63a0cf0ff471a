import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient } from '@redis/client';
import request from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;

beforeAll(async () => {
  entrance = await startTestEntrance({ store: 'Redis' });
});

afterAll(() => entrance.close());

test('with a full store reading goes on, and a token’s use is noted once there is room', async () => {
  const { app, deps, redis } = entrance;
  const admin = await entrance.signIn('admin');
  const bearer = await entrance.token('users:read');
  const operator = createClient({ url: redis?.url ?? '' });
  await operator.connect();
  const list = () => request(app).get('/auth/users').set('Authorization', `Bearer ${bearer}`);
  const uses = async () => (await deps.audit.list({ limit: 10, action: 'token-use' })).events.length;

  await operator.configSet({ 'maxmemory-policy': 'noeviction', maxmemory: '1' });
  await list().expect(200);
  entrance.pass(2 * 60_000);
  await admin.get('/admin/users').expect(200);
  await admin.get('/auth/me').expect(200);
  expect(
    entrance.logged.filter((line) => line.includes('the use of an API token could not be recorded')),
  ).toHaveLength(1);
  expect(await uses()).toBe(0);

  await operator.configSet({ maxmemory: '0' });
  await list().expect(200);
  expect(await uses()).toBe(1);
  await operator.close();
});
