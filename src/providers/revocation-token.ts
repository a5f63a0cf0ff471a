import { createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { EntranceError } from '../errors.js';
import { CLOCK_TOLERANCE_SECONDS } from './jwt.js';

/** Seconds; the vendors' tokens are valid for five minutes. */
const MAX_AGE_SECONDS = 10 * 60;
const TYPE = 'global-token-revocation+jwt';

export interface RevocationTokenOptions {
  /** The issuer that signs these tokens. */
  readonly issuer: string;
  /** The address that was called. A token for another application’s address is refused. */
  readonly endpoint: string;
  /** The algorithms that the metadata announces for ID tokens. */
  readonly algorithms: readonly string[];
  readonly keysFor: (kid: string | undefined) => Promise<JSONWebKeySet>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Validates the JWT that authenticates a Global Token Revocation request (draft-parecki-oauth-global-token-revocation).
 * The same token may be used again while it is valid: to end sessions twice changes nothing.
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

/** The error for a problem document and for the log. */
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
