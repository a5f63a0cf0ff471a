import { createHash } from 'node:crypto';
import type { SessionData, Store } from 'express-session';
import type { SessionRecord } from './session-record.js';

declare module 'express-session' {
  interface SessionData {
    entrance?: SessionRecord;
  }
}

/**
 * Where sessions live. express-session creates and destroys them through its `Store` interface; a guard only reads.
 * A saved session that was destroyed meanwhile stays destroyed: `set` changes what exists, and creates only what
 * `expectNew` announced. Rejects with an EntranceError `store_unavailable` when the store can't be reached.
 */
export interface SessionStore extends Store {
  /** Announces that the next `set` of this session creates it. */
  expectNew(session: Partial<SessionData>): void;
  /** The record of a session ID; writes nothing. */
  read(sessionId: string): Promise<SessionRecord | undefined>;
  /** Sets the idle clock, only if the session still exists and is still the one that was read. */
  advanceIdleClock(sessionId: string, record: SessionRecord, now: number): Promise<void>;
  /** How many sessions a user has. */
  countOfUser(userId: string): Promise<number>;
  /** Ends all sessions of a user, on every instance at once; says how many there were. */
  revokeOfUser(userId: string): Promise<number>;
}

/** Sessions are stored under this, so that a copy of the store opens no door. */
export function hashSessionId(sessionId: string): string {
  return createHash('sha256').update(sessionId).digest('base64url');
}

export type StoreCallback<T = void> = (error: unknown, value?: T) => void;

/** express-session calls its store with callbacks; ours are written with promises. */
export function settle<T>(work: Promise<T>, callback: StoreCallback<T> | undefined): void {
  work.then(
    (value) => callback?.(null, value),
    (error) => callback?.(error),
  );
}
