import { createClient } from 'redis';
import { type RedisServer, startRedisServer } from '../../test/support/redis-server.js';
import { OTHER_CORE, pin } from './process.js';

export interface BenchRedis {
  readonly server: RedisServer;
  readonly url: string;
  /** How often each command ran since the server started, in capitals, without those of our own looking. */
  commands(): Promise<ReadonlyMap<string, number>>;
  /** Bytes that the data takes, as the server allocates them. */
  usedMemory(): Promise<number>;
  keyCount(): Promise<number>;
  /** Forgets the slow commands seen so far. */
  resetSlowLog(): Promise<void>;
  /** The slowest command since then, milliseconds; undefined where none took half a millisecond. */
  slowestCommand(): Promise<{ readonly name: string; readonly milliseconds: number } | undefined>;
  stop(): Promise<void>;
}

/** Microseconds from which on a command is remembered. */
const SLOW = 500;
/** What a client says to keep its connection, and what we ask ourselves. */
const CHATTER = new Set([
  'PING',
  'HELLO',
  'CLIENT',
  'INFO',
  'DBSIZE',
  'COMMAND',
  'SLOWLOG',
  'CONFIG',
  'AUTH',
]);

/** A Redis of the benchmark's own, away from the measured server's core. */
export async function startRedis(): Promise<BenchRedis> {
  const server = await startRedisServer({
    settings: ['--slowlog-log-slower-than', `${SLOW}`, '--slowlog-max-len', '10000'],
  });
  pin(server.pid, OTHER_CORE);
  const client = await createClient({ url: server.url }).connect();
  return {
    server,
    url: server.url,
    commands: async () => parseCommandStats(await client.info('commandstats')),
    usedMemory: async () => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]),
    keyCount: () => client.dbSize(),
    resetSlowLog: async () => void (await client.sendCommand(['SLOWLOG', 'RESET'])),
    async slowestCommand() {
      const entries = await client.sendCommand(['SLOWLOG', 'GET', '10000']);
      const [slowest] = parseSlowLog(entries).toSorted((one, other) => other.milliseconds - one.milliseconds);
      return slowest;
    },
    async stop() {
      client.destroy();
      await server.stop();
    },
  };
}

/** What was sent between two readings. */
export function commandsBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const sent = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return new Map(sent.filter(([, count]) => count > 0));
}

function parseCommandStats(info: string): Map<string, number> {
  const lines = [...info.matchAll(/^cmdstat_([^:|]+)[^:]*:calls=(\d+)/gm)];
  const counts = new Map<string, number>();
  for (const [, name = '', calls] of lines) {
    const command = name.toUpperCase();
    if (!CHATTER.has(command)) counts.set(command, (counts.get(command) ?? 0) + Number(calls));
  }
  return counts;
}

function parseSlowLog(entries: unknown) {
  if (!Array.isArray(entries)) return [];
  return entries.map((entry: readonly unknown[]) => ({
    name: Array.isArray(entry[3]) ? String(entry[3][0]).toUpperCase() : '',
    milliseconds: Number(entry[2]) / 1e3,
  }));
}
