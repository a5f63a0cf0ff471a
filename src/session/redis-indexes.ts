import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { compactId } from '../identity/compact-id.js';
import type { RedisClient } from '../redis/connection.js';
import { defineScript, runScript } from '../redis/script.js';
import type { ProviderSession } from './session-store.js';

/** Small sorted sets take a fraction of the memory that a key for each session would take. */
const BUCKETS = 4_096;

/** The time by which an index outlives its last session, so that it never expires early if clocks differ. */
export const SPARE_LIFETIME_MS = 60 * 60 * 1_000;

/** ARGV: the member, its end, the time now, the lifetime of the index. Gives the number of members. */
const INSERT = defineScript(`
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return redis.call('ZCARD', KEYS[1])`);

/** Lists sessions by user, and by each session or person that a sign-out may name. Ended sessions may stay in a list. */
export interface SessionIndexes {
  /** Adds a session until `endsAt`, milliseconds since the epoch. */
  add(handle: string, userId: string, origins: readonly ProviderSession[], endsAt: number): Promise<void>;
  /** The handles of the user's sessions, the latest first. */
  ofUser(userId: string): Promise<readonly string[]>;
  ofProvider(named: ProviderSession): Promise<readonly string[]>;
}

/** Sorted sets, scored by the latest end of each session. */
export function createSessionIndexes(redis: RedisClient, prefix: string, clock: Clock): SessionIndexes {
  return {
    async add(handle, userId, origins, endsAt) {
      await Promise.all([
        insert(userKey(userId), handle, endsAt),
        ...origins.map(digestOf).map((digest) => insert(bucketKey(digest), text(digest) + handle, endsAt)),
      ]);
    },
    async ofUser(userId) {
      return redis.zRange(userKey(userId), 0, -1, { REV: true });
    },
    async ofProvider(named) {
      const digest = digestOf(named);
      const members = await redis.zRange(bucketKey(digest), 0, -1);
      const own = text(digest);
      return members.filter((member) => member.startsWith(own)).map((member) => member.slice(own.length));
    },
  };

  async function insert(key: string, member: string, endsAt: number): Promise<void> {
    const now = clock.now();
    await insertUntil(redis, key, member, { endsAt, now, lifetime: endsAt - now + SPARE_LIFETIME_MS });
  }

  function userKey(userId: string): string {
    return `${prefix}sessions-of-user:${compactId(userId)}`;
  }

  function bucketKey(digest: Buffer): string {
    return `${prefix}sessions-of-provider:${digest.readUInt32BE() % BUCKETS}`;
  }
}

/** Adds a member to an index until its end, and gives the number of members. Times are in milliseconds. */
export async function insertUntil(
  redis: RedisClient,
  key: string,
  member: string,
  { endsAt, now, lifetime }: { readonly endsAt: number; readonly now: number; readonly lifetime: number },
): Promise<number> {
  return Number(await runScript(redis, INSERT, [key], [member, ...[endsAt, now, lifetime].map(String)]));
}

function digestOf(named: ProviderSession): Buffer {
  const name = 'sid' in named ? ` ${named.sid}` : `\n${named.subject}`;
  return createHash('sha256')
    .update(named.provider + name)
    .digest();
}

function text(digest: Buffer): string {
  return digest.toString('base64url', 0, 16);
}
