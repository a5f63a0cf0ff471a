import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { ask } from '../support/redis-topologies.js';

let server: RedisServer;
let entrance: TestEntrance;

beforeEach(async () => {
  server = await startRedisServer();
  entrance = await startTestEntrance({ settings: { REDIS_URL: `redis://127.0.0.1:${server.port}` } });
});
afterEach(async () => {
  await entrance.close();
  await server.stop();
});

const refusals = () =>
  entrance.logged
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'a request was answered with an error');

test('a command that Redis forbids is a 503, and the log names the command and the remedy', async () => {
  const admin = await entrance.signIn('admin');
  await admin.get('/admin').expect(200);
  await ask(server, ['ACL', 'SETUSER', 'default', '-@hash', '-@scripting', '-@sortedset']);
  const page = await admin.get('/admin/users?q=some').expect(503);
  expect(page.text).not.toContain('NOPERM');
  expect(refusals().at(-1)).toMatchObject({
    level: 50,
    code: 'store_unavailable',
    cause: expect.stringMatching(/may not run \w+ at Redis/),
    remedy: expect.stringContaining('ACL SETUSER'),
  });
});

test('a store that is gone is told in words too', async () => {
  const admin = await entrance.signIn('admin');
  await server.kill();
  await admin.get('/admin').expect(503);
  expect(refusals().at(-1)).toMatchObject({
    code: 'store_unavailable',
    cause: expect.stringMatching(/^Redis /),
    remedy: expect.stringContaining('REDIS_URL'),
  });
});
