import { isDeepStrictEqual } from 'node:util';
import type { JWK } from 'jose';
import type { Clock } from '../clock.js';

/** Keys are fetched again, in the background, after this, milliseconds. */
const KEYS_REFRESH_AGE = 60 * 60 * 1_000;
/** Keys of this age are no longer relied on, milliseconds. */
const KEYS_MAX_AGE = 24 * 60 * 60 * 1_000;
/** After a look that didn't find the `kid`, the next one waits this long, milliseconds. */
const UNKNOWN_KID_COOLDOWN = 30_000;
/** More keys than this at once is no key set but an attack on the one who reads it. */
export const MAX_KEYS = 100;

const NO_KEYS: readonly PublishedKey[] = [];

/** A key as the provider publishes it. */
export type PublishedKey = JWK & {
  readonly kty: string;
  /** Entra: the issuer, or the template of issuers, that this key signs for. */
  readonly issuer?: string | undefined;
};

export type FetchKeys = () => Promise<readonly PublishedKey[]>;

/** The provider's signing keys, kept between sign-ins so that tokens with invented `kid`s can't make us flood it. */
export class KeyCache {
  readonly #clock: Clock;
  #keys: readonly PublishedKey[] | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #lookedInVainAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<readonly PublishedKey[]> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As last fetched, and good still; none otherwise. */
  get known(): readonly PublishedKey[] {
    return this.#good() ?? NO_KEYS;
  }

  /**
   * The keys to verify a token with. An unknown `kid` is looked for at once, so that a key may change while somebody signs
   * in; after a look in vain not again for a while. Whoever asks while a look is under way shares it.
   */
  async keysFor(kid: string | undefined, fetchKeys: FetchKeys): Promise<readonly PublishedKey[]> {
    const cached = this.#good();
    if (cached === undefined) return this.#fetch(fetchKeys);
    if (kid === undefined || holds(cached, kid)) return cached;
    const waits = this.#fetching === undefined && this.#now() - this.#lookedInVainAt < UNKNOWN_KID_COOLDOWN;
    if (waits) return cached;
    const looked = await this.#fetch(fetchKeys);
    if (!holds(looked, kid)) this.#lookedInVainAt = this.#now();
    return looked;
  }

  /** Fetches the keys ahead of the next sign-in, where they are missing or no longer fresh. */
  async refresh(fetchKeys: FetchKeys): Promise<void> {
    if (this.#age() >= KEYS_REFRESH_AGE) await this.#fetch(fetchKeys);
  }

  #fetch(fetchKeys: FetchKeys): Promise<readonly PublishedKey[]> {
    this.#fetching ??= fetchKeys()
      .then((keys) => {
        this.#keys = isDeepStrictEqual(keys, this.#keys) ? this.#keys : keys;
        this.#fetchedAt = this.#now();
        return this.#keys ?? keys;
      })
      .finally(() => {
        this.#fetching = undefined;
      });
    return this.#fetching;
  }

  #good(): readonly PublishedKey[] | undefined {
    return this.#age() < KEYS_MAX_AGE ? this.#keys : undefined;
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
