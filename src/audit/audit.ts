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
import { canonicalJson, readEvent } from './chain.js';
import {
  type Action,
  type AuditEvent,
  type EventOutcome,
  type Happening,
  isCommon,
  type LoneEvent,
  stampEvent,
} from './event.js';
import { createRefusalShare, type Refusal } from './refusal-share.js';
import { keepRetention } from './retention.js';
import type { Signer } from './signature.js';
import { findTime } from './time-search.js';
import { type Verification, verifyChain } from './verify.js';

/** Events that one page may pass on its search, so that a page of rare ones takes no more than about 100 ms. */
const MOST_PASSED = 10_000;
/** How often what was left behind is chained and what is too old is cut off, milliseconds. */
const UPKEEP_INTERVAL = 60_000;
/** Events of this long are chained together, milliseconds; who reads doesn't wait for it. */
const CHAINING_PAUSE = 100;

export interface AuditFilter {
  readonly action?: Action | undefined;
  readonly outcome?: EventOutcome | undefined;
  /** ID or email of who did it or whom it was done to. */
  readonly user?: string | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined;
  /** Milliseconds since the epoch, exclusive. */
  readonly to?: number | undefined;
}

export interface AuditQuery extends AuditFilter {
  /** 1–200. */
  readonly limit: number;
  /** Continue from an event's number, without it. */
  readonly cursor?: { readonly direction: 'older' | 'newer'; readonly sequence: number } | undefined;
}

export interface AuditPage {
  /** Newest first. */
  readonly events: readonly AuditEvent[];
  /** Where to continue with `older`; null at the end. A page may be short, even empty, and still have more behind it. */
  readonly older: number | null;
  /** Where to continue with `newer`; null on the first page. */
  readonly newer: number | null;
}

/**
 * The audit log: chains of events, each with the hash of the one before. Rejects with an EntranceError
 * `store_unavailable` when the store can't be reached.
 */
export interface Audit {
  /**
   * Stores an event; what it tells of must not happen before this resolves, nor when it rejects. What the directory and the
   * tokens write takes its events along instead.
   */
  record(happening: Happening): Promise<void>;
  /** Whether a refusal is to be recorded: see `RefusalShare`. Asking counts. */
  admitsRefusal(refusal: Refusal): boolean;
  list(query: AuditQuery): Promise<AuditPage>;
  /** All events that match, piece by piece as the reader takes them. */
  export(filter: AuditFilter, order: 'newest first' | 'oldest first'): AsyncIterable<readonly AuditEvent[]>;
  /** Goes through the whole chain. With a head that was noted down earlier, that one has to be in it. */
  verify(noted?: { readonly sequence: number; readonly hash: string }): Promise<Verification>;
  /** Chains what another instance left behind, signs with the current secret and cuts off what is too old or too much. */
  upkeep(): Promise<void>;
  /** Ends the upkeep by the clock, after what is under way. */
  close(): Promise<void>;
}

export interface AuditOptions {
  readonly signer: Signer;
  readonly retention: AuditConfig;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What both audit logs do on top of their stores. `stored` is to be called for events that were stored by another way. */
export function createAudit(
  store: AuditStore,
  { signer, retention, clock, log }: AuditOptions,
): Audit & { stored(events: readonly LoneEvent[]): void } {
  const upkeepByTheClock = () => void upkeep().catch(telling('the upkeep of the audit log failed'));
  const timer = setInterval(upkeepByTheClock, UPKEEP_INTERVAL).unref();
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
      await settle();
      return listEvents(store, query);
    },
    async *export(filter, order) {
      await settle();
      for await (const { events } of walk(store, filter, order === 'newest first')) yield events;
    },
    async verify(noted) {
      await settle();
      return verifyChain(store, signer, noted);
    },
    upkeep,
    async close() {
      clearInterval(timer);
      await settle();
    },
  };

  /** Copies the events to the log, and has them chained in the background. */
  function stored(events: readonly LoneEvent[]): void {
    for (const event of events) log.info(event, 'audit');
    chaining ??= setTimeout(settle, CHAINING_PAUSE).unref();
  }

  /** What can't be chained stays stored: the rest can be read all the same. */
  function settle(): Promise<void> {
    clearTimeout(chaining);
    chaining = undefined;
    return store.settle().catch(telling('audit events are stored, but could not be chained yet'));
  }

  async function upkeep(): Promise<void> {
    await settle();
    await keepRetention(store, signer, retention, clock, log);
  }

  /** That the store is away is said where it is noticed. */
  function telling(what: string): (error: unknown) => void {
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
  for await (const { events, length, end } of walk(store, query, newestFirst, cursor && placeOf(cursor))) {
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
  /** How many events were passed to find these, and the number of the last one. */
  readonly length: number;
  readonly end: number;
}

/**
 * Goes through what can match, by an index where one is selective and within the places where the time can be. Each chunk has a turn
 * of the event loop: a store in memory makes nobody wait by itself.
 */
async function* walk(
  store: AuditStore,
  filter: AuditFilter,
  descending: boolean,
  start?: string,
): AsyncGenerator<Piece> {
  const index = indexFor(filter);
  const bounds = await findTime(store, filter);
  let after = descending ? bounds.after : furtherOn(start, bounds.after, Math.max);
  let before = descending ? furtherOn(start, bounds.before, Math.min) : bounds.before;
  for (;;) {
    await nextTurn();
    const entries = await store.read({ after, before, descending, count: CHUNK, index });
    const last = entries.at(-1);
    if (last === undefined) return;
    yield { events: matching(entries, filter), length: entries.length, end: Number.parseInt(last.place, 10) };
    if (entries.length < CHUNK) return;
    if (descending) before = last.place;
    else after = last.place;
  }
}

function furtherOn(
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
