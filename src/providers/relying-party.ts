import { createHash } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import * as oidc from 'openid-client';
import type { CredentialsConfig } from '../config/config.js';
import { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import { findInCauses } from '../network-cause.js';
import { credentialChain } from './credentials/chain.js';
import { CredentialUnavailable } from './credentials/client-credential.js';
import { refusesCredential } from './credentials/refusals.js';
import { foreignIssuer, reportedError, translateProviderError } from './failures.js';
import { KeptConfigurations } from './kept-configurations.js';
import { issuerIn, type LogoutNotice, readLogoutToken } from './logout-token.js';
import { type Answer, PROVIDER_DEADLINE, responseOf, within } from './outbound.js';
import type { AuthorizationSecrets, Confirmation, CredentialTrial } from './provider.js';
import { Published, type PublishedOptions } from './published.js';
import { announcedIn, type Expectation, OtherExpectation } from './token-answer.js';
import { isHashOf } from './token-hash.js';

/** Seconds by which clocks may differ. */
const CLOCK_TOLERANCE = 60;

export interface RelyingPartyOptions extends PublishedOptions {
  readonly credentials: CredentialsConfig;
  /** `BASE_URL/auth/sso/callback/{provider}`. */
  readonly redirectUri: string;
  /**
   * The issuer in full where the stated one is a template: by the issuer that an authorization response names, or by what a
   * token says of itself. Neither is known to be true yet; the token is then validated against the outcome.
   */
  readonly completeIssuer: (stated: string, said: SaidOfIssuer) => string;
  /** What it means that an ID token names another issuer; `sso_failed` where this says nothing. */
  readonly foreignIssuerError: (issuer: string) => EntranceError | undefined;
}

export interface SaidOfIssuer {
  readonly iss?: string | undefined;
  readonly tid?: unknown;
}

type Tokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers;

/** ID-token claims after full validation; their meaning is the provider's business. */
export type IdTokenClaims = Readonly<Record<string, unknown>>;

/** What an authorization response was redeemed for. */
export interface Redeemed {
  readonly claims: IdTokenClaims;
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
}

/** A request for tokens, with the configuration that it is made and its answer is validated with. */
type Grant = (attempt: oidc.Configuration) => Promise<Tokens>;

/** The relying party of the authorization code flow with PKCE (RFC 9700 §2.1.1), on openid-client. */
export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  readonly #requests = new WeakMap<oidc.ServerMetadata, oidc.Configuration>();
  readonly #attempts: KeptConfigurations;
  /** What the provider publishes about itself, and how it is doing. */
  readonly published: Published;

  constructor(options: RelyingPartyOptions) {
    this.#options = options;
    this.published = new Published(options);
    this.#attempts = new KeptConfigurations((metadata, authentication) =>
      this.#configure(metadata, authentication),
    );
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
    const currentUrl = new URL(this.#options.redirectUri);
    currentUrl.search = parameters.toString();
    const grant: Grant = (attempt) =>
      oidc.authorizationCodeGrant(attempt, currentUrl, {
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.codeVerifier,
        idTokenExpected: true,
      });
    try {
      const tokens = await this.#tokens(grant, deadline, { iss: parameters.get('iss') ?? undefined });
      return {
        claims: this.#acceptedClaims(tokens, parameters.get('code') ?? ''),
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
    try {
      const grant: Grant = (attempt) => oidc.refreshTokenGrant(attempt, refreshToken.value());
      const tokens = await this.#tokens(grant, AbortSignal.timeout(PROVIDER_DEADLINE));
      return { outcome: 'confirmed', refreshToken: refreshTokenOf(tokens) };
    } catch (error) {
      if (reportedError(error)?.error !== 'invalid_grant') throw this.published.failureOf(error);
      const { cause, facts } = this.#meaning(error);
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
      keysFor: async (kid) => this.#signingFor({ issuer, keys: await this.published.keysFor(kid) }),
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
          return { kind, name, outcome, error: this.#meaning(error) };
        }
      }),
    );
  }

  /** Asks the token endpoint with each credential in turn until one isn’t refused, so that one can be rotated without a gap. */
  async #tokens(grant: Grant, deadline: AbortSignal, said: SaidOfIssuer = {}): Promise<Tokens> {
    const metadata = await within(deadline, this.published.metadata());
    let refusal: unknown;
    for (const credential of credentialChain(this.#options.credentials)) {
      try {
        const authentication = await credential.authentication(metadata);
        const tokens = await this.#validated(grant, metadata, authentication, said, deadline);
        this.published.health.succeeded();
        return tokens;
      } catch (error) {
        if (!isRefusedCredential(error)) throw error;
        refusal = error;
        const { cause, facts, mend } = this.#meaning(error);
        this.#options.log.warn(
          { credential: credential.name, facts, cause, mend },
          'the identity provider did not accept a credential',
        );
      }
    }
    throw refusal;
  }

  /**
   * One request for tokens, and the whole validation of what comes back. openid-client validates against one issuer and the
   * keys that it has; which these are is known for certain when the token is there: where they are others than expected, the
   * same answer is validated against those.
   */
  async #validated(
    grant: Grant,
    metadata: oidc.ServerMetadata,
    authentication: oidc.ClientAuth,
    said: SaidOfIssuer,
    deadline: AbortSignal,
  ): Promise<Tokens> {
    const grantFor = (expectation: Expectation, answer?: Answer) => {
      const fetch = this.#fetchForSignIn(metadata, expectation, deadline, answer);
      return this.#attempts.use(metadata, expectation, { authentication, fetch }, grant);
    };
    const issuer = this.#options.completeIssuer(metadata.issuer, said);
    try {
      return await grantFor({ issuer, keys: this.published.knownKeys });
    } catch (error) {
      const other = findInCauses(error, (cause) => cause instanceof OtherExpectation);
      if (!(other instanceof OtherExpectation)) throw error;
      return await grantFor(other.expectation, other.answer);
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

  #configure(metadata: oidc.ServerMetadata, authentication: oidc.ClientAuth): oidc.Configuration {
    const configuration = new oidc.Configuration(
      metadata,
      this.#options.clientId,
      { [oidc.clockTolerance]: CLOCK_TOLERANCE },
      authentication,
    );
    configuration.timeout = 0; // how the attempts go out has a deadline
    oidc.enableNonRepudiationChecks(configuration);
    if (this.#options.allowHttp) oidc.allowInsecureRequests(configuration);
    return configuration;
  }

  /**
   * Answers the question for the keys with those that are expected. Throws OtherExpectation where the tokens ask for others, or
   * come from another issuer, unless `answer` is given, which then is the answer.
   */
  #fetchForSignIn(
    metadata: oidc.ServerMetadata,
    expectation: Expectation,
    deadline: AbortSignal,
    answer: Answer | undefined,
  ): oidc.CustomFetch {
    return async (url, options) => {
      if (url === hrefOf(metadata.jwks_uri)) return Response.json(this.#signingFor(expectation));
      if (answer !== undefined) return responseOf(answer);
      const received = await this.published.ask(url, options, deadline);
      const other = await this.#otherExpectation(metadata, expectation, received, deadline);
      if (other !== undefined) throw new OtherExpectation(other, received);
      return responseOf(received);
    };
  }

  /** What tokens are to be validated against by what they say of themselves; undefined where it is as expected. */
  async #otherExpectation(
    metadata: oidc.ServerMetadata,
    expected: Expectation,
    answer: Answer,
    deadline: AbortSignal,
  ): Promise<Expectation | undefined> {
    const announced = announcedIn(answer);
    if (announced === undefined) return undefined;
    const { kid, tid } = announced;
    const issuer =
      tid === undefined ? expected.issuer : this.#options.completeIssuer(metadata.issuer, announced);
    const keys = await within(deadline, this.published.keysFor(kid));
    return issuer === expected.issuer && keys === expected.keys ? undefined : { issuer, keys };
  }

  /** The keys that sign for this issuer: one that names an issuer of its own signs for that alone. */
  #signingFor({ issuer, keys }: Expectation): JSONWebKeySet {
    const { completeIssuer } = this.#options;
    return {
      keys: keys.filter(
        ({ issuer: owner }) => owner === undefined || completeIssuer(owner, { iss: issuer }) === issuer,
      ),
    };
  }

  #meaning(error: unknown): EntranceError {
    return translateProviderError(error, this.#options.refine, { duringDiscovery: false });
  }
}

function isRefusedCredential(error: unknown): boolean {
  const reported = reportedError(error);
  return error instanceof CredentialUnavailable || (reported !== undefined && refusesCredential(reported));
}

function refreshTokenOf({ refresh_token }: oidc.TokenEndpointResponse): Secret | undefined {
  return refresh_token === undefined ? undefined : Secret.of(refresh_token);
}

/** PKCE S256 (RFC 7636 §4.2). */
function codeChallengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}

/** An endpoint as openid-client asks for it. */
function hrefOf(endpoint: string | undefined): string | undefined {
  return endpoint === undefined ? undefined : new URL(endpoint).href;
}

function failed(cause: unknown): EntranceError {
  return new EntranceError('sso_failed', { cause });
}
