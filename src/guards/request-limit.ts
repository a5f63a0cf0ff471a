import { type Clock, systemClock } from '../clock.js';
import { EntranceError } from '../errors.js';
import { networkOf } from '../identity/network.js';

/** The default number of requests that one address may send within a window. */
const REQUESTS_PER_WINDOW = 600;
const WINDOW_MS = 60_000;
/** A flood from very many networks takes little memory: beyond this number, counting begins anew. */
const MOST_NETWORKS = 100_000;

/** Limits how often one address begins and completes sign-ins at a provider. */
export interface RequestLimiter {
  /** Counts a request. Throws EntranceError `too_many_requests` with `retryAfter` if the address has sent too many. */
  admit(address: string): void;
}

/**
 * Counts in this process only, so that an anonymous visitor makes the server store nothing.
 *
 * `RateLimiterMemory` of rate-limiter-flexible can't do this: it takes the time from `Date.now`, and it keeps an entry
 * and a timer for every network, without a bound.
 */
export function createRequestLimiter({
  clock = systemClock,
  most = REQUESTS_PER_WINDOW,
}: {
  readonly clock?: Clock;
  readonly most?: number;
} = {}): RequestLimiter {
  const counts = new Map<string, number>();
  let current = 0;

  return {
    admit(address) {
      const now = clock.now();
      const window = Math.floor(now / WINDOW_MS);
      const network = networkOf(address);
      if (window !== current || (counts.size >= MOST_NETWORKS && !counts.has(network))) counts.clear();
      current = window;

      const count = (counts.get(network) ?? 0) + 1;
      counts.set(network, count);
      if (count <= most) return;
      throw new EntranceError('too_many_requests', {
        retryAfter: Math.ceil(((window + 1) * WINDOW_MS - now) / 1_000),
      });
    },
  };
}
