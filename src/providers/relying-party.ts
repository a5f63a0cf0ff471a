import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import { readAccessToken } from './access-token.js';
import { credentialChain } from './credentials/chain.js';
import { foreignIssuer, reportedError } from './failures.js';
import { codeChallengeOf } from './fresh-secrets.js';
import { codeGrant, refreshGrant, type Tokens } from './grants.js';
import { acceptedClaims, expectBearer, type IdTokenClaims } from './id-token.js';
import { CLOCK_TOLERANCE_SECONDS, signingAlgorithms } from './jwt.js';
import { KeyCache } from './key-cache.js';
import { issuerIn, type LogoutNotice, readLogoutToken } from './logout-token.js';
import { beforeDeadline, PROVIDER_DEADLINE_MS } from './outbound.js';
import type { AuthorizationSecrets, Confirmation, CredentialTrial } from './provider.js';
import { PublishedMetadata } from './published-metadata.js';
import { revocationRefused, verifyRevocationToken } from './revocation-token.js';
import { configure, TokenEndpoint, type TokenEndpointOptions } from './token-endpoint.js';
import { fetchUserInfo, type UserInfo, type UserInfoRequest } from './user-info.js';

export interface RelyingPartyOptions extends TokenEndpointOptions {
  readonly redirectUri: string;
  /** The error for an ID token of another issuer; `sso_failed` by default. */
  readonly foreignIssuerError?: (issuer: string) => EntranceError | undefined;
}

/** A provider with several issuers may use one for Global Token Revocation requests only. */
export interface RevocationSigner {
  readonly issuer: string;
  readonly jwksUri: string;
}

/** The result of redeeming an authorization response of OAuth 2.0. */
export interface Granted {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | undefined;
  /** The granted scopes, as the provider writes them; undefined if they are the requested ones. */
  readonly scope: string | undefined;
}

