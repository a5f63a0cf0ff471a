import { createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import * as z from 'zod';
import { EntranceError } from '../errors.js';
import type { IdTokenClaims } from './id-token.js';
import { CLOCK_TOLERANCE_SECONDS, type JwtSigner } from './jwt.js';

export interface AccessTokenExpectation extends Pick<JwtSigner, 'algorithms' | 'now'> {
  /** The validated claims of the ID token that came with the access token. */
  readonly idToken: IdTokenClaims;
  readonly clientId: string;
  readonly keysFor: (issuer: string, kid: string | undefined) => Promise<JSONWebKeySet>;
}

const idTokenClaims = z.object({ iss: z.string(), sub: z.string() });
const accessTokenClaims = z.looseObject({
  azp: z.string(),
  exp: z.number(),
  sub: z.string().optional(),
});

/**
 * The claims of an access token that the provider signed for this client and this person; undefined if the token is
 * opaque.
 * @throws EntranceError `sso_failed` if the token is a JWT for another client or person, or isn't valid
 */
export async function readAccessToken(
  token: string,
  { idToken, clientId, algorithms, keysFor, now }: AccessTokenExpectation,
): Promise<IdTokenClaims | undefined> {
  const header = headerOf(token);
  if (header === undefined) return undefined;
  const { iss: issuer, sub } = idTokenClaims.parse(idToken);
  const keys = await keysFor(issuer, header.kid);
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      algorithms: [...algorithms],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    });
    const claims = accessTokenClaims.parse(payload);
    if (claims.azp !== clientId) throw refused('azp');
    if (claims.sub !== undefined && claims.sub !== sub) throw refused('sub');
    return claims;
  } catch (error) {
    throw error instanceof EntranceError
      ? error
      : refused(error instanceof errors.JOSEError ? error.code : 'form');
  }
}

/** Undefined if the token isn't a signed JWT. */
function headerOf(token: string): { readonly kid?: string } | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    if (alg === undefined || token.split('.').length !== 3) return undefined;
    return kid === undefined ? {} : { kid };
  } catch {
    return undefined;
  }
}

/** The log gets neither the token nor its claims. */
function refused(reason: string): EntranceError {
  return new EntranceError('sso_failed', { cause: { token: 'access_token', reason } });
}
