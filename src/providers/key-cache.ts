import { isDeepStrictEqual } from 'node:util';
import type { JWK } from 'jose';
import type { Clock } from '../clock.js';
import { SingleFlight } from '../single-flight.js';

/** Keys of this age are fetched again in the background. */
const KEYS_REFRESH_AGE_MS = 60 * 60 * 1_000;
/** Keys of this age are no longer used. */
const KEYS_MAX_AGE_MS = 24 * 60 * 60 * 1_000;
/** If fetched keys don’t hold the `kid`, no unknown `kid` causes another fetch for this long. */
const UNKNOWN_KID_COOLDOWN_MS = 30_000;
/** All fetches are of the same keys. */
const KEYS = 'keys';
/** A larger set counts as an attack on its readers. */
export const MAX_KEYS = 100;

export type PublishedKey = JWK & {
  readonly kty: string;
  /** The issuer, or the template of issuers, that this key signs for. Most providers don’t name one. */
  readonly issuer?: string | undefined;
};

export type FetchKeys = () => Promise<readonly PublishedKey[]>;

/** Keeps the keys between sign-ins, so that tokens with invented `kid`s can't make us flood the provider. */
export class KeyCache {
  readonly #clock: Clock;
  #keys: readonly PublishedKey[] | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #lookedInVainAt = Number.NEGATIVE_INFINITY;
  readonly #fetches = new SingleFlight<readonly PublishedKey[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The keys to verify a token with. For an unknown `kid` the keys are fetched at once, since a key may change during a
   * sign-in. If the fetched keys lack the `kid`, no further fetch happens for a while. Callers share a pending fetch.
   */
  async keysFor(kid: string | undefined, fetchKeys: FetchKeys): Promise<readonly PublishedKey[]> {
    const cached = this.#good();
    if (cached === undefined) return this.#fetch(fetchKeys);
    if (kid === undefined || holds(cached, kid)) return cached;
    const isFetching = this.#fetches.current(KEYS) !== undefined;
    if (!isFetching && this.#now() - this.#lookedInVainAt < UNKNOWN_KID_COOLDOWN_MS) return cached;
    const looked = await this.#fetch(fetchKeys);
    if (!holds(looked, kid)) this.#lookedInVainAt = this.#now();
    return looked;
  }

  /** Fetches the keys ahead of the next sign-in, if they are missing or due for renewal. */
  async refresh(fetchKeys: FetchKeys): Promise<void> {
    if (this.#age() >= KEYS_REFRESH_AGE_MS) await this.#fetch(fetchKeys);
  }

  #fetch(fetchKeys: FetchKeys): Promise<readonly PublishedKey[]> {
    return this.#fetches.run(KEYS, async () => {
      const keys = await fetchKeys();
      // The library imports a key once for each object, so unchanged keys stay the same objects.
      this.#keys = isDeepStrictEqual(keys, this.#keys) ? this.#keys : keys;
      this.#fetchedAt = this.#now();
      return this.#keys ?? keys;
    });
  }

  #good(): readonly PublishedKey[] | undefined {
    return this.#age() < KEYS_MAX_AGE_MS ? this.#keys : undefined;
  }

  #age(): number {
    return this.#now() - this.#fetchedAt;
  }

  #now(): number {
    return this.#clock.now();
  }
}

function holds(keys: readonly PublishedKey[], kid: string): boolean {
  return keys.some((key) => key.kid === kid);
}
