import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import { EntranceError } from '../errors.js';
import { METADATA_REMEDY, translateProviderError } from './failures.js';
import type { HealthRecord } from './health.js';
import { KeyCache, MAX_KEYS, type PublishedKey } from './key-cache.js';
import { MetadataCache } from './metadata-cache.js';
import { type Answer, askProvider, PROVIDER_DEADLINE, type Question, responseOf } from './outbound.js';
import { parseReport, type Refine, reportedFailure } from './reported-error.js';

/** The provider is asked for its metadata this often, milliseconds, so that a failure is known within a minute. */
const WATCH_INTERVAL = 45_000;

export interface PublishedOptions {
  /** Address of the provider's metadata document (OpenID Connect Discovery §4). */
  readonly metadataUrl: string;
  /** Throws where the metadata contradicts the configuration. */
  readonly checkMetadata: (metadata: oidc.ServerMetadata) => void;
  readonly clientId: string;
  /** Plain http is for loopback only; the configuration has checked that. */
  readonly allowHttp: boolean;
  /** Finds the provider's own error numbers in what it sends. */
  readonly refine: Refine;
  /** Where it is noted how the provider is doing. */
  readonly health: HealthRecord;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * What a provider publishes about itself: its metadata and its keys, and with them how it is doing. Read when first needed and
 * kept up to date in the background, so that the server starts without its provider.
 */
export class Published {
  readonly health: HealthRecord;
  readonly #options: PublishedOptions;
  readonly #metadata: MetadataCache;
  readonly #keys: KeyCache;

  constructor(options: PublishedOptions) {
    this.#options = options;
    this.health = options.health;
    this.#metadata = new MetadataCache(options.clock, () => this.#readMetadata());
    this.#keys = new KeyCache(options.clock);
  }

  /** Keeps metadata, keys and health up to date in the background, from now until what it returns is called. */
  watch(): () => void {
    const timer = setInterval(() => void this.#look(() => this.#metadata.refresh()), WATCH_INTERVAL).unref();
    void this.#look(() => this.#metadata.get());
    return () => clearInterval(timer);
  }

  /** Reads the metadata, and keys that are due. Never rejects: a failure is in `health`, and what was read last stays. */
  async #look(readMetadata: () => Promise<oidc.ServerMetadata>): Promise<void> {
    try {
      const metadata = await readMetadata();
      await this.#keys.refresh(() => this.#fetchKeys(metadata));
      this.health.succeeded();
    } catch (error) {
      this.failureOf(error, { duringDiscovery: true });
    }
  }

  /** The metadata as last read; undefined before the first time. */
  get knownMetadata(): oidc.ServerMetadata | undefined {
    return this.#metadata.known;
  }

  /** The metadata, read now where it has to be. */
  metadata(): Promise<oidc.ServerMetadata> {
    return this.#metadata.get();
  }

  /** The keys as last read; none before the first time. */
  get knownKeys(): readonly PublishedKey[] {
    return this.#keys.known;
  }

  /** The keys to verify a token of this `kid` with; the same list for as long as they stay what they are. */
  async keysFor(kid: string | undefined): Promise<readonly PublishedKey[]> {
    const metadata = await this.#metadata.get();
    return this.#keys.keysFor(kid, () => this.#fetchKeys(metadata));
  }

  async #readMetadata(): Promise<oidc.ServerMetadata> {
    try {
      const configuration = await oidc.discovery(
        new URL(this.#options.metadataUrl),
        this.#options.clientId,
        undefined,
        oidc.None(),
        {
          [oidc.customFetch]: (url, request) => this.#fetchMetadata(url, request),
          execute: this.#options.allowHttp ? [oidc.allowInsecureRequests] : [],
          timeout: PROVIDER_DEADLINE / 1_000,
        },
      );
      const document = plainMetadata(configuration);
      this.#options.checkMetadata(document);
      return document;
    } catch (error) {
      throw this.failureOf(error, { duringDiscovery: true });
    }
  }

  /** The metadata, or what the provider says is wrong, such as a tenant that there isn't. */
  async #fetchMetadata(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
    const answer = await this.ask(url, options, AbortSignal.timeout(PROVIDER_DEADLINE));
    if (answer.status === 200) return responseOf(answer);
    const report = parseReport(answer.body);
    if (report !== undefined) throw reportedFailure(report, this.#options.refine);
    throw new EntranceError('sso_misconfigured', {
      cause: { host: new URL(url).host, status: answer.status },
      mend: METADATA_REMEDY,
    });
  }

  /** With a deadline of its own: several sign-ins may wait for it. */
  async #fetchKeys({ jwks_uri }: oidc.ServerMetadata): Promise<readonly PublishedKey[]> {
    if (jwks_uri === undefined) throw failed({ reason: 'the metadata names no keys' });
    const options = { method: 'GET', headers: { accept: 'application/json' }, body: undefined };
    const answer = await this.ask(jwks_uri, options, AbortSignal.timeout(PROVIDER_DEADLINE));
    if (answer.status !== 200) throw failed({ reason: 'no keys', status: answer.status });
    return keySet.parse(await responseOf(answer).json()).keys;
  }

  /** A request within the bounds of all of them. */
  ask(url: string, question: Question, deadline: AbortSignal): Promise<Answer> {
    const { clock, refine } = this.#options;
    return askProvider(url, question, deadline, { health: this.health, refine, now: () => clock.now() });
  }

  /** A failure as one of our errors; what it says about the provider is remembered. */
  failureOf(error: unknown, { duringDiscovery = false } = {}): EntranceError {
    const translated = translateProviderError(error, this.#options.refine, { duringDiscovery });
    // What a browser brings says nothing about the provider: anybody could declare it to be down.
    const isHearsay = error instanceof oidc.AuthorizationResponseError;
    if (!isHearsay && (translated.code === 'sso_unavailable' || duringDiscovery)) {
      this.health.failed(translated);
    }
    return translated;
  }
}

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), issuer: z.string().optional() })).max(MAX_KEYS),
});

function plainMetadata(configuration: oidc.Configuration): oidc.ServerMetadata {
  const { supportsPKCE: _, ...document } = configuration.serverMetadata();
  return document;
}

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
