import type { Link } from './chain.js';
import { type AuditEvent, type Chain, isCommon } from './event.js';
import type { SignedEnds } from './signature.js';

/** Events that are read at once: together at most some hundred kilobytes. */
export const CHUNK = 200;

/** An event as it is kept: where, and its canonical JSON. */
export interface Entry {
  /** `SEQUENCE-0`. */
  readonly place: string;
  readonly text: string;
  /** The chain that the store holds it for; what the text says may differ, if somebody has changed it. */
  readonly chain: Chain;
}

export interface Range {
  /** Places, exclusive. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly descending: boolean;
  readonly count: number;
  /** Only what is in this chain, or in this index (see `indexesOf`); not both. */
  readonly chain?: Chain | undefined;
  readonly index?: string | undefined;
}

export interface Ends {
  /** The last event of each chain; undefined before the first. */
  readonly head: SignedEnds | undefined;
  /** The last event of each chain that retention has cut off. */
  readonly cut: SignedEnds | undefined;
  /** How many events of each chain are kept. */
  readonly counts: Readonly<Record<Chain, number>>;
  /** Events that are stored, and not yet in the chain. */
  readonly waiting: number;
}

/** Where the chain is kept. Rejects with an EntranceError `store_unavailable` when the store can't be reached. */
export interface AuditStore {
  /** Stores events; whether they are chained at once is the store's affair. */
  append(texts: readonly string[]): Promise<void>;
  /** Chains what is stored and not yet chained, whoever stored it. */
  settle(): Promise<void>;
  read(range: Range): Promise<readonly Entry[]>;
  ends(): Promise<Ends>;
  /** Signs the head anew, if it is still this one: after SESSION_SECRET was rotated. */
  signHead(head: SignedEnds, signed: SignedEnds): Promise<void>;
  /**
   * Removes the events of each chain up to where `to` says, if the last cut is still the one that `from` says. They are given for
   * their indexes.
   */
  cut(from: SignedEnds | undefined, to: SignedEnds, events: readonly AuditEvent[]): Promise<boolean>;
}

export function sequenceAt(place: string): number {
  return Number.parseInt(place, 10);
}

/** Entries of several chains, oldest first. */
export function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((one, other) => sequenceAt(one.place) - sequenceAt(other.place));
}

export function placeOf({ sequence }: Pick<Link, 'sequence'>): string {
  return `${sequence}-0`;
}

/** In which indexes an event is found: by each person in it, and by what is rare. What is common is soon found without. */
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