/** The relying party of the authorization code flow with PKCE (RFC 9700 §2.1.1). */
export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  readonly #client: oauth.Client;
  readonly #configurations = new WeakMap<oidc.ServerMetadata, oidc.Configuration>();
  readonly #tokenEndpoint: TokenEndpoint;
  readonly #revocationKeys: KeyCache;
  readonly published: PublishedMetadata;

  constructor(options: RelyingPartyOptions) {
    this.#options = options;
    this.#client = { client_id: options.clientId, [oauth.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
    this.published = new PublishedMetadata(options);
    this.#tokenEndpoint = new TokenEndpoint(options, this.published);
    this.#revocationKeys = new KeyCache(options.clock);
  }

  async authorizationUrl(
    secrets: AuthorizationSecrets,
    parameters: Readonly<Record<string, string>>,
  ): Promise<URL> {
    return oidc.buildAuthorizationUrl(this.#configurationFor(await this.published.metadata()), {
      ...parameters,
      redirect_uri: this.#options.redirectUri,
      response_type: 'code',
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: codeChallengeOf(secrets.codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  /** Redeems an authorization response and fully validates the ID token, with its signature. */
  async redeem(
    parameters: URLSearchParams,
    secrets: AuthorizationSecrets,
    deadline: AbortSignal,
  ): Promise<Granted & { readonly claims: IdTokenClaims; readonly idToken: Secret }> {
    try {
      const { code, tokens } = await this.#exchange(parameters, secrets, deadline, secrets.nonce);
      const { clientId, clock } = this.#options;
      const claims = acceptedClaims(tokens, { clientId, code, now: clock.now() });
      return { ...grantedBy(tokens), claims, idToken: Secret.of(tokens.id_token ?? '') };
    } catch (error) {
      const issuer = foreignIssuer(error);
      const foreign = issuer === undefined ? undefined : this.#options.foreignIssuerError?.(issuer);
      throw foreign ?? this.published.failureOf(error);
    }
  }

  /** Redeems an authorization response of a provider that has OAuth 2.0 only; its API identifies the person. */
  async redeemWithoutIdToken(
    parameters: URLSearchParams,
    secrets: AuthorizationSecrets,
    deadline: AbortSignal,
  ): Promise<Granted> {
    try {
      const { tokens } = await this.#exchange(parameters, secrets, deadline, undefined);
      expectBearer(tokens);
      return grantedBy(tokens);
    } catch (error) {
      throw this.published.failureOf(error);
    }
  }

  /** @param nonce the nonce that the ID token must hold; undefined if no ID token is expected */
  async #exchange(
    parameters: URLSearchParams,
    { state, codeVerifier }: AuthorizationSecrets,
    deadline: AbortSignal,
    nonce: string | undefined,
  ): Promise<{ readonly code: string; readonly tokens: Tokens }> {
    const metadata = await beforeDeadline(deadline, this.published.metadata());
    const namedIssuer = parameters.get('iss') ?? undefined;
    const issuer = this.published.issuerRule.complete(metadata.issuer, { iss: namedIssuer });
    const response = oauth.validateAuthResponse({ ...metadata, issuer }, this.#client, parameters, state);
    const { redirectUri } = this.#options;
    const grant = codeGrant(metadata, this.#client, {
      response,
      redirectUri,
      codeVerifier,
      nonce,
      namedIssuer,
    });
    const tokens = await this.#tokenEndpoint.tokens(metadata, grant, deadline);
    return { code: response.get('code') ?? '', tokens };
  }

  /** Uses a refresh token (RFC 6749 §6) to learn whether it is still accepted. */
  async confirm(refreshToken: Secret): Promise<Confirmation> {
    const deadline = AbortSignal.timeout(PROVIDER_DEADLINE_MS);
    try {
      const metadata = await beforeDeadline(deadline, this.published.metadata());
      const grant = refreshGrant(metadata, this.#client, refreshToken);
      const tokens = await this.#tokenEndpoint.tokens(metadata, grant, deadline);
      return { outcome: 'confirmed', refreshToken: grantedBy(tokens).refreshToken };
    } catch (error) {
      if (reportedError(error)?.error !== 'invalid_grant') throw this.published.failureOf(error);
      const { cause, facts } = this.published.meaningOf(error);
      return { outcome: 'ended', reason: cause, facts };
    }
  }

  /** @throws EntranceError `sso_failed` if the UserInfo endpoint answers about another subject */
  userInfo(request: UserInfoRequest): Promise<UserInfo> {
    return fetchUserInfo(this.published, this.#client, request);
  }

  /**
   * The claims of the access token that came with an ID token, if the provider signed it for this client and this
   * person; undefined if it is opaque.
   * @throws EntranceError `sso_failed` if it is a JWT for another client or person, or isn't valid
   */
  async verifyAccessToken(accessToken: Secret, idToken: IdTokenClaims): Promise<IdTokenClaims | undefined> {
    const { id_token_signing_alg_values_supported: announced } = await this.published.metadata();
    return readAccessToken(accessToken.value(), {
      idToken,
      clientId: this.#options.clientId,
      algorithms: signingAlgorithms(announced),
      keysFor: (issuer, kid) => this.published.signingKeys(issuer, kid),
      now: this.#options.clock.now(),
    });
  }

  /** Whether ID tokens may hold this `iss`, for a provider with one issuer. */
  async isIssuer(issuer: string): Promise<boolean> {
    const { issuer: stated } = await this.published.metadata();
    return issuer === stated || this.published.issuerRule.aliases.includes(issuer);
  }

  /** @param isIssuer whether a token may come from this issuer, for a provider with several */
  async readLogoutToken(
    token: string,
    isIssuer: (issuer: string) => Promise<boolean> = (issuer) => this.isIssuer(issuer),
  ): Promise<LogoutNotice> {
    const issuer = issuerIn(token);
    const metadata = await this.published.metadata();
    if (!(await isIssuer(issuer)))
      throw new EntranceError('logout_token_invalid', { cause: { claim: 'iss' } });
    const reading = readLogoutToken(token, {
      issuer,
      clientId: this.#options.clientId,
      algorithms: signingAlgorithms(metadata.id_token_signing_alg_values_supported),
      keysFor: (kid) => this.published.signingKeys(issuer, kid),
      now: this.#options.clock.now(),
    });
    const notice = await reading.catch((error: unknown) => {
      throw this.published.failureOf(error);
    });
    // Sessions are indexed by `sub` only if the provider announces logout tokens. Otherwise the token is refused, since
    // no session could be found.
    if ('subject' in notice.named && metadata.backchannel_logout_supported !== true)
      throw new EntranceError('logout_token_invalid', { cause: { claim: 'sid' } });
    return notice;
  }

  /** @throws EntranceError `token_invalid` unless the signer made this token for this address, a short time ago */
  async verifyRevocationToken(
    token: string | undefined,
    endpoint: string,
    { issuer, jwksUri }: RevocationSigner,
  ): Promise<void> {
    if (token === undefined) throw revocationRefused('no bearer token');
    const { id_token_signing_alg_values_supported: announced } = await this.published.metadata();
    await verifyRevocationToken(token, {
      issuer,
      endpoint,
      algorithms: signingAlgorithms(announced),
      keysFor: async (kid) => ({
        keys: [...(await this.#revocationKeys.keysFor(kid, () => this.published.fetchKeysAt(jwksUri)))],
      }),
      now: this.#options.clock.now(),
    });
  }

  /**
   * Tries each credential alone by a client-credentials grant (RFC 6749 §4.4), and drops the token. The result doesn't
   * count for the provider's health.
   * @param tokenEndpoint another token endpoint than that of the metadata
   */
  async tryCredentials(scope: string, tokenEndpoint?: string): Promise<readonly CredentialTrial[]> {
    const published = await this.published.metadata();
    const metadata =
      tokenEndpoint === undefined ? published : { ...published, token_endpoint: tokenEndpoint };
    const chain = credentialChain(this.#options.credentials);
    return Promise.all(chain.map((credential) => this.#tokenEndpoint.trial(credential, metadata, scope)));
  }

  /** Only addresses at the provider are built with it, and the metadata alone decides them. */
  #configurationFor(metadata: oidc.ServerMetadata): oidc.Configuration {
    const { clientId, allowHttp } = this.#options;
    const known = this.#configurations.get(metadata);
    const configuration = known ?? configure(metadata, oidc.None(), { clientId, allowHttp });
    this.#configurations.set(metadata, configuration);
    return configuration;
  }
}

function grantedBy({ access_token, refresh_token, scope }: Tokens): Granted {
  return {
    accessToken: Secret.of(access_token),
    refreshToken: refresh_token === undefined ? undefined : Secret.of(refresh_token),
    scope,
  };
}
