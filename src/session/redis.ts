import { RedisStore } from 'connect-redis';
import type { SessionData } from 'express-session';
import type { Clock } from '../clock.js';
import type { RedisClient } from '../redis/connection.js';
import { defineScript, runScript } from '../redis/script.js';
import type { TrackedReads, TrackingOptions } from '../redis/tracking.js';
import { createCachedRecords, type SessionRecords } from './cached-records.js';
import type { OneTimeMarks } from './one-time-marks.js';
import { readRecord, writeRecord } from './record-text.js';
import { type AllSessionsIndex, createAllSessionsIndex } from './redis-all-sessions.js';
import { createSessionIndexes, type SessionIndexes } from './redis-indexes.js';
import { endOf, remainingLifetime, type SessionRecord, type SessionTimeouts } from './session-record.js';
import {
  type AtOnceOrLater,
  callBackWith,
  handleOf,
  isBehind,
  type ListedSession,
  latestFirst,
  MOST_PASSED,
  type ProviderSession,
  placeOf,
  type SessionCount,
  type SessionPage,
  type SessionPlace,
  type SessionQuery,
  type SessionStore,
  type StoreCallback,
} from './session-store.js';

/** Sets the idle clock of a record that is still the one that was read, so that a destroyed session stays destroyed. */
const ADVANCE_IDLE_CLOCK = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1`);

export interface RedisSessionOptions {
  /** The client for commands that end sessions: such a command resolves after the required replicas have it. */
  readonly acknowledged?: RedisClient;
  /** Opens a connection for tracked reads of the same store; without it, each session is read from the store. */
  readonly track?: (onChange: TrackingOptions['onChange']) => TrackedReads;
}

/**
 * connect-redis with three differences. Keys are hashes of session IDs. A save creates only announced sessions, and
 * otherwise changes only existing ones. Sessions are indexed, so that ending a user's sessions touches only these
 * sessions.
 */
export class RedisSessionStore extends RedisStore implements SessionStore {
  readonly #redis: RedisClient;
  readonly #acknowledged: RedisClient;
  readonly #keyPrefix: string;
  readonly #indexes: SessionIndexes;
  readonly #all: AllSessionsIndex;
  readonly #announced = new WeakMap<object, readonly ProviderSession[]>();
  readonly #timeouts: SessionTimeouts;
  readonly #records: SessionRecords;

  constructor(
    redis: RedisClient,
    prefix: string,
    timeouts: SessionTimeouts,
    clock: Clock,
    { acknowledged = redis, track }: RedisSessionOptions = {},
  ) {
    super({ client: redis, prefix: `${prefix}session:`, serializer });
    this.#redis = redis;
    this.#acknowledged = acknowledged;
    this.#keyPrefix = `${prefix}session:`;
    this.#indexes = createSessionIndexes(redis, prefix, clock);
    this.#all = createAllSessionsIndex(redis, prefix, timeouts.absoluteTimeout, clock);
    this.#timeouts = timeouts;
    const read = (handle: string) => this.#find(handle);
    this.#records =
      track === undefined
        ? { read, forget() {}, close() {} }
        : createCachedRecords(this.#keyPrefix, read, track);
  }

  expectNew(session: Partial<SessionData>, ...origins: readonly ProviderSession[]): void {
    this.#announced.set(session, origins);
  }

  override async get(
    sessionId: string,
    callback?: (error: unknown, session?: SessionData | null) => void,
  ): Promise<void> {
    await super.get(handleOf(sessionId), (error: unknown, session?: SessionData | null) =>
      callback?.(error, session?.entrance === undefined ? null : session),
    );
  }

  override async set(sessionId: string, session: SessionData, callback?: StoreCallback): Promise<void> {
    callBackWith(this.#write(handleOf(sessionId), session), callback);
  }

  override async destroy(sessionId: string, callback?: StoreCallback): Promise<void> {
    callBackWith(
      this.#end([handleOf(sessionId)]).then(() => {}),
      callback,
    );
  }

  /** Does nothing, since the guard sets the idle clock, not express-session. */
  override async touch(_sessionId: string, _session: SessionData, callback?: StoreCallback): Promise<void> {
    callback?.(null);
  }

  read(handle: string): AtOnceOrLater<SessionRecord | undefined> {
    return this.#records.read(handle);
  }

  async advanceIdleClock(handle: string, record: SessionRecord, now: number): Promise<void> {
    const advanced = { ...record, lastSeenAt: now };
    const isAdvanced = await runScript(
      this.#redis,
      ADVANCE_IDLE_CLOCK,
      [this.#key(handle)],
      [writeRecord(record), writeRecord(advanced), String(remainingLifetime(advanced, this.#timeouts))],
    );
    if (isAdvanced === 1) await this.#all.put(handle, this.#timesOf(advanced));
  }

  async listOfUser(userId: string): Promise<readonly ListedSession[]> {
    return this.#findAll(await this.#indexes.ofUser(userId));
  }

  async list({ limit, after, isMeant = () => true }: SessionQuery): Promise<SessionPage> {
    const found: ListedSession[] = [];
    let passed = 0;
    let last: SessionPlace | null = null;
    for await (const handles of this.#all.walk(after?.createdAt)) {
      const listed = (await this.#findAll(handles))
        .filter((one) => after === undefined || isBehind(one, after))
        .sort(latestFirst);
      found.push(...listed.filter(({ record }) => isMeant(record)));
      passed += handles.length;
      const end = listed.at(-1);
      if (end !== undefined) last = placeOf(end);
      if (found.length > limit) break;
      if (passed >= MOST_PASSED && last !== null) return { sessions: found, next: last };
    }
    const sessions = found.slice(0, limit);
    const end = found.length > limit ? sessions.at(-1) : undefined;
    return { sessions, next: end === undefined ? null : placeOf(end) };
  }

  count(): Promise<number> {
    return this.#all.count();
  }

  estimateCount(): Promise<SessionCount> {
    return this.#all.estimateCount();
  }

  async revokeAll(except?: string): Promise<number> {
    let ended = 0;
    for await (const handles of this.#all.walk())
      ended += await this.#end(handles.filter((handle) => handle !== except));
    return ended;
  }

  async revoke(userId: string, handle: string): Promise<boolean> {
    if (!(await this.#indexes.ofUser(userId)).includes(handle)) return false;
    return (await this.#end([handle])) === 1;
  }

  async revokeOfUser(userId: string, except?: string): Promise<number> {
    const handles = await this.#indexes.ofUser(userId);
    return this.#end(handles.filter((handle) => handle !== except));
  }

  async revokeOfProvider(named: ProviderSession): Promise<number> {
    return this.#end(await this.#indexes.ofProvider(named));
  }

  /** Writes the index before the session, so that every existing session is in its indexes. */
  async #write(handle: string, session: SessionData): Promise<void> {
    const record = session.entrance;
    if (record === undefined) return;
    const announced = this.#announced.get(session);
    const isNew = announced !== undefined;
    this.#announced.delete(session);
    if (isNew) {
      await Promise.all([
        this.#indexes.add(handle, record.userId, announced, endOf(record, this.#timeouts)),
        this.#all.put(handle, this.#timesOf(record)),
      ]);
    }
    const reply = await this.#redis.set(this.#key(handle), writeRecord(record), {
      condition: isNew ? 'NX' : 'XX',
      expiration: { type: 'PX', value: remainingLifetime(record, this.#timeouts) },
    });
    if (!isNew && reply === 'OK') await this.#all.put(handle, this.#timesOf(record));
  }

  #timesOf(record: SessionRecord) {
    const { createdAt, lastSeenAt } = record;
    return { createdAt, expiresAt: lastSeenAt + remainingLifetime(record, this.#timeouts) };
  }

  async #findAll(handles: readonly string[]): Promise<readonly ListedSession[]> {
    const records = await Promise.all(handles.map((handle) => this.#find(handle)));
    return handles.flatMap((handle, at) => {
      const record = records[at];
      return record === undefined ? [] : [{ handle, record }];
    });
  }

  async #find(handle: string): Promise<SessionRecord | undefined> {
    const text = await this.#redis.get(this.#key(handle));
    return text === null ? undefined : readRecord(text);
  }

  /** Leaves the indexes of users and providers, which drop ended sessions: a session that is being created must stay there. */
  async #end(handles: readonly string[]): Promise<number> {
    const ended = await Promise.all(
      handles.map(async (handle) => {
        const text = await this.#acknowledged.getDel(this.#key(handle));
        this.#records.forget(handle);
        if (text !== null) await this.#leaveIndexOfAll(handle, text);
        return text !== null;
      }),
    );
    return ended.filter(Boolean).length;
  }

  /** The session has ended already, so a failure changes nothing: the entry falls out by itself later. */
  async #leaveIndexOfAll(handle: string, text: string): Promise<void> {
    const record = readRecord(text);
    if (record !== undefined) await this.#all.remove(handle, record.createdAt).catch(() => undefined);
  }

  /** Closes its own connection, and not the one that it was given. */
  close(): void {
    this.#records.close();
  }

  #key(handle: string): string {
    return this.#keyPrefix + handle;
  }
}

/** Stores only our record of express-session's session, since the cookie part is the same for all. */
const serializer = {
  stringify: ({ entrance }: SessionData) => (entrance === undefined ? '' : writeRecord(entrance)),
  parse: (text: string) => ({ cookie: { originalMaxAge: null }, entrance: readRecord(text) }),
};

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
