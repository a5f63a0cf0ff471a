import { createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { EntranceError } from '../errors.js';
import { CLOCK_TOLERANCE_SECONDS } from './jwt.js';

/** The vendors give such a token five minutes. */
const MAX_AGE_SECONDS = 10 * 60;
const TYPE = 'global-token-revocation+jwt';

export interface RevocationTokenOptions {
  /** Who signs these tokens. */
  readonly issuer: string;
  /** The address that was asked: a token for another application’s isn’t ours. */
  readonly endpoint: string;
  /** Those that the metadata announces for ID tokens. */
  readonly algorithms: readonly string[];
  readonly keysFor: (kid: string | undefined) => Promise<JSONWebKeySet>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Validates the JWT that a request for Global Token Revocation (draft-parecki-oauth-global-token-revocation) is authenticated
 * with. It may be used again while it is good: ending what has ended changes nothing.
 * @throws EntranceError `token_invalid`; the error of `keysFor` if the keys can’t be read
 */
export async function verifyRevocationToken(
  token: string,
  { issuer, endpoint, algorithms, keysFor, now }: RevocationTokenOptions,
): Promise<void> {
  const keys = await keysFor(kidOf(token));
  try {
    await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience: endpoint,
      typ: TYPE,
      algorithms: [...algorithms],
      requiredClaims: ['exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: MAX_AGE_SECONDS,
      currentDate: new Date(now),
    });
  } catch (error) {
    throw revocationRefused(whatIsWrong(error));
  }
}

/** In a problem document, and in the log. */
export function revocationRefused(claim: string | undefined): EntranceError {
  return new EntranceError('token_invalid', {
    detail:
      'The request isn’t signed by the provider for this address, and no session ended. The reason is in the log, under the request’s ID.',
    cause: { claim },
  });
}

function kidOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    throw revocationRefused('form');
  }
}

function whatIsWrong(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return error.claim;
  return error instanceof errors.JOSEError ? error.code : 'key'; // a key that can’t verify, such as a short one
}
