import { decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import type { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import {
  findInCauses,
  foreignIssuer,
  isInvalidClient,
  parseReport,
  type Refine,
  reportedFailure,
  translateProviderError,
} from './failures.js';
import { HealthRecord, type ProviderHealth } from './health.js';
import { KeyCache, MAX_KEYS, type PublishedKey } from './key-cache.js';
import { askProvider, within } from './outbound.js';
import type { AuthorizationSecrets } from './provider.js';
import { type Announced, announcedIn, OtherIssuer } from './token-answer.js';
import { isHashOf } from './token-hash.js';

/** All that a provider may take for one sign-in step, milliseconds. */
const PROVIDER_DEADLINE = 10_000;
/** The provider is asked for its metadata this often, milliseconds, so that a failure is known within a minute. */
const WATCH_INTERVAL = 45_000;
/** Metadata of this age is no longer relied on, milliseconds. */
const METADATA_MAX_AGE = 24 * 60 * 60 * 1_000;
/** After a failure the provider is left alone this long, milliseconds, so that a crowd doesn't wait on it. */
const RETRY_PAUSE = 2_000;
/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 60;

export interface RelyingPartyOptions {
  /** Address of the provider's metadata document (OpenID Connect Discovery §4). */
  readonly metadataUrl: string;
  /** Throws where the metadata contradicts the configuration. */
  readonly checkMetadata: (metadata: oidc.ServerMetadata) => void;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** `BASE_URL/auth/sso/callback/{provider}`. */
  readonly redirectUri: string;
  /** Plain http is for loopback only; the configuration has checked that. */
  readonly allowHttp: boolean;
  /**
   * The issuer in full where the stated one is a template: by the issuer that an authorization response names, or by what a
   * token says of itself. Neither is known to be true yet; the token is then validated against the outcome.
   */
  readonly completeIssuer: (
    stated: string,
    said: { readonly iss?: string | undefined; readonly tid?: unknown },
  ) => string;
  /** What it means that an ID token names another issuer; `sso_failed` where this says nothing. */
  readonly foreignIssuerError: (issuer: string) => EntranceError | undefined;
  /** Finds the provider's own error numbers in what it sends. */
  readonly refine: Refine;
  readonly clock: Clock;
  readonly log: Logger;
}

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** ID-token claims after full validation; their meaning is the provider's business. */
export type IdTokenClaims = Readonly<Record<string, unknown>>;

/**
 * The relying party of the authorization code flow with PKCE (RFC 9700 §2.1.1), on openid-client. Metadata is read when
 * it is first needed, kept for a day and read again after a failure, so that the server starts without its provider.
 */
export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  readonly #keys: KeyCache;
  readonly #health: HealthRecord;
  #metadata: { readonly document: oidc.ServerMetadata; readonly readAt: number } | undefined;
  #reading: Promise<oidc.ServerMetadata> | undefined;
  #failure: { readonly error: unknown; readonly at: number } | undefined;

  constructor(options: RelyingPartyOptions) {
    this.#options = options;
    this.#keys = new KeyCache(options.clock);
    this.#health = new HealthRecord(options.clock, options.log);
  }

  get health(): ProviderHealth {
    return this.#health.now;
  }

  /** Keeps metadata, keys and health up to date in the background, from now until what it returns is called. */
  watch(): () => void {
    const look = () => void this.refresh();
    const timer = setInterval(look, WATCH_INTERVAL).unref();
    look();
    return () => clearInterval(timer);
  }

  /** Reads the metadata, and keys that are due. Never rejects: a failure is in `health`, and what was read last stays. */
  async refresh(): Promise<void> {
    try {
      const metadata = await this.#readOnce();
      await this.#keys.refresh(() => this.#fetchKeys(metadata));
      this.#health.succeeded();
    } catch (error) {
      this.#translated(error, { duringDiscovery: true });
    }
  }

  /** The metadata as last read; undefined before the first time. */
  get knownMetadata(): oidc.ServerMetadata | undefined {
    return this.#metadata?.document;
  }

  async authorizationUrl(
    secrets: AuthorizationSecrets,
    parameters: Readonly<Record<string, string>>,
  ): Promise<URL> {
    const metadata = await this.metadata();
    return oidc.buildAuthorizationUrl(this.#attempt(metadata, oidc.None()), {
      ...parameters,
      redirect_uri: this.#options.redirectUri,
      response_type: 'code',
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(secrets.codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  /** Redeems an authorization response and validates the ID token wholly, its signature too. */
  async redeem(parameters: URLSearchParams, secrets: AuthorizationSecrets): Promise<IdTokenClaims> {
    const deadline = AbortSignal.timeout(PROVIDER_DEADLINE);
    const currentUrl = new URL(this.#options.redirectUri);
    currentUrl.search = parameters.toString();
    try {
      const metadata = await within(deadline, this.metadata());
      const tokens = await this.#exchange(metadata, currentUrl, secrets, deadline);
      this.#health.succeeded();
      return this.#acceptedClaims(tokens, parameters.get('code') ?? '');
    } catch (error) {
      const issuer = foreignIssuer(error);
      throw (
        (issuer === undefined ? undefined : this.#options.foreignIssuerError(issuer)) ??
        this.#translated(error)
      );
    }
  }

  async metadata(): Promise<oidc.ServerMetadata> {
    const known = this.#metadata;
    const now = this.#options.clock.now();
    if (known !== undefined && now - known.readAt < METADATA_MAX_AGE) return known.document;
    if (this.#failure !== undefined && now - this.#failure.at < RETRY_PAUSE) throw this.#failure.error;
    return this.#readOnce();
  }

  /** Whoever asks while the metadata is being read gets the outcome of that. */
  #readOnce(): Promise<oidc.ServerMetadata> {
    this.#reading ??= this.#readMetadata().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
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
      this.#metadata = { document, readAt: this.#options.clock.now() };
      this.#failure = undefined;
      return document;
    } catch (error) {
      throw this.#translated(error, { duringDiscovery: true });
    }
  }

  /** Tries the client secrets in turn, the next one on `invalid_client`, so that one can be rotated without a gap. */
  async #exchange(
    metadata: oidc.ServerMetadata,
    currentUrl: URL,
    secrets: AuthorizationSecrets,
    deadline: AbortSignal,
  ) {
    let refused: unknown;
    for (const clientSecret of this.#options.clientSecret.values()) {
      try {
        const authentication = clientAuthentication(metadata, clientSecret);
        return await this.#grant(metadata, currentUrl, secrets, authentication, deadline);
      } catch (error) {
        if (!isInvalidClient(error)) throw error;
        refused = error;
      }
    }
    throw refused;
  }

  /**
   * One request for tokens, and the whole validation of what comes back. openid-client validates against one issuer, and of a
   * multi-tenant provider it is known when the token is there: then the same answer is validated against that one.
   */
  async #grant(
    metadata: oidc.ServerMetadata,
    currentUrl: URL,
    secrets: AuthorizationSecrets,
    authentication: oidc.ClientAuth,
    deadline: AbortSignal,
  ) {
    const grantFrom = (issuer: string, answer?: Response) => {
      const attempt = this.#attempt({ ...metadata, issuer }, authentication);
      attempt[oidc.customFetch] = this.#fetchForSignIn(metadata, issuer, deadline, answer);
      return oidc.authorizationCodeGrant(attempt, currentUrl, {
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
      });
    };
    const iss = currentUrl.searchParams.get('iss') ?? undefined;
    try {
      return await grantFrom(this.#options.completeIssuer(metadata.issuer, { iss }));
    } catch (error) {
      const other = findInCauses(error, (cause) => cause instanceof OtherIssuer);
      if (!(other instanceof OtherIssuer)) throw error;
      return await grantFrom(other.issuer, other.response);
    }
  }

  /** What openid-client leaves open in the code flow. */
  #acceptedClaims(tokens: Tokens, code: string): IdTokenClaims {
    const claims = tokens.claims();
    if (tokens.token_type.toLowerCase() !== 'bearer') throw failed({ claim: 'token_type' });
    if (claims === undefined) throw failed({ claim: 'id_token' });
    if (claims.iat > this.#options.clock.now() / 1_000 + CLOCK_TOLERANCE) throw failed({ claim: 'iat' });
    const { at_hash, azp, c_hash } = claims;
    if (azp !== undefined && azp !== this.#options.clientId) throw failed({ claim: 'azp' });
    const { alg = '' } = decodeProtectedHeader(tokens.id_token ?? '');
    if (at_hash !== undefined && !isHashOf(tokens.access_token, at_hash, alg))
      throw failed({ claim: 'at_hash' });
    if (c_hash !== undefined && !isHashOf(code, c_hash, alg)) throw failed({ claim: 'c_hash' });
    return claims;
  }

  /** A configuration for one attempt: the credential is that of this moment. */
  #attempt(metadata: oidc.ServerMetadata, authentication: oidc.ClientAuth): oidc.Configuration {
    const configuration = new oidc.Configuration(
      metadata,
      this.#options.clientId,
      { [oidc.clockTolerance]: CLOCK_TOLERANCE },
      authentication,
    );
    configuration.timeout = PROVIDER_DEADLINE / 1_000;
    oidc.enableNonRepudiationChecks(configuration);
    if (this.#options.allowHttp) oidc.allowInsecureRequests(configuration);
    return configuration;
  }

  /**
   * Answers the question for the keys from the cache, which looks again when the token names a `kid` it doesn't know, with
   * those that sign for this issuer. Throws OtherIssuer where the tokens come from another one, unless `answer` is given,
   * which then is the answer.
   */
  #fetchForSignIn(
    metadata: oidc.ServerMetadata,
    issuer: string,
    deadline: AbortSignal,
    answer: Response | undefined,
  ): oidc.CustomFetch {
    const { completeIssuer } = this.#options;
    let announced: Announced = { kid: undefined, tid: undefined };
    return async (url, options) => {
      if (url === hrefOf(metadata.jwks_uri)) {
        const keys = this.#keys.keysFor(announced.kid, () => this.#fetchKeys(metadata));
        return Response.json({
          keys: (await within(deadline, keys)).filter(
            ({ issuer: owner }) => owner === undefined || completeIssuer(owner, announced) === issuer,
          ),
        });
      }
      const response = answer ?? (await this.#ask(url, options, deadline));
      announced = await announcedIn(response);
      const expected = announced.tid === undefined ? issuer : completeIssuer(metadata.issuer, announced);
      if (answer === undefined && expected !== issuer) throw new OtherIssuer(expected, response);
      return response;
    };
  }

  /** The metadata, or what the provider says is wrong, such as a tenant that there isn't. */
  async #fetchMetadata(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
    const response = await this.#ask(url, options, AbortSignal.timeout(PROVIDER_DEADLINE));
    const report = response.ok
      ? undefined
      : parseReport(new Uint8Array(await response.clone().arrayBuffer()));
    if (report !== undefined) throw reportedFailure(report, this.#options.refine);
    return response;
  }

  /** With a deadline of its own: several sign-ins may wait for it. */
  async #fetchKeys({ jwks_uri }: oidc.ServerMetadata): Promise<readonly PublishedKey[]> {
    if (jwks_uri === undefined) throw failed({ reason: 'the metadata names no keys' });
    const options = { method: 'GET', headers: { accept: 'application/json' }, body: undefined };
    const response = await this.#ask(jwks_uri, options, AbortSignal.timeout(PROVIDER_DEADLINE));
    if (response.status !== 200) throw failed({ reason: 'no keys', status: response.status });
    return keySet.parse(await response.json()).keys;
  }

  #ask(
    url: string,
    options: Pick<oidc.CustomFetchOptions, 'body' | 'headers' | 'method'>,
    deadline: AbortSignal,
  ): Promise<Response> {
    const { clock, refine } = this.#options;
    return askProvider(url, options, deadline, { health: this.#health, refine, now: () => clock.now() });
  }

  #translated(error: unknown, { duringDiscovery = false } = {}): EntranceError {
    const translated = translateProviderError(error, this.#options.refine, { duringDiscovery });
    // What a browser brings says nothing about the provider: anybody could declare it to be down.
    const isHearsay = error instanceof oidc.AuthorizationResponseError;
    if (!isHearsay && (translated.code === 'sso_unavailable' || duringDiscovery)) {
      this.#failure = { error: translated, at: this.#options.clock.now() };
      this.#health.failed(translated);
    }
    return translated;
  }
}

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), issuer: z.string().optional() })).max(MAX_KEYS),
});

/** `client_secret_post` unless the metadata offers `client_secret_basic` alone (OpenID Connect Core §9). */
function clientAuthentication(metadata: oidc.ServerMetadata, secret: string): oidc.ClientAuth {
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_post') || !methods.includes('client_secret_basic')
    ? oidc.ClientSecretPost(secret)
    : oidc.ClientSecretBasic(secret);
}

/** An endpoint as openid-client asks for it. */
function hrefOf(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : new URL(endpoint).href;
}

function plainMetadata(configuration: oidc.Configuration): oidc.ServerMetadata {
  const { supportsPKCE: _, ...document } = configuration.serverMetadata();
  return document;
}

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
