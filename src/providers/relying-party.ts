import { createHash } from 'node:crypto';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import { credentialChain } from './credentials/chain.js';
import { foreignIssuer, reportedError } from './failures.js';
import { issuerIn, type LogoutNotice, readLogoutToken } from './logout-token.js';
import { PROVIDER_DEADLINE, responseOf, within } from './outbound.js';
import type { AuthorizationSecrets, Confirmation, CredentialTrial } from './provider.js';
import { Published } from './published.js';
import {
  CLOCK_TOLERANCE_SECONDS,
  isRefusedCredential,
  TokenEndpoint,
  type TokenEndpointOptions,
  type Tokens,
} from './token-endpoint.js';
import { isHashOf } from './token-hash.js';

export interface RelyingPartyOptions extends TokenEndpointOptions {
  /** `BASE_URL/auth/sso/callback/{provider}`. */
  readonly redirectUri: string;
  /** What it means that an ID token names another issuer; `sso_failed` if this says nothing. */
  readonly foreignIssuerError: (issuer: string) => EntranceError | undefined;
}

/** ID-token claims after full validation; their meaning is the provider's business. */
export type IdTokenClaims = Readonly<Record<string, unknown>>;

/** What an authorization response was redeemed for. */
export interface Redeemed {
  readonly claims: IdTokenClaims;
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
}

