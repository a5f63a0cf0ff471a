import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import { type Logger, pino } from 'pino';
import { SLOTS } from '#entrance/redis/cluster.js';
import {
  connectRedis,
  type RedisClient,
  type RedisConnection,
  type RedisOptions,
} from '#entrance/redis/connection.js';
import { newClient } from '#entrance/redis/node.js';
import { type RedisServer, type RedisServerOptions, startRedisServer } from './redis-server.js';
import { PATIENCE_MS, until } from './timing.js';

export { until } from './timing.js';

/** A log that nobody reads, but for the causes of its errors. */
export function silentLog({ onError }: { onError?: (error: unknown) => void } = {}): Logger {
  return pino({
    level: onError ? 'error' : 'silent',
    hooks: {
      logMethod([facts]) {
        if (typeof facts === 'object' && facts !== null && 'cause' in facts) onError?.(facts.cause);
      },
    },
  });
}

/** Several servers that belong together. */
export interface Topology {
  /** What `REDIS_URL` names. */
  readonly url: string;
  /** All servers that hold data, the first masters first. */
  readonly servers: readonly RedisServer[];
  /** The sentinels, if there are any. */
  readonly watchers: readonly RedisServer[];
  stop(): Promise<void>;
}

/** A master with replicas, and sentinels that agree by majority. */
export function startSentinelTopology({
  replicas = 0,
  sentinels = 1,
  password = '',
} = {}): Promise<Topology> {
  return settingUp(async (start) => {
    const access = password === '' ? [] : ['--requirepass', password];
    const [master] = await start(1, { settings: access });
    if (master === undefined) throw new Error('no master');
    const copies = await start(replicas, {
      settings: ['--replicaof', `127.0.0.1 ${master.port}`, ...EAGER_REPLICATION],
    });
    if (replicas > 0) await until(() => hasReplicas(master, replicas));
    const quorum = Math.floor(sentinels / 2) + 1;
    const watchers = await start(sentinels, {
      sentinelOf: { port: master.port, quorum, password },
      settings: access,
    });
    if (password === '')
      await until(() => everyOne(watchers, (watcher) => knows(watcher, replicas, sentinels)));
    return {
      url: `redis+sentinel://${addresses(watchers)}/main`,
      servers: [master, ...copies],
      watchers,
    };
  });
}

/** Masters that share the slots evenly, with `replicas[i]` replicas of the i-th one. */
export function startClusterTopology(replicas: readonly number[] = [0, 0, 0]): Promise<Topology> {
  return settingUp(async (start) => {
    const masters = await start(replicas.length, { isInCluster: true });
    const share = Math.ceil(SLOTS / masters.length);
    for (const [index, master] of masters.entries()) {
      const range = [index * share, Math.min(SLOTS, (index + 1) * share) - 1].map(String);
      await ask(master, ['CLUSTER', 'ADDSLOTSRANGE', ...range]);
      await ask(master, ['CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`]);
    }
    const copies = await start(sum(replicas), { isInCluster: true });
    const servers = [...masters, ...copies];
    for (const server of servers) for (const other of servers) await meet(server, other);
    const leaders = masters.flatMap((master, index) => Array<RedisServer>(replicas[index] ?? 0).fill(master));
    for (const [index, leader] of leaders.entries()) {
      const follow = ['CLUSTER', 'REPLICATE', String(await ask(leader, ['CLUSTER', 'MYID']))];
      const copy = copies[index];
      await until(async () => copy !== undefined && (await ask(copy, follow).catch(() => '')) === 'OK');
    }
    await until(() => everyOne(servers, isOk));
    for (const [index, master] of masters.entries()) {
      await until(() => hasReplicas(master, replicas[index] ?? 0));
    }
    return { url: `redis+cluster://${addresses(masters)}`, servers, watchers: [] };
  });
}

const EAGER_REPLICATION = ['--repl-diskless-sync-delay', '0'];

/** What is started is stopped again where something goes wrong on the way. */
async function settingUp(
  setUp: (
    start: (count: number, options?: RedisServerOptions) => Promise<RedisServer[]>,
  ) => Promise<Omit<Topology, 'stop'>>,
): Promise<Topology> {
  const started: RedisServer[] = [];
  const stop = async () => void (await Promise.all(started.map((server) => server.stop())));
  const start = (count: number, options?: RedisServerOptions) =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const server = await startRedisServer(options);
        started.push(server);
        return server;
      }),
    );
  try {
    return { ...(await setUp(start)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function meet(server: RedisServer, other: RedisServer): Promise<void> {
  await ask(server, ['CLUSTER', 'MEET', '127.0.0.1', `${other.port}`, `${other.busPort}`]);
}

async function isOk(server: RedisServer): Promise<boolean> {
  return String(await ask(server, ['CLUSTER', 'INFO'])).includes('cluster_state:ok');
}

export async function hasReplicas(server: RedisServer, count: number): Promise<boolean> {
  return (await info(server, 'replication')).split('state=online').length === count + 1;
}

async function everyOne(
  servers: readonly RedisServer[],
  isSo: (server: RedisServer) => Promise<boolean>,
): Promise<boolean> {
  return (await Promise.all(servers.map(isSo))).every(Boolean);
}

function addresses(servers: readonly RedisServer[]): string {
  return servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

/** Connects, and waits until the connection is ready. */
export async function connect(url: string, options: Partial<RedisOptions> = {}): Promise<RedisConnection> {
  return new Promise((resolve) => {
    const connection = connectRedis(url, {
      log: silentLog(),
      ...options,
      onReady: () => queueMicrotask(() => resolve(connection)),
    });
  });
}

/**
 * A server of its own for the tests of a file, and a client of it: started before them, stopped after them. The client
 * waits for each answer however long a busy machine takes, without the deadline that a program has.
 */
export function useRedis(): { readonly url: string; readonly client: RedisClient } {
  let server: RedisServer;
  let client: RedisClient;
  beforeAll(async () => {
    server = await startRedisServer();
    client = newClient({ url: server.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
  });
  return {
    get url() {
      return server.url;
    },
    get client() {
      return client;
    },
  };
}

interface StartedTopology {
  readonly name: string;
  redis(): RedisConnection;
  /** A new one, so that nobody meets another's keys. */
  prefix(): string;
}

/** Sentinel and a cluster, for suites that run on each: started before the tests of a file, stopped after them. */
export function useTopologies(): readonly StartedTopology[] {
  const started: { topology: Topology; redis: RedisConnection }[] = [];
  const names = ['a master behind Sentinel', 'a cluster'];
  beforeAll(async () => {
    const topologies = await Promise.all([startSentinelTopology(), startClusterTopology()]);
    for (const topology of topologies) started.push({ topology, redis: await connect(topology.url) });
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

/** One command on a connection of its own. */
export async function ask({ url }: RedisServer, command: readonly string[]): Promise<unknown> {
  const client = newClient({
    url,
    RESP: 2,
    socket: { reconnectStrategy: false, connectTimeout: PATIENCE_MS },
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
