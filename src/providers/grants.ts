import * as oauth from 'oauth4webapi';
import type { Secret } from '../config/secret.js';

export type Tokens = oauth.TokenEndpointResponse;

/** A request for tokens, and the function by which the library validates the answer. */
export interface Grant {
  /** The `iss` of the authorization response that this grant redeems. */
  readonly namedIssuer?: string | undefined;
  readonly request: (
    authentication: oauth.ClientAuth,
    options: oauth.TokenEndpointRequestOptions,
  ) => Promise<Response>;
  readonly process: (server: oauth.AuthorizationServer, answer: Response) => Promise<Tokens>;
}

export interface CodeGrantOptions {
  readonly response: URLSearchParams;
  readonly namedIssuer: string | undefined;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  /** The nonce that the ID token must hold; undefined if no ID token is expected. */
  readonly nonce: string | undefined;
}

/** The authorization code grant (RFC 6749 §4.1.3 and RFC 7636 §4.5). */
export function codeGrant(
  metadata: oauth.AuthorizationServer,
  client: oauth.Client,
  { response, namedIssuer, redirectUri, codeVerifier, nonce }: CodeGrantOptions,
): Grant {
  const expected = nonce === undefined ? {} : { expectedNonce: nonce };
  return {
    namedIssuer,
    request: (authentication, options) =>
      oauth.authorizationCodeGrantRequest(
        metadata,
        client,
        authentication,
        response,
        redirectUri,
        codeVerifier,
        options,
      ),
    process: (server, answer) => oauth.processAuthorizationCodeResponse(server, client, answer, expected),
  };
}

/** The refresh token grant (RFC 6749 §6). */
export function refreshGrant(
  metadata: oauth.AuthorizationServer,
  client: oauth.Client,
  refreshToken: Secret,
): Grant {
  return {
    request: (authentication, options) =>
      oauth.refreshTokenGrantRequest(metadata, client, authentication, refreshToken.value(), options),
    process: (server, answer) => oauth.processRefreshTokenResponse(server, client, answer),
  };
}
