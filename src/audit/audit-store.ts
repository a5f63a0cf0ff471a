import type { Link } from './chain.js';
import { type AuditEvent, type Chain, isCommon } from './event.js';
import type { SignInCounts } from './sign-in-counts.js';
import type { SignedEnds } from './signature.js';

/** The events of one read: together at most some hundred kilobytes. */
export const CHUNK = 200;

/** An event as the store keeps it: its place, and its canonical JSON. */
export interface Entry {
  /** In the form `SEQUENCE-0`, which is the ID of an entry of a Redis stream. */
  readonly place: string;
  readonly text: string;
  /** The chain in which the store holds the event. The text may name another chain if somebody has changed the text. */
  readonly chain: Chain;
}

export interface Range {
  /** A place; the event at this place isn't read. The same holds for `before`. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly descending: boolean;
  readonly count: number;
  /** Reads only the events of this chain, or only those of this index (see `indexesOf`); not both. */
  readonly chain?: Chain | undefined;
  readonly index?: string | undefined;
}

export interface Ends {
  /** The last event of each chain; undefined if there is no event yet. */
  readonly head: SignedEnds | undefined;
  /** The last event of each chain that retention has cut off. */
  readonly cut: SignedEnds | undefined;
  /** The number of events in each chain. */
  readonly counts: Readonly<Record<Chain, number>>;
  /** The number of events that are stored and not yet in a chain. */
  readonly waiting: number;
}

/** The storage of the chains. Rejects with an EntranceError `store_unavailable` when the store can't be reached. */
export interface AuditStore {
  /** Stores events. A store may put them into their chains later. */
  append(texts: readonly string[]): Promise<void>;
  /** Puts the stored events that wait, of every instance, into their chains. */
  chainStored(): Promise<void>;
  read(range: Range): Promise<readonly Entry[]>;
  ends(): Promise<Ends>;
  /** The sign-ins of each day (`2026-03-01`), counted in the step that puts their events into the chains. */
  signInsOn(days: readonly string[]): Promise<readonly SignInCounts[]>;
  /** Replaces the head's signature after SESSION_SECRET was rotated, if `head` is still the present head. */
  signHead(head: SignedEnds, signed: SignedEnds): Promise<void>;
  /**
   * Removes the events of each chain up to `to`, if `from` is still the last cut. `events` are the removed events: the
   * indexes must lose them too.
   */
  cut(from: SignedEnds | undefined, to: SignedEnds, events: readonly AuditEvent[]): Promise<boolean>;
}

export function sequenceAt(place: string): number {
  return Number.parseInt(place, 10);
}

/** Sorts entries of several chains, the oldest first. */
export function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((one, other) => sequenceAt(one.place) - sequenceAt(other.place));
}

export function placeOf({ sequence }: Pick<Link, 'sequence'>): string {
  return `${sequence}-0`;
}

/**
 * The indexes that name an event: one for each person in the event, and one for a rare action or outcome. Common
 * actions need no index, since a search soon meets them.
 */
export function indexesOf({ event, user }: AuditEvent): readonly string[] {
  const people = [user?.id, user?.email, user?.target?.id, user?.target?.email]
    .filter((one) => one !== undefined)
    .map(personIndex);
  return [
    ...new Set([
      ...people,
      ...(isCommon(event.action) ? [] : [actionIndex(event.action)]),
      ...(event.outcome === 'failure' ? [FAILURES] : []),
    ]),
  ];
}

export const FAILURES = 'failures';

export function personIndex(idOrEmail: string): string {
  return `person:${idOrEmail.toLowerCase()}`;
}

export function actionIndex(action: string): string {
  return `action:${action}`;
}
