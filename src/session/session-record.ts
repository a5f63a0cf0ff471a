import type { ProviderId } from '../identity/user.js';

/**
 * What the server keeps of a session: who it is and what they may do, as decided when they signed in. A change of that
 * ends the session instead of editing it, so a record never goes stale and a guard needs nothing else.
 */
export interface SessionRecord {
  readonly userId: string;
  /** Undefined if the address of the account isn't confirmed: then the session asserts none. */
  readonly email: string | undefined;
  readonly fullName: string;
  readonly roles: readonly string[];
  readonly provider: ProviderId;
  /** What it was begun with, in words such as `Firefox on Windows`, and from where. */
  readonly device: string;
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The idle clock: advanced at most once a minute. Milliseconds since the epoch. */
  readonly lastSeenAt: number;
  /** What tells the provider whom to sign out (the claim `login_hint`); absent where it sent none. */
  readonly loginHint?: string;
  /** The ID token, sealed; absent unless the provider wants it at the end of its session. */
  readonly idTokenHint?: string;
  /** The authentication contexts that were proved (`acrs`); absent where there are none. */
  readonly authContexts?: readonly string[];
}

export interface SessionTimeouts {
  /** Milliseconds. */
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
}

/** The idle clock is advanced at most this often, milliseconds. */
const IDLE_CLOCK_STEP = 60_000;

export function isLive(record: SessionRecord, timeouts: SessionTimeouts, now: number): boolean {
  return now - record.createdAt < timeouts.absoluteTimeout && now - record.lastSeenAt < timeouts.idleTimeout;
}

export function idleClockIsDue(record: SessionRecord, timeouts: SessionTimeouts, now: number): boolean {
  return now - record.lastSeenAt >= Math.min(IDLE_CLOCK_STEP, timeouts.idleTimeout / 2);
}

/** When the session has ended at the latest, milliseconds since the epoch. */
export function endOf(record: SessionRecord, timeouts: SessionTimeouts): number {
  return record.createdAt + timeouts.absoluteTimeout;
}

/** How long the store has to keep the record from now on, milliseconds; at least one. */
export function remainingLifetime(record: SessionRecord, timeouts: SessionTimeouts): number {
  return Math.max(1, Math.min(timeouts.idleTimeout, endOf(record, timeouts) - record.lastSeenAt));
}
