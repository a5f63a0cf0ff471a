import type { RedisConnection } from './connection.js';

/** Facts about the Redis server, for an operator. */
export interface RedisFacts {
  readonly version: string;
  readonly appendOnly: boolean;
  /** Whether the server writes snapshots; undefined if it doesn’t say (managed services forbid the question). */
  readonly snapshots: boolean | undefined;
  readonly evictionPolicy: string;
  /** In bytes; 0 means no limit. */
  readonly memoryLimit: number;
  /** The median of some pings, milliseconds. */
  readonly roundTrip: number;
  /** The milliseconds by which the server's clock is ahead of ours. */
  readonly clockAhead: number;
}

const PINGS = 5;

/** Rejects with `store_unavailable`. */
export async function readRedisFacts(redis: RedisConnection, now: () => number): Promise<RedisFacts> {
  const roundTrips: number[] = [];
  for (let ping = 0; ping < PINGS; ping += 1) roundTrips.push(await redis.ping());
  const info = parseInfo(await redis.client.info());
  const [save] = Object.values(await redis.client.configGet('save').catch(() => ({})));
  const [seconds, microseconds] = await redis.client.sendCommand<[string, string]>(['TIME']);
  return {
    version: info.get('redis_version') ?? '',
    appendOnly: info.get('aof_enabled') === '1',
    snapshots: save === undefined ? undefined : save !== '',
    evictionPolicy: info.get('maxmemory_policy') ?? '',
    memoryLimit: Number(info.get('maxmemory') ?? 0),
    roundTrip: roundTrips.sort((one, other) => one - other)[Math.floor(PINGS / 2)] ?? 0,
    clockAhead: Number(seconds) * 1_000 + Number(microseconds) / 1_000 - now(),
  };
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\r?\n/).map((line): [string, string] => {
      const [name = '', ...value] = line.split(':');
      return [name, value.join(':')];
    }),
  );
}
