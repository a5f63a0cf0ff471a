import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { isStoreFailure } from '#entrance/redis/connection.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { type Load, lostWrites, startLoad } from '../support/load.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { ask, until } from '../support/redis-topologies.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

let server: RedisServer;
let proxy: TcpProxy;
let entrance: TestEntrance;
let load: Load | undefined;
const alsoStarted: RedisServer[] = [];

beforeEach(async () => {
  server = await startRedisServer({ appendonly: true });
  proxy = await startTcpProxy(server.port);
  entrance = await startTestEntrance({ settings: { REDIS_URL: `redis://127.0.0.1:${proxy.port}` } });
});

afterEach(async () => {
  await load?.stop();
  load = undefined;
  await entrance.close();
  await proxy.stop();
  await Promise.all([server, ...alsoStarted.splice(0)].map((one) => one.stop()));
});

describe('under load', () => {
  test('a server that is killed and restarted has all that was acknowledged', async () => {
    load = await startLoad(entrance);
    await load.untilServed();
    await server.kill();
    await someoneIsTold503(load);
    const { port, directory } = server;
    server = await startRedisServer({ port, directory, appendonly: true });
    await load.untilServed();
    await nothingWasLost(load);
  });

  test('a server that freezes for ten seconds is a 503 for everybody meanwhile, and goes on by itself', async () => {
    load = await startLoad(entrance);
    await load.untilServed();
    server.freeze();
    const tenSeconds = pause(10_000);
    // A request that waits for the store is answered when it thaws, which is after this.
    for (let round = 0; round < 5; round += 1) await load.untilAnswered();
    await someoneIsTold503(load);
    await tenSeconds;
    server.thaw();
    await load.untilServed();
    await nothingWasLost(load);
  });

  test('connections that are cut are made anew, and no answer goes astray', async () => {
    load = await startLoad(entrance);
    for (let time = 0; time < 5; time += 1) {
      await load.untilServed();
      proxy.cut();
    }
    await load.untilServed();
    await nothingWasLost(load);
  });

  test('where another server takes over the name, the one that takes no writes any more is left', async () => {
    const settings = ['--replicaof', `127.0.0.1 ${server.port}`, '--repl-diskless-sync-delay', '0'];
    const successor = await startRedisServer({ settings });
    alsoStarted.push(successor);
    load = await startLoad(entrance);
    await load.untilServed();
    await until(async () => String(await ask(successor, ['INFO', 'replication'])).includes('link_status:up'));
    await load.stop(); // so that nothing is written while the roles change
    await until(async () => (await offsetOf(server)) === (await offsetOf(successor)));
    await ask(successor, ['REPLICAOF', 'NO', 'ONE']);
    await ask(server, ['REPLICAOF', '127.0.0.1', `${successor.port}`]);
    proxy.leadTo(successor.port);

    expect(isStoreFailure(await entrance.addUser().catch((error: unknown) => error))).toBe(true);
    await until(async () => entrance.addUser().then(Boolean, () => false));
    await nothingWasLost(load);
  });

  async function nothingWasLost(load: Load): Promise<void> {
    await load.stop();
    expect(load.complaints).toEqual([]);
    expect(await lostWrites(load, entrance)).toEqual([]);
  }
});

/** How far a server is in what was written. */
async function offsetOf(one: RedisServer): Promise<string | undefined> {
  const replication = String(await ask(one, ['INFO', 'replication']));
  return /(?:slave|master)_repl_offset:(\d+)/.exec(replication)?.[1];
}

test('a replica that takes no writes still serves those who are signed in, and says 503 to changes', async () => {
  const browser = await entrance.signIn('admin');
  const other = await entrance.addUser();
  await ask(server, ['REPLICAOF', '127.0.0.1', '1']);

  await browser.post(`/admin/users/${other.id}/disable`).expect(503);
  await until(async () => (await browser.get('/admin')).status === 200);
  await ask(server, ['REPLICAOF', 'NO', 'ONE']);
  await until(async () => (await browser.post(`/admin/users/${other.id}/disable`)).status === 303);
});

test('a full server still serves those who are signed in, lets them sign out, and says 503 to changes', async () => {
  const browser = await entrance.signIn('admin');
  const other = await entrance.addUser();
  await ask(server, ['CONFIG', 'SET', 'maxmemory', '1']);

  await browser.post(`/admin/users/${other.id}/disable`).expect(503);
  await browser.get('/admin').expect(200);
  await request(entrance.app).get('/readyz').expect(200);
  await browser.post('/admin/logout').expect(303);
  await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
});

async function someoneIsTold503({ answers }: Load): Promise<void> {
  await until(async () => (answers.get(503) ?? 0) > 0);
}
