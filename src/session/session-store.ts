import { hash } from 'node:crypto';
import type { SessionData, Store } from 'express-session';
import type { ProviderId } from '../identity/user.js';
import type { SessionRecord } from './session-record.js';

declare module 'express-session' {
  interface SessionData {
    entrance?: SessionRecord | undefined;
  }
}

/**
 * A value that is there at once needs no promise: a turn of promises for every request would be a good part of a
 * guard's cost.
 */
export type AtOnceOrLater<T> = T | Promise<T>;

/**
 * The sessions that a provider's sign-out names: one of the provider's own sessions (`sid`), or all sessions of a
 * person (`sub`).
 */
export type ProviderSession =
  | { readonly provider: ProviderId; readonly sid: string }
  | { readonly provider: ProviderId; readonly subject: string };

/** A session as an administrator sees it. */
export interface ListedSession {
  /** The hash under which the session is stored. It identifies the session, but nobody can sign in with it. */
  readonly handle: string;
  readonly record: SessionRecord;
}

export interface SignedIn {
  readonly count: number;
  /** The sessions that were used last, the latest first. */
  readonly latest: readonly ListedSession[];
}

/**
 * The storage of sessions. express-session creates and destroys sessions through its `Store` interface; a guard only
 * reads them. A session that was destroyed stays destroyed even if a request saves it afterwards: `set` changes only
 * existing sessions, and creates only those that `expectNew` announced. Rejects with an EntranceError
 * `store_unavailable` when the store can't be reached.
 */
export interface SessionStore extends Store {
  /**
   * Announces that the next `set` creates this session. `origins` are the names that the provider's sign-out may use
   * for it.
   */
  expectNew(session: Partial<SessionData>, ...origins: readonly ProviderSession[]): void;
  /** The record of a session, at once if it is in memory. Writes nothing. */
  read(handle: string): AtOnceOrLater<SessionRecord | undefined>;
  /** Sets the idle clock, but only if the session still has the record that was read. */
  advanceIdleClock(handle: string, record: SessionRecord, now: number): Promise<void>;
  /** A user's sessions, the latest first. */
  listOfUser(userId: string): Promise<readonly ListedSession[]>;
  /**
   * The number of sessions that are alive, and those that were used last. It is kept up to date with each write, so no
   * session is searched for.
   */
  signedIn(most: number): Promise<SignedIn>;
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
