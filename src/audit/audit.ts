import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { AuditConfig } from '../config/config.js';
import { isStoreFailure } from '../redis/connection.js';
import type { AuditStore } from './audit-store.js';
import { canonicalJson } from './canonical-json.js';
import { type AuditEvent, type AuditSink, type Happening, type LoneEvent, stampEvent } from './event.js';
import { type AuditFilter, type AuditPage, type AuditQuery, listEvents, walk } from './listing.js';
import { createRefusalShare, type Refusal } from './refusal-share.js';
import { keepRetention } from './retention.js';
import { lastDays, type SignInCounts } from './sign-in-counts.js';
import type { Signer } from './signature.js';
import { createSinkQueue } from './sink.js';
import { type Verification, verifyChain } from './verify.js';

/** The interval at which events that another instance left unchained are chained, and old events are cut off. */
const UPKEEP_INTERVAL_MS = 60_000;
/** Events are collected this long, then chained together. A reader doesn't wait for the pause. */
const CHAINING_PAUSE_MS = 100;

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
