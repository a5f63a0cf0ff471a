import type { JSONWebKeySet } from 'jose';
import type { Clock } from '../clock.js';

/** Keys are fetched again after this, milliseconds. */
const KEYS_MAX_AGE = 24 * 60 * 60 * 1_000;
/** An unknown `kid` makes us look again at once, but not more often than this, milliseconds. */
const UNKNOWN_KID_COOLDOWN = 30_000;

/** The provider's signing keys, kept between sign-ins so that tokens with invented `kid`s can't make us flood it. */
export class KeyCache {
  readonly #clock: Clock;
  #keys: JSONWebKeySet | undefined;
  #fetchedAt = 0;
  #lookedAgainAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The key set to verify a token with; `fetchKeys` is called only where it has to be. */
  async keysFor(kid: string | undefined, fetchKeys: () => Promise<JSONWebKeySet>): Promise<JSONWebKeySet> {
    const cached = this.#keys;
    const now = this.#clock.now();
    if (cached !== undefined && now - this.#fetchedAt < KEYS_MAX_AGE) {
      if (kid === undefined || cached.keys.some((key) => key.kid === kid)) return cached;
      if (now - this.#lookedAgainAt < UNKNOWN_KID_COOLDOWN) return cached;
      this.#lookedAgainAt = now;
    }
    const keys = await fetchKeys();
    this.#keys = keys;
    this.#fetchedAt = now;
    return keys;
  }
}
