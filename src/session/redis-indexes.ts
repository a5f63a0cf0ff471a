import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import { compactId } from '../identity/compact-id.js';
import type { RedisClient } from '../redis/connection.js';
import { defineScript, runScript } from '../redis/script.js';
import type { ProviderSession } from './session-store.js';

/** Sessions of providers are spread over this many small sorted sets, which Redis keeps in a fraction of the memory of a key each. */
const BUCKETS = 4_096;

/** An index outlives its last session by this, milliseconds, so that no difference of clocks lets it go first. */
const SPARE = 60 * 60 * 1_000;

/** ARGV: the member, when it ends, the time now, how long the index lives on. Drops what has ended. */
const INSERT = defineScript(`
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])`);

/** Which sessions there are of a user, and of what a provider's sign-out names. May name some that have ended. */
export interface SessionIndexes {
  /** Until `endsAt`, milliseconds since the epoch. */
  add(handle: string, userId: string, origins: readonly ProviderSession[], endsAt: number): Promise<void>;
  /** The latest first. */
  ofUser(userId: string): Promise<readonly string[]>;
  ofProvider(named: ProviderSession): Promise<readonly string[]>;
}

/** Sorted sets by the time at which a session ends at the latest. Each add drops what has ended. */
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
    await runScript(redis, INSERT, [key], [member, ...[endsAt, now, endsAt - now + SPARE].map(String)]);
  }

  function userKey(userId: string): string {
    return `${prefix}sessions-of-user:${compactId(userId)}`;
  }

  function bucketKey(digest: Buffer): string {
    return `${prefix}sessions-of-provider:${digest.readUInt32BE() % BUCKETS}`;
  }
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
