import { isDeepStrictEqual } from 'node:util';
import type { ServerMetadata } from 'openid-client';
import type { Clock } from '../clock.js';
import { SingleFlight } from '../single-flight.js';

const METADATA_MAX_AGE_MS = 24 * 60 * 60 * 1_000;
/** Not every request waits for a provider that has just failed. */
const RETRY_PAUSE_MS = 2_000;

/** The metadata stays the same object while its content is the same. A failed read doesn't replace it. */
export class MetadataCache {
  readonly #clock: Clock;
  readonly #read: () => Promise<ServerMetadata>;
  #last: { readonly document: ServerMetadata; readonly readAt: number } | undefined;
  readonly #reads = new SingleFlight<ServerMetadata>();
  #failure: { readonly error: unknown; readonly at: number } | undefined;

  constructor(clock: Clock, read: () => Promise<ServerMetadata>) {
    this.#clock = clock;
    this.#read = read;
  }

  /** The metadata as last read; undefined before the first time. */
  get known(): ServerMetadata | undefined {
    return this.#last?.document;
  }

  /** The metadata, which is read first if it is missing or too old. */
  async get(): Promise<ServerMetadata> {
    const now = this.#clock.now();
    if (this.#last !== undefined && now - this.#last.readAt < METADATA_MAX_AGE_MS) return this.#last.document;
    if (this.#failure !== undefined && now - this.#failure.at < RETRY_PAUSE_MS) throw this.#failure.error;
    return this.refresh();
  }

  /** Reads the metadata in any case. Callers share a pending read. */
  refresh(): Promise<ServerMetadata> {
    return this.#reads.run('metadata', () => this.#readAfresh());
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
