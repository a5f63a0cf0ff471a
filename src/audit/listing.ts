import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type AuditStore,
  actionIndex,
  CHUNK,
  type Entry,
  FAILURES,
  personIndex,
  placeOf,
} from './audit-store.js';
import { readEvent } from './chain.js';
import { type Action, type AuditEvent, type EventOutcome, isCommon } from './event.js';
import { findTime } from './time-search.js';

/**
 * The most events that one page may pass in its search, so that a page of rare events takes no more than about 100 ms.
 */
const MOST_PASSED = 10_000;

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

/**
 * A page of the events that match. It ends early if too many other events were passed, and names the place to go on.
 */
export async function listEvents(store: AuditStore, query: AuditQuery): Promise<AuditPage> {
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
export async function* walk(
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
