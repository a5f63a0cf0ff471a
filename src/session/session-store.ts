import { hash } from 'node:crypto';
import type { SessionData, Store } from 'express-session';
import type { ProviderId } from '../identity/user.js';
import type { SessionRecord } from './session-record.js';

declare module 'express-session' {
  interface SessionData {
    entrance?: SessionRecord | undefined;
  }
}

/** What is known at once isn't waited for: a turn of promises for every request is a good part of what a guard costs. */
export type AtOnceOrLater<T> = T | Promise<T>;

/** What a provider's sign-out names: a session of its own (`sid`), or all sessions of a person (`sub`). */
export type ProviderSession =
  | { readonly provider: ProviderId; readonly sid: string }
  | { readonly provider: ProviderId; readonly subject: string };

/** A session as an administrator sees it. */
export interface ListedSession {
  /** Names the session and opens no door: the hash under which it is stored. */
  readonly handle: string;
  readonly record: SessionRecord;
}

/**
 * Where sessions live. express-session creates and destroys them through its `Store` interface; a guard only reads.
 * A saved session that was destroyed meanwhile stays destroyed: `set` changes what exists, and creates only what
 * `expectNew` announced. Rejects with an EntranceError `store_unavailable` when the store can't be reached.
 */
export interface SessionStore extends Store {
  /** Announces that the next `set` of this session creates it, and by what the provider's sign-out may name it. */
  expectNew(session: Partial<SessionData>, ...origins: readonly ProviderSession[]): void;
  /** The record of a session, at once where it is in memory; writes nothing. */
  read(handle: string): AtOnceOrLater<SessionRecord | undefined>;
  /** Sets the idle clock, only if the session still exists and is still the one that was read. */
  advanceIdleClock(handle: string, record: SessionRecord, now: number): Promise<void>;
  /** A user's sessions, the latest first. */
  listOfUser(userId: string): Promise<readonly ListedSession[]>;
  /** Ends one session of a user, on every instance at once; false where the user has no such session. */
  revoke(userId: string, handle: string): Promise<boolean>;
  /** Ends all sessions of a user but, where named, one; says how many there were. */
  revokeOfUser(userId: string, except?: string): Promise<number>;
  /** Ends all that a provider's sign-out names; says how many there were. */
  revokeOfProvider(session: ProviderSession): Promise<number>;
}

/** Characters of a SHA-256 in base64url that a handle keeps: 132 bits, which nobody finds a session ID for. */
const HANDLE_LENGTH = 22;

/** Sessions are stored under this, so that a copy of the store opens no door. */
export function handleOf(sessionId: string): string {
  return hash('sha256', sessionId, 'base64url').slice(0, HANDLE_LENGTH);
}

export type StoreCallback<T = void> = (error: unknown, value?: T) => void;

/** express-session calls its store with callbacks; ours are written with promises. */
export function callBackWith<T>(work: Promise<T>, callback: StoreCallback<T> | undefined): void {
  work.then(
    (value) => callback?.(null, value),
    (error) => callback?.(error),
  );
}
