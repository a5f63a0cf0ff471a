import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { AuditConfig } from '../config/config.js';
import { isStoreFailure } from '../redis/connection.js';
import {
  type AuditStore,
  actionIndex,
  CHUNK,
  type Entry,
  FAILURES,
  personIndex,
  placeOf,
} from './audit-store.js';
import { canonicalJson } from './canonical-json.js';
import { readEvent } from './chain.js';
import {
  type Action,
  type AuditEvent,
  type AuditSink,
  type EventOutcome,
  type Happening,
  isCommon,
  type LoneEvent,
  stampEvent,
} from './event.js';
import { createRefusalShare, type Refusal } from './refusal-share.js';
import { keepRetention } from './retention.js';
import { lastDays, type SignInCounts } from './sign-in-counts.js';
import type { Signer } from './signature.js';
import { createSinkQueue } from './sink.js';
import { findTime } from './time-search.js';
import { type Verification, verifyChain } from './verify.js';

/**
 * The most events that one page may pass in its search, so that a page of rare events takes no more than about 100 ms.
 */
const MOST_PASSED = 10_000;
/** The interval at which events that another instance left unchained are chained, and old events are cut off. */
const UPKEEP_INTERVAL_MS = 60_000;
/** Events are collected this long, then chained together. A reader doesn't wait for the pause. */
const CHAINING_PAUSE_MS = 100;

export interface AuditFilter {
  readonly action?: Action | undefined;
  readonly outcome?: EventOutcome | undefined;
  /** The ID or the email of a person who acted, or who was acted on. */
  readonly user?: string | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number | undefined;
}

export interface AuditQuery extends AuditFilter {
  /** 1–200. */
  readonly limit: number;
  /** Continues from the event with this number; the page doesn't hold that event. */
  readonly cursor?: { readonly direction: 'older' | 'newer'; readonly sequence: number } | undefined;
}

export interface AuditPage {
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  /**
   * The number to continue from with `older`; null at the end. A short or even empty page may have further events
   * behind it.
   */
  readonly older: number | null;
  /** The number to continue from with `newer`; null on the first page. */
  readonly newer: number | null;
}

/** The sign-ins of one day, `2026-03-01`. */
export interface DaySignIns {
  readonly day: string;
  /** The number for each outcome: `success`, or the reason of a refusal. */
  readonly counts: SignInCounts;
}

/**
 * The audit log: chains of events, each with the hash of the one before. Rejects with an EntranceError
 * `store_unavailable` when the store can't be reached.
 */
export interface Audit {
  /**
   * Stores an event. The caller acts only after this resolves, and doesn't act if this rejects. The writes of the
   * directory and of the tokens store their events themselves, in the same step.
   */
  record(happening: Happening): Promise<void>;
  /** Whether a refusal is recorded: see `RefusalShare`. Each call counts the refusal. */
  admitsRefusal(refusal: Refusal): boolean;
  list(query: AuditQuery): Promise<AuditPage>;
  /**
   * The sign-ins of the last days in UTC, up to today, by outcome. They are counted as their events are chained, so that
   * this reads no event, and retention doesn't change it.
   */
  countSignIns(days: number): Promise<readonly DaySignIns[]>;
  /** All events that match, in pieces that the reader fetches one by one. */
  export(filter: AuditFilter, order: 'newest first' | 'oldest first'): AsyncIterable<readonly AuditEvent[]>;
  /**
   * Checks all chains. If `noted`, a head that the operator noted down earlier, is given, the log has to contain that
   * head.
   */
  verify(noted?: { readonly sequence: number; readonly hash: string }): Promise<Verification>;
  /**
   * Chains the events that another instance left unchained, signs with the current secret, and cuts off events that are
   * too old or too many.
   */
  upkeep(): Promise<void>;
  /** Stops the timer of the upkeep and chains the events that wait. */
  close(): Promise<void>;
}

export interface AuditOptions {
  readonly signer: Signer;
  readonly retention: AuditConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sink?: AuditSink | undefined;
}

/** The behaviour that both audit logs share. The caller passes events to `stored` if another store has written them. */
export function createAudit(
  store: AuditStore,
  { signer, retention, clock, log, sink }: AuditOptions,
): Audit & { stored(events: readonly LoneEvent[]): void } {
  const upkeepByTheClock = () =>
    void upkeep().catch(logUnlessStoreFailure('the upkeep of the audit log failed'));
  const timer = setInterval(upkeepByTheClock, UPKEEP_INTERVAL_MS).unref();
  const sinkQueue = sink && createSinkQueue(sink, log);
  const refusals = createRefusalShare(clock, retention.maxEvents);
  let chaining: NodeJS.Timeout | undefined;

  return {
    stored,
    admitsRefusal: refusals.admits,
    async record(happening) {
      const event = stampEvent(happening, clock.now());
      await store.append([canonicalJson(event)]);
      stored([event]);
    },
    async list(query) {
      await chainNow();
      return listEvents(store, query);
    },
    async countSignIns(count) {
      await chainNow();
      const days = lastDays(clock.now(), count);
      const counts = await store.signInsOn(days);
      return days.map((day, index) => ({ day, counts: counts[index] ?? new Map() }));
    },
    async *export(filter, order) {
      await chainNow();
      for await (const { events } of walk(store, filter, order === 'newest first')) yield events;
    },
    async verify(noted) {
      await chainNow();
      return verifyChain(store, signer, noted);
    },
    upkeep,
    async close() {
      clearInterval(timer);
      await chainNow();
      await sinkQueue?.drain();
    },
  };

  function stored(events: readonly LoneEvent[]): void {
    for (const event of events) log.info(event, 'audit');
    sinkQueue?.put(events);
    chaining ??= setTimeout(chainNow, CHAINING_PAUSE_MS).unref();
  }

  /** A failure isn't passed on: events that can't be chained stay stored, and the others can be read all the same. */
  function chainNow(): Promise<void> {
    clearTimeout(chaining);
    chaining = undefined;
    return store
      .chainStored()
      .catch(logUnlessStoreFailure('audit events are stored, but could not be chained yet'));
  }

  async function upkeep(): Promise<void> {
    await chainNow();
    await keepRetention(store, signer, retention, clock, log);
  }

  /** A store that can't be reached is logged by the connection, not here. */
  function logUnlessStoreFailure(what: string): (error: unknown) => void {
    return (error) => {
      if (!isStoreFailure(error)) log.error({ err: error }, what);
    };
  }
}

