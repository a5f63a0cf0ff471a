import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { pino } from 'pino';
import { createClient } from 'redis';
import { connectRedis, type RedisConnection, type RedisOptions } from '#entrance/redis/connection.js';
import { SLOTS } from '#entrance/redis/slots.js';
import { freePort, type RedisServer, startRedisServer } from './redis-server.js';

/** Several servers that belong together. */
export interface Topology {
  /** What `REDIS_URL` names. */
  readonly url: string;
  /** All servers that hold data, the first masters first. */
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

/** A master with replicas, and sentinels that agree by majority. */
export async function startSentinelTopology({ replicas = 0, sentinels = 1 } = {}): Promise<Topology> {
  const master = await startRedisServer();
  const settings = ['--replicaof', `127.0.0.1 ${master.port}`, '--repl-diskless-sync-delay', '0'];
  const copies = await startSeveral(replicas, () => startRedisServer({ settings }));
  await until(async () => (await info(master, 'replication')).includes(`connected_slaves:${replicas}`));
  const quorum = Math.floor(sentinels / 2) + 1;
  const watchers = await startSeveral(sentinels, () =>
    startRedisServer({ sentinelOf: { port: master.port, quorum } }),
  );
  await until(async () =>
    (await Promise.all(watchers.map((watcher) => knows(watcher, replicas, sentinels)))).every(Boolean),
  );
  return {
    url: `redis+sentinel://${watchers.map(({ port }) => `127.0.0.1:${port}`).join(',')}/main`,
    servers: [master, ...copies],
    stop: () => stopAll([...watchers, master, ...copies]),
  };
}

/** Masters that share the slots evenly; `replicas[i]` of the i-th one. */
export async function startClusterTopology({
  masters = 3,
  replicas = [] as number[],
} = {}): Promise<Topology> {
  const ofMaster = replicas.flatMap((count, master) => Array.from({ length: count }, () => master));
  const busPorts = new Map<RedisServer, number>();
  const servers = await startSeveral(masters + ofMaster.length, async () => {
    const busPort = await freePort();
    const settings = [
      ...['--cluster-enabled', 'yes', '--cluster-port', `${busPort}`, '--cluster-node-timeout', '1000'],
      ...['--repl-diskless-sync-delay', '0', '--cluster-require-full-coverage', 'yes'],
    ];
    const server = await startRedisServer({ settings });
    busPorts.set(server, busPort);
    return server;
  });
  const leaders = servers.slice(0, masters);
  const share = Math.ceil(SLOTS / masters);
  for (const [index, server] of servers.entries()) {
    await ask(server, ['CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`]);
    for (const other of servers) {
      await ask(server, ['CLUSTER', 'MEET', '127.0.0.1', `${other.port}`, `${busPorts.get(other)}`]);
    }
  }
  for (const [index, leader] of leaders.entries()) {
    const range = [`${index * share}`, `${Math.min(SLOTS, (index + 1) * share) - 1}`];
    await ask(leader, ['CLUSTER', 'ADDSLOTSRANGE', ...range]);
  }
  for (const [index, follower] of servers.slice(masters).entries()) {
    const leader = leaders[ofMaster[index] ?? 0];
    const id = String(leader && (await ask(leader, ['CLUSTER', 'MYID'])));
    await until(() =>
      ask(follower, ['CLUSTER', 'REPLICATE', id]).then(
        (reply) => reply === 'OK',
        () => false,
      ),
    );
  }
  await until(async () => {
    const states = await Promise.all(servers.map((server) => ask(server, ['CLUSTER', 'INFO'])));
    return states.every((state) => String(state).includes('cluster_state:ok'));
  });
  for (const [index, leader] of leaders.entries()) {
    await until(async () =>
      (await info(leader, 'replication')).includes(`connected_slaves:${replicas[index] ?? 0}`),
    );
  }
  return {
    url: `redis+cluster://${leaders.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    servers,
    stop: () => stopAll(servers),
  };
}

/** A connection that is there. */
export async function connected(url: string, options: Partial<RedisOptions> = {}): Promise<RedisConnection> {
  return new Promise((resolve) => {
    const connection = connectRedis(url, {
      log: pino({ level: 'silent' }),
      ...options,
      onReady: () => queueMicrotask(() => resolve(connection)),
    });
  });
}

interface Subject {
  readonly name: string;
  redis(): RedisConnection;
  /** A new one, so that nobody meets another's keys. */
  prefix(): string;
}

/** Sentinel and a cluster, for suites that run on each: started before the tests of a file, stopped after them. */
export function useTopologies(): readonly Subject[] {
  const started: { topology: Topology; redis: RedisConnection }[] = [];
  const names = ['a master behind Sentinel', 'a cluster'];
  beforeAll(async () => {
    const topologies = await Promise.all([startSentinelTopology(), startClusterTopology()]);
    for (const topology of topologies) started.push({ topology, redis: await connected(topology.url) });
  });
  afterAll(async () => {
    await Promise.all(started.map(({ redis }) => redis.close()));
    await Promise.all(started.map(({ topology }) => topology.stop()));
  });
  return names.map((name, index) => ({
    name,
    redis() {
      const redis = started[index]?.redis;
      if (redis === undefined) throw new Error(`${name} isn’t started yet`);
      return redis;
    },
    prefix: () => `test-${randomUUID()}:`,
  }));
}

/** Asks again and again, for ten seconds, until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (await isSo()) return;
    await pause(25);
  }
  throw new Error('it never came to be');
}

/** One command on a connection of its own. */
export async function ask({ url }: RedisServer, command: readonly string[]): Promise<unknown> {
  const client = createClient({
    url,
    RESP: 2,
    socket: { reconnectStrategy: false },
    disableClientInfo: true,
  });
  client.on('error', () => {});
  await client.connect();
  return client.sendCommand(command).finally(() => client.destroy());
}

async function info(server: RedisServer, section: string): Promise<string> {
  return String(await ask(server, ['INFO', section]));
}

async function knows(watcher: RedisServer, replicas: number, sentinels: number): Promise<boolean> {
  const master = String(await ask(watcher, ['INFO', 'sentinel']));
  return master.includes(`status=ok`) && master.includes(`slaves=${replicas},sentinels=${sentinels}`);
}

/** All at once; where one fails, the others don't stay behind. */
async function startSeveral<T extends { stop(): Promise<void> }>(
  count: number,
  start: () => Promise<T>,
): Promise<T[]> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, start));
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (started.length === count) return started;
  await stopAll(started);
  throw outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
}

async function stopAll(servers: ReadonlyArray<{ stop(): Promise<void> }>): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
