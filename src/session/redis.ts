import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import type { Clock } from '../clock.js';
import type { RedisClient } from '../redis/connection.js';
import { defineScript, runScript } from '../redis/script.js';
import type { OneTimeMarks } from './one-time-marks.js';
import { remainingLifetime, type SessionRecord, type SessionTimeouts } from './session-record.js';
import { hashSessionId, type SessionStore, type StoreCallback, settle } from './session-store.js';

/** Sets the idle clock only where the record is still the one that was read: a destroyed session stays destroyed. */
const ADVANCE_IDLE_CLOCK = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`);

/**
 * connect-redis with three differences: keys are hashes of session IDs; a save creates only what was announced and
 * otherwise changes only what exists; and each user's sessions are indexed, so that ending them costs what they are.
 */
export class RedisSessionStore extends RedisStore implements SessionStore {
  readonly #redis: RedisClient;
  /** For what ends sessions. */
  readonly #acknowledged: RedisClient;
  readonly #keyPrefix: string;
  readonly #announced = new WeakSet<object>();
  readonly #timeouts: SessionTimeouts;
  readonly #clock: Clock;

  constructor(
    redis: RedisClient,
    prefix: string,
    timeouts: SessionTimeouts,
    clock: Clock,
    acknowledged: RedisClient = redis,
  ) {
    super({ client: redis, prefix: `${prefix}session:` });
    this.#redis = redis;
    this.#acknowledged = acknowledged;
    this.#keyPrefix = prefix;
    this.#timeouts = timeouts;
    this.#clock = clock;
  }

  expectNew(session: Partial<SessionData>): void {
    this.#announced.add(session);
  }

  override async get(
    sessionId: string,
    callback?: (error: unknown, session?: SessionData | null) => void,
  ): Promise<void> {
    await super.get(hashSessionId(sessionId), callback);
  }

  override async set(sessionId: string, session: SessionData, callback?: StoreCallback): Promise<void> {
    settle(this.#write(hashSessionId(sessionId), session), callback);
  }

  override async destroy(sessionId: string, callback?: StoreCallback): Promise<void> {
    const ended = this.#end(hashSessionId(sessionId));
    settle(
      ended.then(() => undefined),
      callback,
    );
  }

  /** Sessions don't live by requests of express-session: the guard sets the idle clock. */
  override async touch(_sessionId: string, _session: SessionData, callback?: StoreCallback): Promise<void> {
    callback?.(null);
  }

  async read(sessionId: string): Promise<SessionRecord | undefined> {
    const stored = await this.#redis.get(this.#sessionKey(hashSessionId(sessionId)));
    return stored === null ? undefined : recordIn(stored);
  }

  async advanceIdleClock(sessionId: string, record: SessionRecord, now: number): Promise<void> {
    const hash = hashSessionId(sessionId);
    const stored = await this.#redis.get(this.#sessionKey(hash));
    if (stored === null) return;
    const session: SessionData = JSON.parse(stored);
    const advanced = { ...record, lastSeenAt: now };
    const lifetime = remainingLifetime(advanced, this.#timeouts);
    await this.#index(record.userId, hash, now + lifetime);
    const written = JSON.stringify({ ...session, entrance: advanced });
    await runScript(
      this.#redis,
      ADVANCE_IDLE_CLOCK,
      [this.#sessionKey(hash)],
      [stored, written, String(lifetime)],
    );
  }

  async countOfUser(userId: string): Promise<number> {
    const hashes = await this.#hashesOfUser(userId);
    const present = await Promise.all(hashes.map((hash) => this.#redis.exists(this.#sessionKey(hash))));
    return present.filter((count) => count === 1).length;
  }

  async revokeOfUser(userId: string): Promise<number> {
    const hashes = await this.#hashesOfUser(userId);
    const ended = await Promise.all(hashes.map((hash) => this.#end(hash)));
    if (hashes.length > 0) await this.#redis.zRem(this.#userKey(userId), hashes);
    return ended.filter(Boolean).length;
  }

  /** Indexed before it exists: a session that is there is always in its user's index. */
  async #write(hash: string, session: SessionData): Promise<void> {
    const record = session.entrance;
    if (record === undefined) return;
    const isNew = this.#announced.delete(session);
    const lifetime = remainingLifetime(record, this.#timeouts);
    if (isNew) await this.#index(record.userId, hash, record.lastSeenAt + lifetime);
    await this.#redis.set(this.#sessionKey(hash), JSON.stringify(session), {
      condition: isNew ? 'NX' : 'XX',
      expiration: { type: 'PX', value: lifetime },
    });
  }

  /** Whether it was there. */
  async #end(hash: string): Promise<boolean> {
    return (await this.#acknowledged.del(this.#sessionKey(hash))) === 1;
  }

  async #index(userId: string, hash: string, expiresAt: number): Promise<void> {
    const key = this.#userKey(userId);
    await this.#redis
      .multi()
      .zAdd(key, { score: expiresAt, value: hash })
      .zRemRangeByScore(key, '-inf', this.#clock.now())
      .pExpire(key, this.#timeouts.absoluteTimeout + this.#timeouts.idleTimeout)
      .exec();
  }

  #hashesOfUser(userId: string): Promise<string[]> {
    return this.#redis.zRange(this.#userKey(userId), 0, -1);
  }

  #sessionKey(hash: string): string {
    return `${this.#keyPrefix}session:${hash}`;
  }

  #userKey(userId: string): string {
    return `${this.#keyPrefix}sessions-of-user:${userId}`;
  }
}

export function createRedisMarks(redis: RedisClient, prefix: string): OneTimeMarks {
  return {
    async claim(key, lifetime) {
      const reply = await redis.set(`${prefix}once:${key}`, '1', {
        condition: 'NX',
        expiration: { type: 'PX', value: Math.max(1, Math.ceil(lifetime)) },
      });
      return reply === 'OK';
    },
  };
}

function recordIn(stored: string): SessionRecord | undefined {
  const session: SessionData = JSON.parse(stored);
  return session.entrance;
}
