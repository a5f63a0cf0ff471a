import type { JSONWebKeySet } from 'jose';
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import { EntranceError } from '../errors.js';
import { type Remedies, translateProviderError } from './failures.js';
import type { HealthRecord } from './health.js';
import { EXACT_ISSUER, type IssuerRule } from './issuer.js';
import { KeyCache, MAX_KEYS, type PublishedKey } from './key-cache.js';
import { MetadataCache } from './metadata-cache.js';
import { type Answer, askProvider, PROVIDER_DEADLINE_MS, type Question, responseOf } from './outbound.js';
import { parseReport, type Refine, reportedFailure } from './reported-error.js';

/** Milliseconds between two reads of the metadata, so that a failure is noticed within a minute. */
const WATCH_INTERVAL_MS = 45_000;

export type MetadataSource =
  | {
      /** OpenID Connect Discovery §4. If the first has no document, the next one is asked. */
      readonly urls: readonly [string, ...string[]];
      /** Checks the published metadata and gives the metadata to use. Throws if it contradicts the configuration. */
      readonly accept: (published: oidc.ServerMetadata) => oidc.ServerMetadata;
    }
  /** The metadata of a provider that publishes none. */
  | { readonly document: oidc.ServerMetadata };

export interface PublishedMetadataOptions {
  readonly metadata: MetadataSource;
  /** How issuers are compared; exactly by default. */
  readonly issuerRule?: IssuerRule;
  readonly clientId: string;
  /** Whether plain http is allowed. The configuration allows it for loopback only. */
  readonly allowHttp: boolean;
  /** Finds the provider's own error codes in its answers. */
  readonly refine: Refine;
  readonly remedies: Remedies;
  readonly health: HealthRecord;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The provider's metadata and keys. They are read when first needed and kept up to date in the background, so that the
 * server can start while the provider is away. Every read is also a check of the provider's health.
 */
export class PublishedMetadata {
  readonly health: HealthRecord;
  readonly issuerRule: IssuerRule;
  readonly allowHttp: boolean;
  readonly #options: PublishedMetadataOptions;
  readonly #metadata: MetadataCache;
  readonly #keys: KeyCache;

  constructor(options: PublishedMetadataOptions) {
    this.#options = options;
    this.health = options.health;
    this.issuerRule = options.issuerRule ?? EXACT_ISSUER;
    this.allowHttp = options.allowHttp;
    this.#metadata = new MetadataCache(options.clock, () => this.#readMetadata());
    this.#keys = new KeyCache(options.clock);
  }

  /** Keeps metadata, keys and health up to date in the background, until the returned function is called. */
  watch(): () => void {
    const timer = setInterval(
      () => void this.#look(() => this.#metadata.refresh()),
      WATCH_INTERVAL_MS,
    ).unref();
    void this.#look(() => this.#metadata.get());
    return () => clearInterval(timer);
  }

  /** Never rejects: a failure is recorded in `health`, and the last good values stay. */
  async #look(readMetadata: () => Promise<oidc.ServerMetadata>): Promise<void> {
    try {
      const metadata = await readMetadata();
      if (metadata.jwks_uri !== undefined) await this.#keys.refresh(() => this.#fetchKeys(metadata));
      if ('urls' in this.#options.metadata) this.health.succeeded();
    } catch (error) {
      this.failureOf(error, { duringDiscovery: true });
    }
  }

  /** The metadata as last read; undefined before the first time. */
  get knownMetadata(): oidc.ServerMetadata | undefined {
    return this.#metadata.known;
  }

  /** The metadata, which is read first if it is missing or too old. */
  metadata(): Promise<oidc.ServerMetadata> {
    return this.#metadata.get();
  }

  /** The keys for a token with this `kid`. A key that names an issuer signs for that issuer only. */
  async signingKeys(issuer: string, kid: string | undefined): Promise<JSONWebKeySet> {
    const metadata = await this.#metadata.get();
    const keys = await this.#keys.keysFor(kid, () => this.#fetchKeys(metadata));
    const { complete } = this.issuerRule;
    return {
      keys: keys.filter(
        ({ issuer: owner }) => owner === undefined || complete(owner, { iss: issuer }) === issuer,
      ),
    };
  }

