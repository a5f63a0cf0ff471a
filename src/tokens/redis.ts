import type { Happening } from '../audit/event.js';
import type { RedisRecorder } from '../audit/redis.js';
import type { Clock } from '../clock.js';
import type { RedisClient } from '../redis/connection.js';
import { defineScript, runScript, type Script } from '../redis/script.js';
import { hasLostAncestor } from './ancestry.js';
import type { ApiToken } from './api-token.js';
import { isExpired, isUseNews, LAST_USE_INTERVAL, MOST_TOKENS, newestFirst, type Tokens } from './tokens.js';

/** KEYS[4] is a list, and the last arguments are events for it. The push comes first, since it may fail. */
const CREATE = defineScript(`
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
if #ARGV > 4 then redis.call('RPUSH', KEYS[4], unpack(ARGV, 5)) end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1`);

const REPLACE = defineScript(`
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
if #ARGV > 3 then redis.call('RPUSH', KEYS[4], unpack(ARGV, 4)) end
redis.call('HDEL', KEYS[2], hash)
redis.call('HDEL', KEYS[3], hash)
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1`);

const DELETE = defineScript(`
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
if #ARGV > 1 then redis.call('RPUSH', KEYS[4], unpack(ARGV, 2)) end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], hash)
redis.call('HDEL', KEYS[3], hash)
return 1`);

/** The token may have been deleted, or used elsewhere, since. Times in ISO 8601 compare as text. */
const TOUCH = defineScript(`
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
local last = redis.call('HGET', KEYS[3], hash)
if last and last > ARGV[3] then return 0 end
if #ARGV > 3 then redis.call('RPUSH', KEYS[4], unpack(ARGV, 4)) end
redis.call('HSET', KEYS[3], hash, ARGV[2])
return 1`);

/** The record of a token under its hash, which never changes. Earlier releases stored no ancestors. */
type TokenRecord = Omit<ApiToken, 'lastUsedAt' | 'ancestors'> & Partial<Pick<ApiToken, 'ancestors'>>;

export function createRedisTokens(
  redis: RedisClient,
  prefix: string,
  audit: RedisRecorder,
  clock: Clock,
  acknowledged: RedisClient = redis,
): Tokens {
  // The keys have the directory's hash tag, so that scripts can use them and the audit log's events in one slot of a
  // cluster.
  const key = (name: string) => `${prefix}{directory}:tokens:${name}`;
  const hashes = key('hashes');
  const records = key('records');
  const lastUses = key('last-uses');
  const keys = [hashes, records, lastUses, audit.key];

  async function read(hash: string): Promise<ApiToken | undefined> {
    const [record, lastUse] = await Promise.all([redis.hGet(records, hash), redis.hGet(lastUses, hash)]);
    return record === null ? undefined : tokenFrom(record, lastUse);
  }

  /** Whether the token has ended with one of its ancestors. A token that a person made has none. */
  async function lostAncestor(token: ApiToken): Promise<boolean> {
    const found = await Promise.all(token.ancestors.map(({ id }) => find(id)));
    return hasLostAncestor(token, (id) => found.find((one) => one?.id === id));
  }

  async function find(id: string): Promise<ApiToken | undefined> {
    const hash = await redis.hGet(hashes, id);
    return hash === null ? undefined : read(hash);
  }

  /** Runs a script that writes, and tells whether it wrote anything. */
  async function write(
    client: RedisClient,
    script: Script,
    args: readonly string[],
    events: readonly Happening[],
  ): Promise<boolean> {
    const recording = audit.prepare(events);
    const isWritten = (await runScript(client, script, keys, [...args, ...recording.texts])) === 1;
    if (isWritten) recording.done();
    return isWritten;
  }

  return {
    create({ lastUsedAt: _, ...record }, hash, events) {
      const args = [record.id, hash, JSON.stringify(record), `${MOST_TOKENS}`];
      return write(acknowledged, CREATE, args, events);
    },
    replace: ({ lastUsedAt: _, ...record }, hash, events) =>
      write(acknowledged, REPLACE, [record.id, hash, JSON.stringify(record)], events),
    async findByHash(hash) {
      const token = await read(hash);
      if (token === undefined || isExpired(token, clock.now())) return undefined;
      return (await lostAncestor(token)) ? undefined : token;
    },
    find,
    async list() {
      const [stored, used] = await Promise.all([redis.hGetAll(records), redis.hGetAll(lastUses)]);
      const tokens = Object.entries(stored).map(([hash, record]) => tokenFrom(record, used[hash]));
      return tokens.sort(newestFirst);
    },
    delete: (id, events) => write(acknowledged, DELETE, [id], events),
    async touch(token, now, events) {
      if (!isUseNews(token, now)) return;
      const client = events.length === 0 ? redis : acknowledged;
      await write(client, TOUCH, [token.id, iso(now), iso(now - LAST_USE_INTERVAL)], events);
    },
  };
}

function tokenFrom(record: string, lastUsedAt: string | null | undefined): ApiToken {
  const token: TokenRecord = JSON.parse(record); // only this module writes records
  return { ...token, ancestors: token.ancestors ?? [], lastUsedAt: lastUsedAt ?? null };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
