import type { JSONWebKeySet } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { Clock } from '../clock.js';
import { Secret } from '../config/secret.js';
import { EntranceError, type SignInErrorCode } from '../errors.js';
import { type ClientCredential, CredentialUnavailable } from './credentials/client-credential.js';
import { refusesCredential } from './credentials/refusals.js';
import { foreignIssuer, type Refine, reportedError, translateProviderError } from './failures.js';
import { KeyCache } from './key-cache.js';
import { type LogoutNotice, readLogoutToken } from './logout-token.js';
import type { AuthorizationSecrets, Confirmation, CredentialTrial } from './provider.js';

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
  headers: { Accept: 'application/json' },
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

/** What an authorization response was redeemed for. */
export interface Redeemed {
  readonly claims: IdTokenClaims;
  readonly refreshToken: Secret | undefined;
}

/**
 * The relying party of the authorization code flow with PKCE (RFC 9700 §2.1.1), on openid-client. Metadata is read when
 * it is first needed, kept for a day and read again after a failure, so that the server starts without its provider.
 */
export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  readonly #keys: KeyCache;
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
  async redeem(parameters: URLSearchParams, secrets: AuthorizationSecrets): Promise<Redeemed> {
    const metadata = await this.metadata();
    const currentUrl = new URL(this.#options.redirectUri);
    currentUrl.search = parameters.toString();
    try {
      const tokens = await this.#exchange(metadata, currentUrl, secrets);
      this.#failure = undefined;
      return { claims: this.#acceptedClaims(tokens), refreshToken: refreshTokenOf(tokens) };
    } catch (error) {
      const issuer = foreignIssuer(error);
      const code = issuer === undefined ? undefined : this.#options.codeOfForeignIssuer(issuer);
      throw code === undefined
        ? this.#translated(error)
        : new EntranceError(code, { cause: { claim: 'iss' } });
    }
  }

  /** Uses a refresh token (RFC 6749 §6) to learn whether it is still good. */
  async confirm(refreshToken: Secret): Promise<Confirmation> {
    const metadata = await this.metadata();
    try {
      const tokens = await this.#withCredential(metadata, (attempt) =>
        oidc.refreshTokenGrant(attempt, refreshToken.value()),
      );
      this.#failure = undefined;
      return { outcome: 'confirmed', refreshToken: refreshTokenOf(tokens) };
    } catch (error) {
      if (reportedError(error)?.error !== 'invalid_grant') throw this.#translated(error);
      return { outcome: 'ended', reason: this.#meaning(error).cause };
    }
  }

  /** Validates a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). */
  async readLogoutToken(token: string): Promise<LogoutNotice> {
    const metadata = await this.metadata();
    const { issuer, jwks_uri, id_token_signing_alg_values_supported: algorithms = ['RS256'] } = metadata;
    if (jwks_uri === undefined) throw failed({ metadata: 'jwks_uri' });
    const fetchWithin = this.#fetchWithin(AbortSignal.timeout(PROVIDER_DEADLINE));
    const reading = readLogoutToken(token, {
      issuer,
      clientId: this.#options.clientId,
      algorithms,
      keysFor: (kid) => this.#signingKeys(kid, () => fetchWithin(jwks_uri, ASK_FOR_KEYS)),
      now: this.#options.clock.now(),
    });
    const notice = await reading.catch((error: unknown) => {
      throw this.#translated(error);
    });
    // Sessions are indexed by `sub` only where this is announced: better refused than said to be done.
    if ('subject' in notice.named && metadata.backchannel_logout_supported !== true)
      throw new EntranceError('logout_token_invalid', { cause: { claim: 'sid' } });
    return notice;
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
    return this.#withCredential(metadata, (attempt) =>
      oidc.authorizationCodeGrant(attempt, currentUrl, {
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
      }),
    );
  }

  /** Asks the token endpoint with each credential in turn until one isn’t refused, so that one can be rotated without a gap. */
  async #withCredential<T>(
    metadata: oidc.ServerMetadata,
    ask: (attempt: oidc.Configuration) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(PROVIDER_DEADLINE);
    let refusal: unknown;
    for (const credential of this.#options.credentials()) {
      try {
        return await ask(this.#attempt(metadata, await credential.authentication(metadata), deadline));
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

  /** A configuration for one attempt: the deadline, the secret and the keys are those of this moment. */
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
    configuration[oidc.customFetch] = this.#fetchForSignIn(metadata, deadline);
    configuration.timeout = PROVIDER_DEADLINE / 1_000;
    oidc.enableNonRepudiationChecks(configuration);
    if (this.#options.allowHttp) oidc.allowInsecureRequests(configuration);
    return configuration;
  }

  /** Answers the question for the keys from the cache, which looks again when the token names a `kid` it doesn't know. */
  #fetchForSignIn(metadata: oidc.ServerMetadata, deadline: AbortSignal): oidc.CustomFetch {
    const fetchWithin = this.#fetchWithin(deadline);
    let kid: string | undefined;
    return async (url, options) => {
      if (url === metadata.jwks_uri)
        return Response.json(await this.#signingKeys(kid, () => fetchWithin(url, options)));
      const response = await fetchWithin(url, options);
      if (url === metadata.token_endpoint) kid = await kidOfIdToken(response.clone());
      return response;
    };
  }

  #signingKeys(kid: string | undefined, fetchKeys: () => Promise<Response>): Promise<JSONWebKeySet> {
    return this.#keys.keysFor(kid, async () => keySet.parse(await (await fetchKeys()).json()));
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

function refreshTokenOf({ refresh_token }: oidc.TokenEndpointResponse): Secret | undefined {
  return refresh_token === undefined ? undefined : Secret.of(refresh_token);
}

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string() })),
}) satisfies z.ZodType<JSONWebKeySet>;

const tokenResponse = z.object({ id_token: z.string() });

async function kidOfIdToken(response: Response): Promise<string | undefined> {
  const body: unknown = await response.json().catch(() => undefined);
  const token = tokenResponse.safeParse(body);
  if (!token.success) return undefined;
  try {
    return decodeProtectedHeader(token.data.id_token).kid;
  } catch {
    return undefined;
  }
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