/** The relying party of the authorization code flow with PKCE (RFC 9700 §2.1.1). */
export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  readonly #client: oauth.Client;
  readonly #requests = new WeakMap<oidc.ServerMetadata, oidc.Configuration>();
  readonly #tokenEndpoint: TokenEndpoint;
  /** What the provider publishes about itself, and how it is doing. */
  readonly published: Published;

  constructor(options: RelyingPartyOptions) {
    this.#options = options;
    this.#client = { client_id: options.clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
    this.published = new Published(options);
    this.#tokenEndpoint = new TokenEndpoint(options, this.published);
  }

  async authorizationUrl(
    secrets: AuthorizationSecrets,
    parameters: Readonly<Record<string, string>>,
  ): Promise<URL> {
    return oidc.buildAuthorizationUrl(this.#requestsFor(await this.published.metadata()), {
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
    const known = this.#requests.get(metadata) ?? this.#configure(metadata, oidc.None());
    this.#requests.set(metadata, known);
    return known;
  }

  /** Redeems an authorization response and validates the ID token wholly, its signature too. */
  async redeem(
    parameters: URLSearchParams,
    secrets: AuthorizationSecrets,
    deadline: AbortSignal,
  ): Promise<Redeemed> {
    try {
      const metadata = await within(deadline, this.published.metadata());
      const issuer = this.#options.completeIssuer(metadata.issuer, {
        iss: parameters.get('iss') ?? undefined,
      });
      const response = oauth.validateAuthResponse(
        { ...metadata, issuer },
        this.#client,
        parameters,
        secrets.state,
      );
      const { redirectUri } = this.#options;
      const tokens = await this.#tokenEndpoint.tokens(
        metadata,
        issuer,
        {
          request: (authentication, options) =>
            oauth.authorizationCodeGrantRequest(
              metadata,
              this.#client,
              authentication,
              response,
              redirectUri,
              secrets.codeVerifier,
              options,
            ),
          process: (server, answer) =>
            oauth.processAuthorizationCodeResponse(server, this.#client, answer, {
              expectedNonce: secrets.nonce,
              requireIdToken: true,
            }),
        },
        deadline,
      );
      return {
        claims: this.#acceptedClaims(tokens, response.get('code') ?? ''),
        accessToken: Secret.of(tokens.access_token),
        refreshToken: refreshTokenOf(tokens),
      };
    } catch (error) {
      const issuer = foreignIssuer(error);
      throw (
        (issuer === undefined ? undefined : this.#options.foreignIssuerError(issuer)) ??
        this.published.failureOf(error)
      );
    }
  }

  /** Uses a refresh token (RFC 6749 §6) to learn whether it is still good. */
  async confirm(refreshToken: Secret): Promise<Confirmation> {
    const deadline = AbortSignal.timeout(PROVIDER_DEADLINE);
    try {
      const metadata = await within(deadline, this.published.metadata());
      const tokens = await this.#tokenEndpoint.tokens(
        metadata,
        metadata.issuer,
        {
          request: (authentication, options) =>
            oauth.refreshTokenGrantRequest(
              metadata,
              this.#client,
              authentication,
              refreshToken.value(),
              options,
            ),
          process: (server, answer) => oauth.processRefreshTokenResponse(server, this.#client, answer),
        },
        deadline,
      );
      return { outcome: 'confirmed', refreshToken: refreshTokenOf(tokens) };
    } catch (error) {
      if (reportedError(error)?.error !== 'invalid_grant') throw this.published.failureOf(error);
      const { cause, facts } = this.#tokenEndpoint.meaning(error);
      return { outcome: 'ended', reason: cause, facts };
    }
  }

  /** Validates a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6), which has to come from one of our issuers. */
  async readLogoutToken(
    token: string,
    isIssuer: (issuer: string) => Promise<boolean>,
  ): Promise<LogoutNotice> {
    const issuer = issuerIn(token);
    const metadata = await this.published.metadata();
    if (!(await isIssuer(issuer)))
      throw new EntranceError('logout_token_invalid', { cause: { claim: 'iss' } });
    const { id_token_signing_alg_values_supported: algorithms = ['RS256'] } = metadata;
    const reading = readLogoutToken(token, {
      issuer,
      clientId: this.#options.clientId,
      algorithms,
      keysFor: (kid) => this.#tokenEndpoint.signingKeys(issuer, kid),
      now: this.#options.clock.now(),
    });
    const notice = await reading.catch((error: unknown) => {
      throw this.published.failureOf(error);
    });
    // Sessions are indexed by `sub` only where this is announced: better refused than said to be done.
    if ('subject' in notice.named && metadata.backchannel_logout_supported !== true)
      throw new EntranceError('logout_token_invalid', { cause: { claim: 'sid' } });
    return notice;
  }

  /**
   * What the provider says to each credential by itself: a client-credentials grant (RFC 6749 §4.4), whose token is
   * dropped. Says nothing about the provider's health.
   * @param tokenEndpoint where it isn't that of the metadata
   */
  async tryCredentials(scope: string, tokenEndpoint?: string): Promise<readonly CredentialTrial[]> {
    const published = await this.published.metadata();
    const metadata =
      tokenEndpoint === undefined ? published : { ...published, token_endpoint: tokenEndpoint };
    return Promise.all(
      credentialChain(this.#options.credentials).map(async (credential): Promise<CredentialTrial> => {
        const { kind, name } = credential;
        const deadline = AbortSignal.timeout(PROVIDER_DEADLINE);
        try {
          const attempt = this.#configure(metadata, await credential.authentication(metadata));
          attempt[oidc.customFetch] = async (url, options) =>
            responseOf(await this.published.ask(url, options, deadline));
          await oidc.clientCredentialsGrant(attempt, { scope });
          return { kind, name, outcome: 'accepted' };
        } catch (error) {
          const outcome = isRefusedCredential(error) ? 'refused' : 'unknown';
          return { kind, name, outcome, error: this.#tokenEndpoint.meaning(error) };
        }
      }),
    );
  }

  /** What the library leaves open in the code flow. */
  #acceptedClaims(tokens: Tokens, code: string): IdTokenClaims {
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (tokens.token_type.toLowerCase() !== 'bearer') throw failed({ claim: 'token_type' });
    if (claims === undefined) throw failed({ claim: 'id_token' });
    if (claims.iat > this.#options.clock.now() / 1_000 + CLOCK_TOLERANCE_SECONDS)
      throw failed({ claim: 'iat' });
    const { at_hash, azp, c_hash } = claims;
    if (azp !== undefined && azp !== this.#options.clientId) throw failed({ claim: 'azp' });
    const { alg = '' } = decodeProtectedHeader(tokens.id_token ?? '');
    if (at_hash !== undefined && !isHashOf(tokens.access_token, at_hash, alg))
      throw failed({ claim: 'at_hash' });
    if (c_hash !== undefined && !isHashOf(code, c_hash, alg)) throw failed({ claim: 'c_hash' });
    return claims;
  }

  #configure(metadata: oidc.ServerMetadata, authentication: oidc.ClientAuth): oidc.Configuration {
    const configuration = new oidc.Configuration(metadata, this.#options.clientId, undefined, authentication);
    configuration.timeout = 0; // the requests have a deadline of their own
    if (this.#options.allowHttp) oidc.allowInsecureRequests(configuration);
    return configuration;
  }
}

function refreshTokenOf({ refresh_token }: Tokens): Secret | undefined {
  return refresh_token === undefined ? undefined : Secret.of(refresh_token);
}

/** PKCE S256 (RFC 7636 §4.2). */
function codeChallengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
