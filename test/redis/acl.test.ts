import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { ask } from '../support/redis-topologies.js';

let server: RedisServer;
let entrance: TestEntrance;
beforeEach(async () => {
  server = await startRedisServer({ appendonly: true });
});
afterEach(async () => {
  await entrance.close();
  await server.stop();
});

test('the rules that the guide gives an ACL user are enough, and shut it out of others’ keys', async () => {
  const guide = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const rules = /`ACL SETUSER entrance on >… (.*?)`/.exec(guide)?.[1]?.split(' ') ?? [];
  await ask(server, ['ACL', 'SETUSER', 'entrance', 'on', '>mulberry-hatch-42', ...rules]);
  const url = `redis://entrance:mulberry-hatch-42@127.0.0.1:${server.port}`;
  entrance = await startTestEntrance({ settings: { REDIS_URL: url } });

  const admin = await entrance.signIn('admin');
  const other = await entrance.addUser();
  await entrance.token('users:read');
  await admin.get('/admin/users?q=some&role=platform_admin').expect(200);
  await admin.post(`/admin/users/${other.id}/disable`).expect(303);
  await admin.post('/admin/logout').expect(303);
  const ready = await request(entrance.app).get('/readyz').expect(200);
  expect(ready.body.warnings).toEqual([]);

  const asEntrance = (command: string[]) => ask({ ...server, url }, command);
  await expect(asEntrance(['GET', 'another:key'])).rejects.toThrow(/^NOPERM/);
  await expect(asEntrance(['FLUSHALL'])).rejects.toThrow(/^NOPERM/);
});