  async #readMetadata(): Promise<oidc.ServerMetadata> {
    const { metadata, clientId, allowHttp } = this.#options;
    if ('document' in metadata) return metadata.document;
    try {
      // The provider's rule compares the issuers, so openid-client must not compare the issuer with an address.
      const server = new URL('/.well-known/openid-configuration', metadata.urls[0]);
      const configuration = await oidc.discovery(server, clientId, undefined, oidc.None(), {
        [oidc.customFetch]: (_, request) => this.#fetchMetadata(metadata.urls, request),
        execute: allowHttp ? [oidc.allowInsecureRequests] : [],
        timeout: PROVIDER_DEADLINE_MS / 1_000,
      });
      return this.#withSafeEndpoints(metadata.accept(plainMetadata(configuration)));
    } catch (error) {
      throw this.failureOf(error, { duringDiscovery: true });
    }
  }

  /** The metadata, or the provider's own error, such as an unknown tenant. */
  async #fetchMetadata(urls: readonly string[], options: oidc.CustomFetchOptions): Promise<Response> {
    const [url = '', ...others] = urls;
    const answer = await this.ask(url, options, AbortSignal.timeout(PROVIDER_DEADLINE_MS));
    if (answer.status === 200) return responseOf(answer);
    if (answer.status === 404 && others.length > 0) return this.#fetchMetadata(others, options);
    const report = parseReport(answer.body);
    if (report !== undefined) throw reportedFailure(report, this.#options.refine);
    throw this.#misconfigured({ host: new URL(url).host, status: answer.status });
  }

  /**
   * Refuses endpoints with plain http: no code or token may be sent there, and keys from there prove nothing. Also refuses
   * metadata without a required endpoint, so that nobody is sent to a provider from which they can't come back.
   */
  #withSafeEndpoints(metadata: oidc.ServerMetadata): oidc.ServerMetadata {
    const { allowHttp } = this.#options;
    for (const name of ENDPOINTS) {
      const { [name]: endpoint } = metadata;
      const isSafe =
        endpoint === undefined
          ? !REQUIRED_ENDPOINTS.includes(name)
          : (allowHttp ? /^https?:/ : /^https:/).test(endpoint);
      if (!isSafe) throw this.#misconfigured({ endpoint: name, received: endpoint });
    }
    return metadata;
  }

  #misconfigured(cause: unknown): EntranceError {
    return new EntranceError('sso_misconfigured', { cause, remedy: this.#options.remedies.metadata });
  }

  async #fetchKeys({ jwks_uri }: oidc.ServerMetadata): Promise<readonly PublishedKey[]> {
    if (jwks_uri === undefined) throw ssoFailed({ reason: 'the metadata names no keys' });
    return this.fetchKeysAt(jwks_uri);
  }

  /** The deadline is that of this request alone, since several sign-ins may wait for the keys. */
  async fetchKeysAt(jwks_uri: string): Promise<readonly PublishedKey[]> {
    const options = { method: 'GET', headers: { accept: 'application/json' }, body: undefined };
    const answer = await this.ask(jwks_uri, options, AbortSignal.timeout(PROVIDER_DEADLINE_MS));
    if (answer.status !== 200) throw ssoFailed({ reason: 'no keys', status: answer.status });
    return keySet.parse(await responseOf(answer).json()).keys;
  }

  /** Sends a request with the limits of all requests to the provider. */
  ask(url: string, question: Question, deadline: AbortSignal): Promise<Answer> {
    const { clock, refine } = this.#options;
    return askProvider(url, question, deadline, { health: this.health, refine, now: () => clock.now() });
  }

  /** Translates a failure into one of our errors, and records it in `health` if it is the provider's. */
  failureOf(error: unknown, { duringDiscovery = false } = {}): EntranceError {
    const translated = this.meaningOf(error, { duringDiscovery });
    // The content of a callback says nothing about the provider: anybody could write one that declares it to be down.
    const isHearsay = error instanceof oidc.AuthorizationResponseError;
    if (!isHearsay && (translated.code === 'sso_unavailable' || duringDiscovery)) {
      this.health.failed(translated);
    }
    return translated;
  }

  /** Translates a failure without recording it. */
  meaningOf(error: unknown, { duringDiscovery = false } = {}): EntranceError {
    const { refine, remedies } = this.#options;
    return translateProviderError(error, { refine, remedies, duringDiscovery });
  }
}

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'end_session_endpoint',
] as const;

/** Required by OpenID Connect Discovery §3. */
const REQUIRED_ENDPOINTS: readonly (typeof ENDPOINTS)[number][] = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
];

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), issuer: z.string().optional() })).max(MAX_KEYS),
});

function plainMetadata(configuration: oidc.Configuration): oidc.ServerMetadata {
  const { supportsPKCE: _, ...document } = configuration.serverMetadata();
  return document;
}

function ssoFailed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
