import type { Link } from './chain.js';
import type { AuditEvent } from './event.js';
import type { SignedLink } from './signature.js';

/** Events that are read at once: together at most some hundred kilobytes. */
export const CHUNK = 200;

/** An event as it is kept: where, and its canonical JSON. */
export interface Entry {
  /** `SEQUENCE-0`. */
  readonly place: string;
  readonly text: string;
}

export interface Range {
  /** Places, exclusive. */
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly descending: boolean;
  readonly count: number;
  /** Only what is in this index; see `indexesOf`. */
  readonly index?: string | undefined;
}

export interface Ends {
  /** The last event; undefined before the first. */
  readonly head: SignedLink | undefined;
  /** The last event that retention has cut off. */
  readonly cut: SignedLink | undefined;
  /** How many events are kept. */
  readonly count: number;
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
  signHead(head: SignedLink, signed: SignedLink): Promise<void>;
  /** Removes the events up to a link, if the last cut is still the one that `from` says. They are given for their indexes. */
  cut(from: SignedLink | undefined, to: SignedLink, events: readonly AuditEvent[]): Promise<boolean>;
}

export function placeOf({ sequence }: Pick<Link, 'sequence'>): string {
  return `${sequence}-0`;
}

/** In which indexes an event is found: by each person in it, and by what is rare. */
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

/** What happens all the time is soon found without an index. */
export function isCommon(action: string): boolean {
  return action === 'user-sign-in' || action === 'user-sign-out' || action === 'token-use';
}
