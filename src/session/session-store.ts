import { hash } from 'node:crypto';
import type { SessionData, Store } from 'express-session';
import type { ProviderId } from '../identity/user.js';
import type { SessionRecord } from './session-record.js';

declare module 'express-session' {
  interface SessionData {
    entrance?: SessionRecord | undefined;
  }
}

/** A turn of promises for every request would be a good part of a guard's cost. */
export type AtOnceOrLater<T> = T | Promise<T>;

/** One of the provider's own sessions (`sid`), or all sessions of a person (`sub`). */
export type ProviderSession =
  | { readonly provider: ProviderId; readonly sid: string }
  | { readonly provider: ProviderId; readonly subject: string };

/** A session as an administrator sees it. */
export interface ListedSession {
  /** The hash under which the session is stored. It identifies the session, but nobody can sign in with it. */
  readonly handle: string;
  readonly record: SessionRecord;
}

/** A condition that a session of a list has to meet. */
export type IsMeant = (record: SessionRecord) => boolean;

/** The place of a session in the list of all sessions. */
export interface SessionPlace {
  readonly createdAt: number;
  readonly handle: string;
}

export interface SessionQuery {
  /** 1–200. */
  readonly limit: number;
  /** The page begins behind this place. */
  readonly after?: SessionPlace | undefined;
  readonly isMeant?: IsMeant | undefined;
}

/** The most sessions that one page passes in its search, so that a page of rare sessions takes no more than some 50 ms. */
export const MOST_PASSED = 5_000;

export interface SessionPage {
  /** The latest sign-in first. */
  readonly sessions: readonly ListedSession[];
  /** The place to continue `after`; null at the end. A short or even empty page may have further sessions behind it. */
  readonly next: SessionPlace | null;
}

export interface SessionCount {
  readonly count: number;
  /** Otherwise the number is an estimate. */
  readonly isExact: boolean;
}

/** Orders a list of sessions, the latest sign-in first. */
export function latestFirst(one: ListedSession, other: ListedSession): number {
  return other.record.createdAt - one.record.createdAt || (one.handle < other.handle ? -1 : 1);
}

/** Whether a session comes after a place in that order. */
export function isBehind({ handle, record }: ListedSession, place: SessionPlace): boolean {
  if (record.createdAt !== place.createdAt) return record.createdAt < place.createdAt;
  return handle > place.handle;
}

export function placeOf({ handle, record }: ListedSession): SessionPlace {
  return { handle, createdAt: record.createdAt };
}

/**
 * The storage of sessions. express-session creates and destroys sessions through its `Store` interface; a guard only
 * reads them. A session that was destroyed stays destroyed even if a request saves it afterwards: `set` changes only
 * existing sessions, and creates only those that `expectNew` announced. Rejects with an EntranceError
 * `store_unavailable` when the store can't be reached.
 */
export interface SessionStore extends Store {
  /** The next `set` creates this session. The provider's sign-out may use the names in `origins` for it. */
  expectNew(session: Partial<SessionData>, ...origins: readonly ProviderSession[]): void;
  /** The record of a session, at once if it is in memory. Writes nothing. */
  read(handle: string): AtOnceOrLater<SessionRecord | undefined>;
  /** Sets the idle clock, but only if the session still has the record that was read. */
  advanceIdleClock(handle: string, record: SessionRecord, now: number): Promise<void>;
  /** A user's sessions, the latest first. */
  listOfUser(userId: string): Promise<readonly ListedSession[]>;
  list(query: SessionQuery): Promise<SessionPage>;
  count(): Promise<number>;
  /** This number for a page. Its cost doesn't grow with the store. */
  estimateCount(): Promise<SessionCount>;
  /** Ends the sessions of everybody, except for `except` if given, and gives their number. */
  revokeAll(except?: string): Promise<number>;
  /** Ends one session of a user on every instance at once; false if the user has no such session. */
  revoke(userId: string, handle: string): Promise<boolean>;
  /** Ends all sessions of a user, except for `except` if given, and gives their number. */
  revokeOfUser(userId: string, except?: string): Promise<number>;
  /** Ends all sessions that a provider's sign-out names, and gives their number. */
  revokeOfProvider(session: ProviderSession): Promise<number>;
}

/** The characters of a SHA-256 in base64url that a handle keeps: 132 bits, for which nobody can find a session ID. */
const HANDLE_LENGTH = 22;

/** The hash under which a session is stored, so that nobody can sign in with a copy of the store. */
export function handleOf(sessionId: string): string {
  return hash('sha256', sessionId, 'base64url').slice(0, HANDLE_LENGTH);
}

export type StoreCallback<T = void> = (error: unknown, value?: T) => void;

/** Passes the result of a promise to a callback, as express-session expects from its store. */
export function callBackWith<T>(work: Promise<T>, callback: StoreCallback<T> | undefined): void {
  work.then(
    (value) => callback?.(null, value),
    (error) => callback?.(error),
  );
}
