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
import { type Answer, askProvider, PROVIDER_DEADLINE, type Question, responseOf } from './outbound.js';
import { parseReport, type Refine, reportedFailure } from './reported-error.js';

/** The metadata is read this often, so that a failure is known within a minute. */
const WATCH_INTERVAL_MS = 45_000;

/** Where a provider's metadata comes from. */
export type MetadataSource =
  | {
      /** Addresses of the document (OpenID Connect Discovery §4); the next one is asked if there is none at the first. */
      readonly urls: readonly [string, ...string[]];
      /** Gives what to rely on of what the provider publishes. Throws if that contradicts the configuration. */
      readonly accept: (published: oidc.ServerMetadata) => oidc.ServerMetadata;
    }
  /** For a provider that publishes none. */
  | { readonly document: oidc.ServerMetadata };

export interface PublishedOptions {
  readonly metadata: MetadataSource;
  /** How issuers are compared; exactly by default. */
  readonly issuerRule?: IssuerRule;
  readonly clientId: string;
  /** Plain http is for loopback only; the configuration has checked that. */
  readonly allowHttp: boolean;
  /** Finds the provider's own error numbers in what it sends. */
  readonly refine: Refine;
  /** The operator’s remedies for failures that go on until a setting changes. */
  readonly remedies: Remedies;
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
  readonly issuerRule: IssuerRule;
  readonly allowHttp: boolean;
  readonly #options: PublishedOptions;
  readonly #metadata: MetadataCache;
  readonly #keys: KeyCache;

  constructor(options: PublishedOptions) {
    this.#options = options;
    this.health = options.health;
    this.issuerRule = options.issuerRule ?? EXACT_ISSUER;
    this.allowHttp = options.allowHttp;
    this.#metadata = new MetadataCache(options.clock, () => this.#readMetadata());
    this.#keys = new KeyCache(options.clock);
  }

  /** Keeps metadata, keys and health up to date in the background, from now until what it returns is called. */
  watch(): () => void {
    const timer = setInterval(
      () => void this.#look(() => this.#metadata.refresh()),
      WATCH_INTERVAL_MS,
    ).unref();
    void this.#look(() => this.#metadata.get());
    return () => clearInterval(timer);
  }

  /** Reads metadata, and keys that are due. Never rejects: a failure is in `health`, and what was read last stays. */
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

  /** The metadata, read now where it has to be. */
  metadata(): Promise<oidc.ServerMetadata> {
    return this.#metadata.get();
  }

  /**
   * The keys that sign for this issuer, to verify a token of this `kid` with. A key that names an issuer of its own signs for
   * that issuer alone.
   */
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
      // Issuers are compared by the provider's rule, so openid-client is kept from comparing them with an address.
      const server = new URL('/.well-known/openid-configuration', metadata.urls[0]);
      const configuration = await oidc.discovery(server, clientId, undefined, oidc.None(), {
        [oidc.customFetch]: (_, request) => this.#fetchMetadata(metadata.urls, request),
        execute: allowHttp ? [oidc.allowInsecureRequests] : [],
        timeout: PROVIDER_DEADLINE / 1_000,
      });
      return this.#withSafeEndpoints(metadata.accept(plainMetadata(configuration)));
    } catch (error) {
      throw this.failureOf(error, { duringDiscovery: true });
    }
  }

  /** The metadata, or what the provider says is wrong, such as a tenant that there isn't. */
  async #fetchMetadata(urls: readonly string[], options: oidc.CustomFetchOptions): Promise<Response> {
    const [url = '', ...others] = urls;
    const answer = await this.ask(url, options, AbortSignal.timeout(PROVIDER_DEADLINE));
    if (answer.status === 200) return responseOf(answer);
    if (answer.status === 404 && others.length > 0) return this.#fetchMetadata(others, options);
    const report = parseReport(answer.body);
    if (report !== undefined) throw reportedFailure(report, this.#options.refine);
    throw this.#misconfigured({ host: new URL(url).host, status: answer.status });
  }

  /**
   * Neither a code nor a token is sent over plain http, and keys that came over it vouch for nobody. Without one of the required
   * endpoints nobody is sent to the provider, since nobody could come back from there.
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
    return new EntranceError('sso_misconfigured', { cause, mend: this.#options.remedies.metadata });
  }

  async #fetchKeys({ jwks_uri }: oidc.ServerMetadata): Promise<readonly PublishedKey[]> {
    if (jwks_uri === undefined) throw failed({ reason: 'the metadata names no keys' });
    return this.fetchKeysAt(jwks_uri);
  }

  /** With a deadline of its own: several sign-ins may wait for it. */
  async fetchKeysAt(jwks_uri: string): Promise<readonly PublishedKey[]> {
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
    const translated = this.meaningOf(error, { duringDiscovery });
    // What a browser brings says nothing about the provider: anybody could declare it to be down.
    const isHearsay = error instanceof oidc.AuthorizationResponseError;
    if (!isHearsay && (translated.code === 'sso_unavailable' || duringDiscovery)) {
      this.health.failed(translated);
    }
    return translated;
  }

  /** The same, but it isn’t remembered. */
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

/** OpenID Connect Discovery §3. */
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

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
