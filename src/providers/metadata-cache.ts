import { isDeepStrictEqual } from 'node:util';
import type { ServerMetadata } from 'openid-client';
import type { Clock } from '../clock.js';

/** Metadata of this age is no longer relied on, milliseconds. */
const METADATA_MAX_AGE = 24 * 60 * 60 * 1_000;
/** After a failure the provider is left alone this long, milliseconds, so that a crowd doesn't wait on it. */
const RETRY_PAUSE = 2_000;

/**
 * The provider's metadata as it was read last, the same object for as long as it says the same; what failed to be read doesn't
 * take its place.
 */
export class MetadataCache {
  readonly #clock: Clock;
  readonly #read: () => Promise<ServerMetadata>;
  #last: { readonly document: ServerMetadata; readonly readAt: number } | undefined;
  #reading: Promise<ServerMetadata> | undefined;
  #failure: { readonly error: unknown; readonly at: number } | undefined;

  constructor(clock: Clock, read: () => Promise<ServerMetadata>) {
    this.#clock = clock;
    this.#read = read;
  }

  /** As last read; undefined before the first time. */
  get known(): ServerMetadata | undefined {
    return this.#last?.document;
  }

  /** Read where it has to be. */
  async get(): Promise<ServerMetadata> {
    const now = this.#clock.now();
    if (this.#last !== undefined && now - this.#last.readAt < METADATA_MAX_AGE) return this.#last.document;
    if (this.#failure !== undefined && now - this.#failure.at < RETRY_PAUSE) throw this.#failure.error;
    return this.refresh();
  }

  /** Read in any case; whoever asks while it is being read gets the outcome of that. */
  refresh(): Promise<ServerMetadata> {
    this.#reading ??= this.#readAfresh().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readAfresh(): Promise<ServerMetadata> {
    try {
      const read = await this.#read();
      const document = isDeepStrictEqual(read, this.known) ? (this.known ?? read) : read;
      this.#last = { document, readAt: this.#clock.now() };
      this.#failure = undefined;
      return document;
    } catch (error) {
      this.#failure = { error, at: this.#clock.now() };
      throw error;
    }
  }
}
