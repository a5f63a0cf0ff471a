import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { slotOf } from '#entrance/redis/cluster.js';
import { connectRedis, isStoreFailure, type RedisConnection } from '#entrance/redis/connection.js';
import { defineScript, runScript } from '#entrance/redis/script.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import {
  ask,
  connect,
  silentLog,
  startClusterTopology,
  startSentinelTopology,
  type Topology,
  until,
} from '../support/redis-topologies.js';
import { endsWithin } from '../support/timing.js';

const NOBODY = '127.0.0.1:1';
const COUNT = defineScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");

describe('a cluster', () => {
  let topology: Topology;
  let redis: RedisConnection;
  beforeAll(async () => {
    topology = await startClusterTopology();
    redis = await connect(topology.url);
  });
  afterAll(async () => {
    await redis.close();
    await topology.stop();
  });

  test('keys are where Redis says', async () => {
    const [server] = topology.servers;
    const tricky = fc
      .array(fc.constantFrom('{', '}', 'a', 'é', '🚀'), { minLength: 1 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(fc.oneof(tricky, fc.string({ minLength: 1 })), async (key) => {
        expect(slotOf(key)).toBe(await redis.client.sendCommand(['CLUSTER', 'KEYSLOT', key]));
      }),
    );
    expect(server).toBeDefined();
  });

  test('is found where some of its names are dead', async () => {
    const { host } = new URL(topology.url.replace(/^redis\+cluster:/, 'http:').replace(/,.*/, ''));
    const other = await connect(`redis+cluster://${NOBODY},${host},${NOBODY}`);
    expect(await other.ping()).toBeGreaterThanOrEqual(0);
    await other.close();
  });

  test('a slot under way, and one that has moved, are followed by commands, transactions and scripts', async () => {
    const key = 'moving';
    const { from, to, ids } = await ownersAround(topology, key);
    const slot = `${slotOf(key)}`;
    const all = async () => [
      await redis.client.get(key),
      await redis.client.multi().incr(key).expire(key, 90).exec(),
      await runScript(redis.client, COUNT, [key], ['5']),
    ];
    await redis.client.set(key, '0');
    await ask(to, ['CLUSTER', 'SETSLOT', slot, 'IMPORTING', ids.from]);
    await ask(from, ['CLUSTER', 'SETSLOT', slot, 'MIGRATING', ids.to]);
    await ask(from, ['MIGRATE', '127.0.0.1', `${to.port}`, key, '0', '1000']);
    expect(await all()).toEqual(['0', [1, 1], 6]);

    for (const server of [to, from]) await ask(server, ['CLUSTER', 'SETSLOT', slot, 'NODE', ids.to]);
    expect(await all()).toEqual(['6', [7, 1], 12]);
  });

  test('while a slot belongs to nobody it isn’t ready, though every node answers', async () => {
    const { from } = await ownersAround(topology, 'unowned');
    const slot = `${slotOf('unowned')}`;
    await ask(from, ['CLUSTER', 'DELSLOTS', slot]);
    expect(isStoreFailure(await rejection(redis.ping()))).toBe(true);
    expect(isStoreFailure(await rejection(redis.client.get('unowned')))).toBe(true);
    await ask(from, ['CLUSTER', 'ADDSLOTS', slot]);
    await until(async () => (await redis.client.get('unowned').catch(() => 'away')) === null);
    expect(await redis.ping()).toBeGreaterThanOrEqual(0);
  });

  test('with a node away, the others’ keys are served, its own fail at once, and it isn’t ready', async () => {
    const [away, other] = topology.servers;
    if (away === undefined || other === undefined) throw new Error('three servers');
    const [lost, kept] = [await keyOn(redis, away), await keyOn(redis, other)];
    away.freeze();
    for (const deadline of [1_000, 100]) {
      const failing = rejection(redis.client.get(lost));
      expect(await endsWithin(deadline, failing)).toBe(true);
      expect(isStoreFailure(await failing)).toBe(true);
    }
    expect(await redis.client.get(kept)).toBe(kept);
    expect(isStoreFailure(await rejection(redis.ping()))).toBe(true);
    away.thaw();
    await until(() => redis.ping().then(Boolean, () => false));
    await until(async () => (await redis.client.get(lost).catch(() => '')) === lost);
  });
});

describe('Sentinel', () => {
  test('passwords are for the master, and for sentinels that ask; those who are dead are passed over', async () => {
    const topology = await startSentinelTopology({ password: 'p:ss w@rd' });
    try {
      const [, at] = topology.url.split('//');
      const access = `default:${encodeURIComponent('p:ss w@rd')}`;
      const redis = await connect(`redis+sentinel://${access}@${NOBODY},${at}/3`);
      await redis.client.set('key', 'in three');
      expect(await redis.client.sendCommand(['CLIENT', 'INFO'])).toMatch(/ db=3 /);
      await redis.close();
    } finally {
      await topology.stop();
    }
  });

  test('who isn’t a master is not used, whatever a sentinel says', async () => {
    const topology = await startSentinelTopology();
    const [server] = topology.servers;
    if (server === undefined) throw new Error('a server');
    await ask(server, ['REPLICAOF', ...NOBODY.split(':')]);
    let answered = false;
    const onAnswer = () => {
      answered = true;
    };
    const redis = connectRedis(topology.url, { log: silentLog({ onError: onAnswer }), onReady: onAnswer });
    try {
      await until(() => answered);
      expect(isStoreFailure(await rejection(redis.client.get('key')))).toBe(true);
      await ask(server, ['REPLICAOF', 'NO', 'ONE']);
      await until(async () => (await redis.client.get('key').catch(() => 'away')) === null);
    } finally {
      await redis.close();
      await topology.stop();
    }
  });

  test('a master that still answers is left when the sentinels name another', async () => {
    const topology = await startSentinelTopology();
    const successor = await startRedisServer();
    const redis = await connect(topology.url);
    try {
      await ask(successor, ['SET', 'key', 'successor']);
      const [sentinel] = topology.watchers;
      if (sentinel === undefined) throw new Error('a sentinel');
      await ask(sentinel, ['SENTINEL', 'REMOVE', 'main']);
      await ask(sentinel, ['SENTINEL', 'MONITOR', 'main', '127.0.0.1', `${successor.port}`, '1']);
      await until(async () => (await redis.client.get('key').catch(() => 'away')) === 'successor');
    } finally {
      await redis.close();
      await Promise.all([topology.stop(), successor.stop()]);
    }
  });

  test('an unknown name is reported, and the sentinels may come later', async () => {
    const messages: string[] = [];
    const log = silentLog({ onError: (error) => messages.push(String(error)) });
    const { port } = await startRedisServer().then(async (server) => server.stop().then(() => server));
    const redis = connectRedis(`redis+sentinel://127.0.0.1:${port}/main`, { log });
    const master = await startRedisServer();
    const sentinel = await startRedisServer({ port, sentinelOf: { port: master.port, quorum: 1 } });
    const wrong = connectRedis(`redis+sentinel://127.0.0.1:${port}/other`, { log });
    try {
      expect(isStoreFailure(await rejection(redis.client.get('key')))).toBe(true);
      await until(async () => (await redis.client.get('key').catch(() => 'away')) === null);
      await until(async () => messages.some((message) => message.includes('no master called other')));
    } finally {
      await Promise.all([redis.close(), wrong.close()]);
      await Promise.all([sentinel.stop(), master.stop()]);
    }
  });
});

async function ownersAround({ servers }: Topology, key: string) {
  const owns = async (server: RedisServer) =>
    (await ask(server, ['EXISTS', key]).catch(() => undefined)) !== undefined;
  const owning = await Promise.all(servers.map(owns));
  const from = servers[owning.indexOf(true)];
  const to = servers[owning.indexOf(false)];
  if (from === undefined || to === undefined) throw new Error('no owner');
  const id = async (server: RedisServer) => String(await ask(server, ['CLUSTER', 'MYID']));
  return { from, to, ids: { from: await id(from), to: await id(to) } };
}

/** A key that lives on this server, with itself as its value. */
async function keyOn({ client }: RedisConnection, server: RedisServer): Promise<string> {
  for (let index = 0; ; index += 1) {
    const key = `key:${index}`;
    const isHere = (await ask(server, ['EXISTS', key]).catch(() => undefined)) !== undefined;
    if (isHere && (await client.set(key, key))) return key;
  }
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
