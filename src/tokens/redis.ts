import type { Clock } from '../clock.js';
import type { RedisClient } from '../redis/connection.js';
import { defineScript, runScript } from '../redis/script.js';
import {
  type ApiToken,
  isExpired,
  isUseNews,
  LAST_USE_INTERVAL,
  newestFirst,
  type Tokens,
} from './tokens.js';

const DELETE = defineScript(`
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], hash)
redis.call('HDEL', KEYS[3], hash)
return 1`);

/** The token was read some time ago: it may be gone, or somebody else noted a use. Times in ISO 8601 compare as text. */
const TOUCH = defineScript(`
local hash = redis.call('HGET', KEYS[1], ARGV[1])
if not hash then return 0 end
local last = redis.call('HGET', KEYS[3], hash)
if last and last > ARGV[3] then return 0 end
redis.call('HSET', KEYS[3], hash, ARGV[2])
return 1`);

/** What is stored of a token under its hash, once and for all. */
type TokenRecord = Omit<ApiToken, 'lastUsedAt'>;

/** The API tokens that all instances share. They are made and revoked through `acknowledged`. */
export function createRedisTokens(
  redis: RedisClient,
  prefix: string,
  clock: Clock,
  acknowledged: RedisClient = redis,
): Tokens {
  // One hash tag, so that scripts over all three stay in one slot of a cluster.
  const key = (name: string) => `${prefix}{tokens}:${name}`;
  const hashes = key('hashes');
  const records = key('records');
  const lastUses = key('last-uses');
  const keys = [hashes, records, lastUses];

  async function read(hash: string): Promise<ApiToken | undefined> {
    const [record, lastUse] = await Promise.all([redis.hGet(records, hash), redis.hGet(lastUses, hash)]);
    return record === null ? undefined : tokenFrom(record, lastUse);
  }

  return {
    async create({ lastUsedAt: _, ...record }, hash) {
      const stored = JSON.stringify(record);
      await acknowledged.multi().hSet(records, hash, stored).hSet(hashes, record.id, hash).exec();
    },
    async findByHash(hash) {
      const token = await read(hash);
      return token === undefined || isExpired(token, clock.now()) ? undefined : token;
    },
    async find(id) {
      const hash = await redis.hGet(hashes, id);
      return hash === null ? undefined : read(hash);
    },
    async list() {
      const [stored, used] = await Promise.all([redis.hGetAll(records), redis.hGetAll(lastUses)]);
      const tokens = Object.entries(stored).map(([hash, record]) => tokenFrom(record, used[hash]));
      return tokens.sort(newestFirst);
    },
    delete: async (id) => (await runScript(acknowledged, DELETE, keys, [id])) === 1,
    async touch(token, now) {
      if (!isUseNews(token, now)) return;
      await runScript(redis, TOUCH, keys, [token.id, iso(now), iso(now - LAST_USE_INTERVAL)]);
    },
  };
}

function tokenFrom(record: string, lastUsedAt: string | null | undefined): ApiToken {
  const token: TokenRecord = JSON.parse(record); // written by create and nobody else
  return { ...token, lastUsedAt: lastUsedAt ?? null };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
