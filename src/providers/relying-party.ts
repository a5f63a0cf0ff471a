import { decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import type { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import { findInCauses, foreignIssuer, isInvalidClient } from './failures.js';
import { within } from './outbound.js';
import type { AuthorizationSecrets } from './provider.js';
import { PROVIDER_DEADLINE, Published, type PublishedOptions } from './published.js';
import { type Announced, announcedIn, OtherIssuer } from './token-answer.js';
import { isHashOf } from './token-hash.js';

/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 60;

export interface RelyingPartyOptions extends PublishedOptions {
  readonly clientSecret: Secret;
  /** `BASE_URL/auth/sso/callback/{provider}`. */
  readonly redirectUri: string;
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
}

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** ID-token claims after full validation; their meaning is the provider's business. */
export type IdTokenClaims = Readonly<Record<string, unknown>>;

/** The relying party of the authorization code flow with PKCE (RFC 9700 §2.1.1), on openid-client. */
export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  /** What the provider publishes about itself, and how it is doing. */
  readonly published: Published;

  constructor(options: RelyingPartyOptions) {
    this.#options = options;
    this.published = new Published(options);
  }

  async authorizationUrl(
    secrets: AuthorizationSecrets,
    parameters: Readonly<Record<string, string>>,
  ): Promise<URL> {
    const metadata = await this.published.metadata();
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
      const metadata = await within(deadline, this.published.metadata());
      const tokens = await this.#exchange(metadata, currentUrl, secrets, deadline);
      this.published.health.succeeded();
      return this.#acceptedClaims(tokens, parameters.get('code') ?? '');
    } catch (error) {
      const issuer = foreignIssuer(error);
      throw (
        (issuer === undefined ? undefined : this.#options.foreignIssuerError(issuer)) ??
        this.published.failureOf(error)
      );
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
        const keys = await within(deadline, this.published.keysFor(announced.kid));
        return Response.json({
          keys: keys.filter(
            ({ issuer: owner }) => owner === undefined || completeIssuer(owner, announced) === issuer,
          ),
        });
      }
      const response = answer ?? (await this.published.ask(url, options, deadline));
      announced = await announcedIn(response);
      const expected = announced.tid === undefined ? issuer : completeIssuer(metadata.issuer, announced);
      if (answer === undefined && expected !== issuer) throw new OtherIssuer(expected, response);
      return response;
    };
  }
}

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

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
