import { createHash } from 'node:crypto';
import { decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { EntranceError, type SignInErrorCode } from '../errors.js';
import { type ClientCredential, CredentialUnavailable } from './credentials/client-credential.js';
import { refusesCredential } from './credentials/refusals.js';
import { foreignIssuer, type Refine, reportedError, translateProviderError } from './failures.js';
import { KeyCache } from './key-cache.js';
import type { AuthorizationSecrets, CredentialTrial } from './provider.js';
import { verifySignature } from './signature.js';

/** All that a provider may take for one sign-in step, milliseconds. */
const PROVIDER_DEADLINE = 10_000;
/** Metadata is read again after this, milliseconds. */
const METADATA_MAX_AGE = 24 * 60 * 60 * 1_000;
/** After a failure the provider is left alone this long, milliseconds, so that a crowd doesn't wait on it. */
const RETRY_PAUSE = 2_000;
/** How long a failure is shown on the sign-in page, milliseconds. */
const FAILURE_MEMORY = 60_000;
/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 60;
const MAX_RESPONSE_BYTES = 1_048_576;
const ASK_FOR_KEYS: oidc.CustomFetchOptions = {
  method: 'GET',
  headers: { accept: 'application/json, application/jwk-set+json' },
  body: undefined,
  redirect: 'manual',
};

export interface RelyingPartyOptions {
  /** Address of the provider's metadata document (OpenID Connect Discovery §4). */
  readonly metadataUrl: string;
  /** Throws where the metadata contradicts the configuration. */
  readonly checkMetadata: (metadata: oidc.ServerMetadata) => void;
  readonly clientId: string;
  /** The credentials of this moment, in the order in which they are tried. */
  readonly credentials: () => readonly ClientCredential[];
  /** `BASE_URL/auth/sso/callback/{provider}`. */
  readonly redirectUri: string;
  /** Plain http is for loopback only; the configuration has checked that. */
  readonly allowHttp: boolean;
  /** What it means that an ID token names another issuer; `sso_failed` where this says nothing. */
  readonly codeOfForeignIssuer: (issuer: string) => SignInErrorCode | undefined;
  /** Finds the provider's own error numbers in what it sends. */
  readonly refine: Refine;
  readonly clock: Clock;
  readonly log: Logger;
}

/** ID-token claims after full validation; their meaning is the provider's business. */
export type IdTokenClaims = Readonly<Record<string, unknown>>;

/**
 * The relying party of the authorization code flow with PKCE (RFC 9700 §2.1.1), on openid-client. Metadata is read when
 * it is first needed, kept for a day and read again after a failure, so that the server starts without its provider.
 */
export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  readonly #keys: KeyCache;
  readonly #requests = new WeakMap<oidc.ServerMetadata, oidc.Configuration>();
  #metadata: { readonly document: oidc.ServerMetadata; readonly readAt: number } | undefined;
  #reading: Promise<oidc.ServerMetadata> | undefined;
  #failure: { readonly error: unknown; readonly at: number } | undefined;

  constructor(options: RelyingPartyOptions) {
    this.#options = options;
    this.#keys = new KeyCache(options.clock);
  }

  /** False when the provider could not be used within the last minute. */
  get reachable(): boolean {
    return this.#failure === undefined || this.#options.clock.now() - this.#failure.at > FAILURE_MEMORY;
  }

  /** The metadata as last read; undefined before the first time. */
  get knownMetadata(): oidc.ServerMetadata | undefined {
    return this.#metadata?.document;
  }

  async authorizationUrl(
    secrets: AuthorizationSecrets,
    parameters: Readonly<Record<string, string>>,
  ): Promise<URL> {
    return oidc.buildAuthorizationUrl(this.#requestsFor(await this.metadata()), {
      ...parameters,
      redirect_uri: this.#options.redirectUri,
      response_type: 'code',
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: codeChallengeOf(secrets.codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  /** For authorization requests, which nothing but the metadata decides. */
  #requestsFor(metadata: oidc.ServerMetadata): oidc.Configuration {
    const known = this.#requests.get(metadata) ?? this.#attempt(metadata, oidc.None());
    this.#requests.set(metadata, known);
    return known;
  }

  /** Redeems an authorization response and validates the ID token wholly, its signature too. */
  async redeem(parameters: URLSearchParams, secrets: AuthorizationSecrets): Promise<IdTokenClaims> {
    const metadata = await this.metadata();
    const currentUrl = new URL(this.#options.redirectUri);
    currentUrl.search = parameters.toString();
    try {
      const tokens = await this.#exchange(metadata, currentUrl, secrets);
      this.#failure = undefined;
      return this.#acceptedClaims(tokens);
    } catch (error) {
      const issuer = foreignIssuer(error);
      const code = issuer === undefined ? undefined : this.#options.codeOfForeignIssuer(issuer);
      throw code === undefined
        ? this.#translated(error)
        : new EntranceError(code, { cause: { claim: 'iss' } });
    }
  }

  async metadata(): Promise<oidc.ServerMetadata> {
    const known = this.#metadata;
    const now = this.#options.clock.now();
    if (known !== undefined && now - known.readAt < METADATA_MAX_AGE) return known.document;
    if (this.#failure !== undefined && now - this.#failure.at < RETRY_PAUSE) throw this.#failure.error;
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
          [oidc.customFetch]: this.#fetchWithin(AbortSignal.timeout(PROVIDER_DEADLINE)),
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

  #exchange(metadata: oidc.ServerMetadata, currentUrl: URL, secrets: AuthorizationSecrets) {
    return this.#withCredential(metadata, async (attempt, deadline) => {
      const tokens = await oidc.authorizationCodeGrant(attempt, currentUrl, {
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
      });
      await this.#verifySignature(tokens.id_token ?? '', metadata, deadline);
      return tokens;
    });
  }

  /** In place of openid-client's `enableNonRepudiationChecks`, which imports the key afresh for each configuration. */
  async #verifySignature(
    idToken: string,
    metadata: oidc.ServerMetadata,
    deadline: AbortSignal,
  ): Promise<void> {
    const { kid } = decodeProtectedHeader(idToken);
    const keys = await this.#keys.keysFor(kid, () => this.#fetchKeys(metadata, deadline));
    await verifySignature(idToken, keys, metadata.id_token_signing_alg_values_supported ?? ['RS256']);
  }

  async #fetchKeys({ jwks_uri }: oidc.ServerMetadata, deadline: AbortSignal): Promise<JSONWebKeySet> {
    if (jwks_uri === undefined) throw failed({ metadata: 'jwks_uri' });
    const url = new URL(jwks_uri);
    if (url.protocol !== 'https:' && !this.#options.allowHttp) throw failed({ metadata: 'jwks_uri' });
    const response = await this.#fetchWithin(deadline)(url.href, ASK_FOR_KEYS);
    if (response.status !== 200) throw failed({ metadata: 'jwks_uri', status: response.status });
    return keySet.parse(await response.json());
  }

  /** Asks the token endpoint with each credential in turn until one isn’t refused, so that one can be rotated without a gap. */
  async #withCredential<T>(
    metadata: oidc.ServerMetadata,
    ask: (attempt: oidc.Configuration, deadline: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(PROVIDER_DEADLINE);
    let refusal: unknown;
    for (const credential of this.#options.credentials()) {
      try {
        const authentication = await credential.authentication(metadata);
        return await ask(this.#attempt(metadata, authentication, deadline), deadline);
      } catch (error) {
        if (!isRefusedCredential(error)) throw error;
        refusal = error;
        this.#options.log.warn(
          { credential: credential.name, cause: this.#meaning(error).cause },
          'the identity provider did not accept a credential',
        );
      }
    }
    throw refusal;
  }

  /**
   * What the provider says to each credential by itself: a client-credentials grant (RFC 6749 §4.4), whose token is
   * dropped. Leaves `reachable` as it is.
   */
  async tryCredentials(scope: string): Promise<readonly CredentialTrial[]> {
    const metadata = await this.metadata();
    return Promise.all(
      this.#options.credentials().map(async (credential): Promise<CredentialTrial> => {
        const { kind, name } = credential;
        try {
          const attempt = this.#attempt(metadata, await credential.authentication(metadata));
          await oidc.clientCredentialsGrant(attempt, { scope });
          return { kind, name, outcome: 'accepted' };
        } catch (error) {
          const outcome = isRefusedCredential(error) ? 'refused' : 'unknown';
          return { kind, name, outcome, error: this.#meaning(error) };
        }
      }),
    );
  }

  #acceptedClaims(tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers): IdTokenClaims {
    const claims = tokens.claims();
    if (tokens.token_type.toLowerCase() !== 'bearer') throw failed({ claim: 'token_type' });
    if (claims === undefined) throw failed({ claim: 'id_token' });
    if (claims.iat > this.#options.clock.now() / 1_000 + CLOCK_TOLERANCE) throw failed({ claim: 'iat' });
    return claims;
  }

  /** A configuration for one attempt: the deadline and the secret are those of this moment. */
  #attempt(
    metadata: oidc.ServerMetadata,
    authentication: oidc.ClientAuth,
    deadline = AbortSignal.timeout(PROVIDER_DEADLINE),
  ): oidc.Configuration {
    const configuration = new oidc.Configuration(
      metadata,
      this.#options.clientId,
      { [oidc.clockTolerance]: CLOCK_TOLERANCE },
      authentication,
    );
    configuration[oidc.customFetch] = this.#fetchWithin(deadline);
    configuration.timeout = PROVIDER_DEADLINE / 1_000;
    if (this.#options.allowHttp) oidc.allowInsecureRequests(configuration);
    return configuration;
  }

  #fetchWithin(deadline: AbortSignal): oidc.CustomFetch {
    return async (url, options) => {
      const response = await fetch(url, {
        method: options.method,
        headers: options.headers,
        body: options.body ?? null,
        redirect: 'manual',
        signal: deadline,
      });
      const body = await readBounded(response);
      if (response.status >= 500 || response.status === 429) {
        throw new EntranceError('sso_unavailable', { cause: { status: response.status } });
      }
      return new Response(body, { status: response.status, headers: response.headers });
    };
  }

  #meaning(error: unknown, { duringDiscovery = false } = {}): EntranceError {
    return translateProviderError(error, this.#options.refine, { duringDiscovery });
  }

  #translated(error: unknown, { duringDiscovery = false } = {}): EntranceError {
    const translated = this.#meaning(error, { duringDiscovery });
    if (translated.code === 'sso_unavailable' || duringDiscovery) {
      this.#failure = { error: translated, at: this.#options.clock.now() };
      this.#options.log.warn(
        { code: translated.code, cause: translated.cause },
        'the identity provider could not be used',
      );
    }
    return translated;
  }
}

function isRefusedCredential(error: unknown): boolean {
  const reported = reportedError(error);
  return error instanceof CredentialUnavailable || (reported !== undefined && refusesCredential(reported));
}

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string() })),
}) satisfies z.ZodType<JSONWebKeySet>;

/** PKCE S256 (RFC 7636 §4.2). */
function codeChallengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer> | null> {
  if (response.body === null || response.status === 204 || response.status === 304) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_RESPONSE_BYTES) throw failed({ reason: 'response too large' });
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function plainMetadata(configuration: oidc.Configuration): oidc.ServerMetadata {
  const { supportsPKCE: _, ...document } = configuration.serverMetadata();
  return document;
}

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
