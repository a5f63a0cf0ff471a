import type { Clock } from '../clock.js';
import type { ErrorCode } from '../error-codes.js';
import { networkOf } from '../identity/network.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/**
 * Bounds the memory in a flood from very many networks: beyond this, refusals of further networks aren't recorded in
 * this minute.
 */
const MOST_NETWORKS = 10_000;
const SHARE_A_DAY = 1 / 100;
const LEAST_A_DAY = 100;

/** Refusals that anybody can cause without effort: neither a transaction of ours nor a password is needed. */
const EFFORTLESS: ReadonlySet<ErrorCode> = new Set([
  'transaction_invalid',
  'transaction_expired',
  'credentials_missing',
  'local_sign_in_off',
  'invalid_request',
]);
/** Refusals that the throttle of passwords already bounds for each network. */
const OF_PASSWORDS: ReadonlySet<ErrorCode> = new Set(['credentials_invalid', 'too_many_attempts']);

export interface Refusal {
  readonly code: ErrorCode;
  readonly ip: string | undefined;
  /** Whether a provider has proved who the person is. */
  readonly isProven: boolean;
}

/**
 * Decides which refusals are recorded, so that strangers can't push the actions of administrators out of the audit log.
 * A refusal that takes no effort is recorded once a minute for each network. Each kind of refusal has its own limit for
 * a day, so that no kind hides another. Each instance counts for itself.
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

/** Counts by key, anew in each window of time. */
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
