import { afterEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { startRedisServer } from '../support/redis-server.js';
import { endsWithin, until } from '../support/timing.js';

let entrance: TestEntrance;
afterEach(() => entrance.close());

test('a lost store is a 503 page at once, never a hang, never “signed out”, and comes back by itself', async () => {
  entrance = await startTestEntrance({ store: 'Redis' });
  const { redis } = entrance;
  if (redis === undefined) throw new Error('no Redis');
  const browser = await entrance.signIn('admin');
  await browser.get('/admin').expect(200);

  await redis.kill();
  const asking = browser.get('/admin').then((answer) => answer);
  expect(await endsWithin(5_000, asking)).toBe(true);
  const page = await asking;
  expect(page.status).toBe(503);
  expect(page.text).toContain('You’re not signed out');
  expect(page.headers['retry-after']).toBe('5');
  const problem = await browser.get('/auth/users').set('Accept', 'application/json').expect(503);
  expect(problem.body).toMatchObject({ code: 'store_unavailable' });
  await request(entrance.app).get('/healthz').expect(200);
  expect((await request(entrance.app).get('/readyz').expect(503)).body.status).toBe('not ready');
  await request(entrance.app).get('/admin/login').expect(200);
  await browser
    .post('/admin/login')
    .type('form')
    .send({ email: 'root@contoso.com', password: 'x' })
    .expect(503);

  const back = await startRedisServer({ port: redis.port });
  try {
    await until(async () => (await request(entrance.app).get('/readyz')).status === 200);
    await browser.get('/admin').expect(303);
  } finally {
    await back.stop();
  }
});

test('a frozen store is a 503 within seconds, and the session is there again when it thaws', async () => {
  entrance = await startTestEntrance({ store: 'Redis' });
  const browser = await entrance.signIn('admin');
  entrance.redis?.freeze();
  const asking = browser.get('/admin').then(({ status }) => status);
  expect(await endsWithin(5_000, asking)).toBe(true);
  expect(await asking).toBe(503);
  entrance.redis?.thaw();
  await until(async () => (await browser.get('/admin')).status === 200);
});

test('an error page about a sign-in is shown also when the store is lost', async () => {
  entrance = await startTestEntrance({ store: 'Redis' });
  const browser = await entrance.signIn('admin');
  await entrance.redis?.kill();
  await browser.get('/admin/login?error=sso_failed').expect(200);
});
