import type { ProviderId } from '../identity/user.js';

/**
 * The server's record of a session: the person and their roles at the sign-in. A change of these ends the session
 * instead of changing the record, so a record is never out of date and a guard needs nothing else.
 */
export interface SessionRecord {
  readonly userId: string;
  /** Undefined if the address of the account isn't confirmed: the session then names none. */
  readonly email: string | undefined;
  readonly fullName: string;
  readonly roles: readonly string[];
  readonly provider: ProviderId;
  /** The device of the sign-in, in words such as `Firefox on Windows`; `address` is its IP address. */
  readonly device: string;
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The time of the last request, advanced at most once a minute. Milliseconds since the epoch. */
  readonly lastSeenAt: number;
  /** The hint that tells the provider whom to sign out (the claim `login_hint`); absent if the provider sent none. */
  readonly loginHint?: string;
  /** The ID token, sealed; absent unless the provider needs it to end its own session. */
  readonly idTokenHint?: string;
  /** The time at which the person loses one of the roles, and the session ends; absent if there is none. */
  readonly endsAt?: number;
  /** The authentication contexts that the sign-in proved (`acrs`); absent if there are none. */
  readonly authContexts?: readonly string[];
}

export interface SessionTimeouts {
  /** In milliseconds; so is `absoluteTimeout`. */
  readonly idleTimeout: number;
  readonly absoluteTimeout: number;
}

/** The shortest interval between two advances of the idle clock. */
const IDLE_CLOCK_STEP_MS = 60_000;

export function isLive(record: SessionRecord, timeouts: SessionTimeouts, now: number): boolean {
  return now < endOf(record, timeouts) && now - record.lastSeenAt < timeouts.idleTimeout;
}

export function idleClockIsDue(record: SessionRecord, timeouts: SessionTimeouts, now: number): boolean {
  return now - record.lastSeenAt >= Math.min(IDLE_CLOCK_STEP_MS, timeouts.idleTimeout / 2);
}

/** The latest end of the session, milliseconds since the epoch. */
export function endOf(record: SessionRecord, timeouts: SessionTimeouts): number {
  return Math.min(record.createdAt + timeouts.absoluteTimeout, record.endsAt ?? Number.POSITIVE_INFINITY);
}

/** The milliseconds for which the store has to keep the record from now on; at least one. */
export function remainingLifetime(record: SessionRecord, timeouts: SessionTimeouts): number {
  return Math.max(1, Math.min(timeouts.idleTimeout, endOf(record, timeouts) - record.lastSeenAt));
}
