import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectRedis, isStoreFailure, type RedisConnection } from '#entrance/redis/connection.js';
import type { RedisServer } from '../support/redis-server.js';
import {
  ask,
  connect,
  silentLog,
  startClusterTopology,
  type Topology,
  until,
} from '../support/redis-topologies.js';
import { endsWithin } from '../support/timing.js';

/** Each part of a cluster serves by itself: node-redis’s own cluster client waits for all of them. */

let topology: Topology;
let replicated: RedisServer;
let alone: RedisServer;
beforeAll(async () => {
  topology = await startClusterTopology([1, 0, 0]);
  const [first, , last] = topology.servers;
  if (first === undefined || last === undefined) throw new Error('three masters');
  [replicated, alone] = [first, last];
  for (const server of topology.servers)
    await ask(server, ['CONFIG', 'SET', 'cluster-require-full-coverage', 'no']);
});
afterAll(() => topology.stop());

test('a write waits for the replicas of its own server alone', async () => {
  const redis = await connect(topology.url, { waitReplicas: 1 });
  try {
    const key = await keyOn(redis, replicated);
    await until(() => redis.acknowledged.set(key, '1').then(Boolean, () => false));
    expect(await redis.acknowledged.incr(key)).toBe(2);
  } finally {
    await redis.close();
  }
});

test('a server that is away at the start holds nobody up: other keys are served, its own fail at once', async () => {
  const before = await connect(topology.url);
  const [kept, lost] = [await keyOn(before, replicated), await keyOn(before, alone)];
  await before.close();
  alone.freeze();
  const redis = connectRedis(topology.url, { log: silentLog() });
  try {
    await until(async () => (await redis.client.get(kept).catch(() => 'away')) === kept);
    const failing = redis.client.get(lost).catch((error: unknown) => error);
    expect(await endsWithin(100, failing)).toBe(true);
    expect(isStoreFailure(await failing)).toBe(true);
    alone.thaw();
    await until(async () => (await redis.client.get(lost).catch(() => 'away')) === lost);
  } finally {
    alone.thaw();
    await redis.close();
  }
});

/** A key that lives on this server, with itself as its value. */
async function keyOn({ client }: RedisConnection, server: RedisServer): Promise<string> {
  for (let index = 0; ; index += 1) {
    const key = `key:${index}`;
    const isHere = (await ask(server, ['EXISTS', key]).catch(() => undefined)) !== undefined;
    if (isHere && (await client.set(key, key))) return key;
  }
}
