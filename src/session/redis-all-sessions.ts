import type { Clock } from '../clock.js';
import type { RedisClient } from '../redis/connection.js';
import { insertUntil, SPARE_LIFETIME_MS } from './redis-indexes.js';
import type { SessionCount } from './session-store.js';

/**
 * The number of sessions after which a stretch of time ends and the next one begins. Redis keeps a sorted set of at most
 * 128 members in a third of the memory, and sign-ins at the same moment may exceed this number.
 */
const STRETCH_SIZE = 64;
/** A full stretch looks for the next one only at sizes that are a multiple of this, since looking takes a command. */
const CHECKED_EACH = 8;
/** A stretch starts this long after its decision: sessions stored by then belong to the stretch before. */
const START_DELAY_MS = 10;
/** The number of the latest stretches among which a session is looked for first. */
const LATEST_READ = 4;
/** The number of stretches whose sessions are read at once, and whose sessions are counted at once. */
const READ_AT_ONCE = 16;
const COUNTED_AT_ONCE = 500;
/** The number of stretches whose sessions are counted for an estimate: some 13,000 sessions. */
const SAMPLED = 200;
/** The start of the first stretch, which also takes sessions that began before this index existed. */
const FIRST_START = 0;

/** The times that the index needs of a session. Milliseconds since the epoch. */
export interface SessionTimes {
  readonly createdAt: number;
  /** The end of the record in the store, if nobody uses the session until then. */
  readonly expiresAt: number;
}

/**
 * An index of all sessions by the time of their sign-in. It is divided into stretches of time, each a small sorted set
 * of the sessions that began then, scored by the end of the session. One more sorted set holds the starts of all
 * stretches. An add is repeatable, and entries of sessions that have ended fall out by themselves.
 */
export interface AllSessionsIndex {
  /** Adds a session, or moves its end. */
  put(handle: string, times: SessionTimes): Promise<void>;
  remove(handle: string, createdAt: number): Promise<void>;
  count(): Promise<number>;
  /** This number, estimated from evenly spaced stretches if there are many. */
  estimateCount(): Promise<SessionCount>;
  /** Gives the handles in pieces, the latest stretches first, from that of `from` on (epoch milliseconds). */
  walk(from?: number): AsyncIterable<readonly string[]>;
}

export function createAllSessionsIndex(
  redis: RedisClient,
  prefix: string,
  absoluteTimeout: number,
  clock: Clock,
): AllSessionsIndex {
  const startsKey = `${prefix}sessions-begun`;
  let readingLatest: Promise<readonly number[]> | undefined;
  const keyOf = (start: number) => `${startsKey}:${start}`;

  return {
    async put(handle, { createdAt, expiresAt }) {
      const start = await startOf(createdAt);
      const size = await insertUntil(redis, keyOf(start), handle, {
        endsAt: expiresAt,
        now: clock.now(),
        lifetime: absoluteTimeout + SPARE_LIFETIME_MS,
      });
      if (size >= STRETCH_SIZE && size % CHECKED_EACH === 0)
        await beginStretchAfter(start, Math.max(createdAt, clock.now()));
    },
    async remove(handle, createdAt) {
      await redis.zRem(keyOf(await startOf(createdAt)), handle);
    },
    async count() {
      let total = 0;
      for await (const starts of startsFrom(Number.POSITIVE_INFINITY, COUNTED_AT_ONCE))
        total += await countIn(starts);
      return total;
    },
    async estimateCount() {
      const stretches = await redis.zCard(startsKey);
      if (stretches <= SAMPLED) return { count: await this.count(), isExact: true };
      const ranks = Array.from({ length: SAMPLED }, (_, index) => Math.floor((index * stretches) / SAMPLED));
      const starts = await Promise.all(ranks.map((rank) => redis.zRange(startsKey, rank, rank)));
      const counted = await countIn(starts.flat().map(Number));
      return { count: Math.round((counted / SAMPLED) * stretches), isExact: false };
    },
    async *walk(from = Number.POSITIVE_INFINITY) {
      for await (const starts of startsFrom(from, READ_AT_ONCE)) {
        const now = clock.now();
        const found = await Promise.all(
          starts.map((start) => redis.zRange(keyOf(start), `(${now}`, '+inf', { BY: 'SCORE' })),
        );
        for (const handles of found) if (handles.length > 0) yield handles;
      }
    },
  };

  async function countIn(starts: readonly number[]): Promise<number> {
    const now = clock.now();
    const counts = await Promise.all(starts.map((start) => redis.zCount(keyOf(start), `(${now}`, '+inf')));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async function startOf(time: number): Promise<number> {
    const latest = await latestStarts();
    const among = latest.find((start) => start <= time);
    if (among !== undefined || latest.length < LATEST_READ) return among ?? FIRST_START;
    const [start] = await startsUpTo(`${time}`, 1);
    return start ?? FIRST_START;
  }

  /** Shares one reading between sessions at the same moment, which are mostly in the latest stretches. */
  function latestStarts(): Promise<readonly number[]> {
    readingLatest ??= startsUpTo('+inf', LATEST_READ).finally(() => {
      readingLatest = undefined;
    });
    return readingLatest;
  }

  /** Begins a stretch, unless one later than `full` has begun. Forgets stretches whose sessions have all passed their end. */
  async function beginStretchAfter(full: number, time: number): Promise<void> {
    const [latest = FIRST_START] = await startsUpTo('+inf', 1);
    if (latest > full) return;
    const start = time + START_DELAY_MS;
    await redis.zAdd(startsKey, { score: start, value: `${start}` });
    const [over] = await startsUpTo(`${clock.now() - absoluteTimeout - SPARE_LIFETIME_MS}`, 1);
    if (over !== undefined) await redis.zRemRangeByScore(startsKey, '-inf', `(${over}`);
  }

  async function* startsFrom(from: number, atOnce: number): AsyncGenerator<readonly number[]> {
    let bound = from === Number.POSITIVE_INFINITY ? '+inf' : `${from}`;
    for (;;) {
      const starts = await startsUpTo(bound, atOnce);
      const last = starts.at(-1);
      if (last === undefined || starts.length < atOnce) {
        yield [...starts, FIRST_START];
        return;
      }
      yield starts;
      bound = `(${last}`;
    }
  }

  async function startsUpTo(bound: string, count: number): Promise<readonly number[]> {
    const starts = await redis.zRange(startsKey, bound, '-inf', {
      BY: 'SCORE',
      REV: true,
      LIMIT: { offset: 0, count },
    });
    return starts.map(Number);
  }
}
