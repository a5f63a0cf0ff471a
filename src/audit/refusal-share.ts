import type { Clock } from '../clock.js';
import type { ErrorCode } from '../errors.js';
import { networkOf } from '../identity/network.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Bounds the memory that a flood from very many networks takes: then no more of it is recorded in this minute. */
const MOST_NETWORKS = 10_000;
const SHARE_A_DAY = 1 / 100;
const LEAST_A_DAY = 100;

/** Costs nothing to cause: neither a transaction of ours nor a password is needed. */
const EFFORTLESS: ReadonlySet<ErrorCode> = new Set([
  'transaction_invalid',
  'transaction_expired',
  'credentials_missing',
  'local_sign_in_off',
  'invalid_request',
]);
/** The throttle bounds these for each network. */
const OF_PASSWORDS: ReadonlySet<ErrorCode> = new Set(['credentials_invalid', 'too_many_attempts']);

export interface Refusal {
  readonly code: ErrorCode;
  readonly ip: string | undefined;
  /** A provider vouched for who it was. */
  readonly isProven: boolean;
}

/**
 * Which refusals are recorded, so that strangers can't push what administrators did out of the audit log. What takes no effort is
 * recorded once a minute for a network. Each kind of refusal has its share of a day, so that none hides another. This instance
 * alone counts.
 */
export interface RefusalShare {
  admits(refusal: Refusal): boolean;
}

export function createRefusalShare(clock: Clock, maxEvents: number): RefusalShare {
  const mostADay = Math.max(LEAST_A_DAY, Math.floor(maxEvents * SHARE_A_DAY));
  const inThisMinute = createCounts(clock, MINUTE_MS);
  const today = createCounts(clock, DAY_MS);

  return {
    admits({ code, ip, isProven }) {
      const kind = isProven ? 'people' : OF_PASSWORDS.has(code) ? 'passwords' : 'strangers';
      if (kind === 'strangers' && EFFORTLESS.has(code) && !inThisMinute.admits(networkOf(ip ?? ''), 1))
        return false;
      return today.admits(kind, mostADay);
    },
  };
}

/** Counts by key within windows of the clock. */
function createCounts(clock: Clock, windowMs: number) {
  const counts = new Map<string, number>();
  let current = 0;
  return {
    admits(key: string, most: number): boolean {
      const window = Math.floor(clock.now() / windowMs);
      if (window !== current) counts.clear();
      current = window;
      const count = counts.get(key) ?? 0;
      if (count >= most || (count === 0 && counts.size >= MOST_NETWORKS)) return false;
      counts.set(key, count + 1);
      return true;
    },
  };
}