async function listEvents(store: AuditStore, query: AuditQuery): Promise<AuditPage> {
  const { cursor, limit } = query;
  const newestFirst = cursor?.direction !== 'newer';
  const found: AuditEvent[] = [];
  let passed = 0;
  let last: number | undefined;
  const start = cursor && placeOf(cursor);
  // If the store gives nothing but matching events, there is no need to read a whole chunk for a short page.
  const size = isExact(query) ? Math.min(CHUNK, limit + 1) : CHUNK;
  for await (const { events, length, end } of walk(store, query, newestFirst, start, size)) {
    found.push(...events);
    passed += length;
    last = end;
    if (found.length > limit || passed >= MOST_PASSED) break;
    last = undefined;
  }
  const page = found.slice(0, limit);
  const further = found.length > limit ? (page.at(-1)?.event.sequence ?? null) : (last ?? null);
  const events = newestFirst ? page : page.toReversed();
  const cameFrom = cursor?.sequence ?? null;
  return newestFirst
    ? {
        events,
        older: further,
        newer: cursor === undefined ? null : (events.at(0)?.event.sequence ?? cameFrom),
      }
    : { events, older: events.at(-1)?.event.sequence ?? cameFrom, newer: further };
}

interface Piece {
  readonly events: readonly AuditEvent[];
  /** The number of events that were passed to find these. */
  readonly length: number;
  readonly end: number;
}

/**
 * Reads the events that may match, from an index if a selective one exists, and only from the places of the time. Each
 * chunk has a turn of the event loop to itself, since a store in memory never waits.
 */
async function* walk(
  store: AuditStore,
  filter: AuditFilter,
  descending: boolean,
  start?: string,
  size = CHUNK,
): AsyncGenerator<Piece> {
  const index = indexFor(filter);
  const bounds = await findTime(store, filter);
  let after = descending ? bounds.after : choosePlace(start, bounds.after, Math.max);
  let before = descending ? choosePlace(start, bounds.before, Math.min) : bounds.before;
  for (;;) {
    await nextTurn();
    const entries = await store.read({ after, before, descending, count: size, index });
    const last = entries.at(-1);
    if (last === undefined) return;
    yield { events: matching(entries, filter), length: entries.length, end: Number.parseInt(last.place, 10) };
    if (entries.length < size) return;
    if (descending) before = last.place;
    else after = last.place;
  }
}

function choosePlace(
  one: string | undefined,
  other: string | undefined,
  choose: (...sequences: number[]) => number,
): string | undefined {
  const sequences = [one, other]
    .filter((place) => place !== undefined)
    .map((place) => Number.parseInt(place, 10));
  return sequences.length === 0 ? undefined : placeOf({ sequence: choose(...sequences) });
}

function indexFor({ user, action, outcome }: AuditFilter): string | undefined {
  if (user !== undefined) return personIndex(user);
  if (action !== undefined && !isCommon(action)) return actionIndex(action);
  return outcome === 'failure' ? FAILURES : undefined;
}

/** Whether an index, or the whole log, holds the events of this filter and no others. */
function isExact({ action, outcome, user, from, to }: AuditFilter): boolean {
  const hasNoOther = action === undefined && user === undefined && from === undefined && to === undefined;
  return hasNoOther && outcome !== 'success';
}

function matching(entries: readonly Entry[], filter: AuditFilter): readonly AuditEvent[] {
  return entries
    .map(({ text }) => readEvent(text))
    .filter((event) => event !== undefined)
    .filter((event) => matches(event, filter));
}

function matches(event: AuditEvent, { action, outcome, user, from, to }: AuditFilter): boolean {
  const time = Date.parse(event['@timestamp']);
  return (
    (action === undefined || event.event.action === action) &&
    (outcome === undefined || event.event.outcome === outcome) &&
    (user === undefined || isAbout(event, user.toLowerCase())) &&
    (from === undefined || time >= from) &&
    (to === undefined || time < to)
  );
}

function isAbout({ user }: AuditEvent, idOrEmail: string): boolean {
  return [user?.id, user?.email, user?.target?.id, user?.target?.email].some(
    (one) => one?.toLowerCase() === idOrEmail,
  );
}
