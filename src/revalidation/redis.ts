import * as z from 'zod';
import { compactId } from '../identity/compact-id.js';
import type { ProviderId } from '../identity/user.js';
import type { RedisClient } from '../redis/connection.js';
import { defineScript, runScript } from '../redis/script.js';
import type { RefreshGrant, RefreshGrants } from './refresh-grants.js';

/** The version of the stored form. A grant of another version is ignored. */
const FORM = 1;
const stored = z.tuple([z.literal(FORM), z.string(), z.number(), z.string()]);

const REPLACE = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1`);

const REMOVE = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);

/** The refresh grants on Redis, a key for each user and provider. */
export function createRedisRefreshGrants(redis: RedisClient, prefix: string): RefreshGrants {
  const keyOf = (userId: string, provider: ProviderId) =>
    `${prefix}refresh-grant:${compactId(userId)}:${provider}`;

  return {
    async keep(userId, grant, lifetime) {
      await redis.set(keyOf(userId, grant.provider), write(grant), {
        expiration: { type: 'PX', value: Math.max(1, Math.ceil(lifetime)) },
      });
    },
    async find(userId, provider) {
      const text = await redis.get(keyOf(userId, provider));
      return text === null ? undefined : read(text);
    },
    async replace(userId, known, grant) {
      return (
        (await runScript(redis, REPLACE, [keyOf(userId, known.provider)], [write(known), write(grant)])) === 1
      );
    },
    async remove(userId, known) {
      return (await runScript(redis, REMOVE, [keyOf(userId, known.provider)], [write(known)])) === 1;
    },
    async forget(userId, providers) {
      // One command for each key, since each key has its own slot of a cluster.
      await Promise.all(providers.map((provider) => redis.del(keyOf(userId, provider))));
    },
  };
}

function write({ provider, confirmedAt, sealedToken }: RefreshGrant): string {
  const text: z.infer<typeof stored> = [FORM, provider, confirmedAt, sealedToken];
  return JSON.stringify(text);
}

/** Reads a stored grant. Only this module writes grants, so a text that isn't JSON is damage and throws. */
function read(text: string): RefreshGrant | undefined {
  const parsed = stored.safeParse(JSON.parse(text));
  if (!parsed.success) return undefined;
  const [, provider, confirmedAt, sealedToken] = parsed.data;
  return { provider, confirmedAt, sealedToken };
}
