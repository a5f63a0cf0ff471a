import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose';
import * as oauth from 'oauth4webapi';
import type { EntranceError } from '../errors.js';

export const CLOCK_TOLERANCE_SECONDS = 60;

export interface JwtSigner {
  readonly issuer: string;
  /** The algorithms that the metadata announces for ID tokens. */
  readonly algorithms: readonly string[];
  readonly keysFor: (kid: string | undefined) => Promise<JSONWebKeySet>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The announced algorithms that may sign the provider’s JWTs: only those with public keys. */
export function signingAlgorithms(announced: readonly string[] | undefined): string[] {
  return (announced ?? ['RS256']).filter((alg) => !/^(?:none|HS\d+)$/i.test(alg));
}

/** @param refused makes the error for a token that isn’t valid, by what is wrong; errors of `keysFor` pass */
export async function verifyJwt(
  token: string,
  { issuer, algorithms, keysFor, now }: JwtSigner,
  options: JWTVerifyOptions,
  refused: (what: string) => EntranceError,
): Promise<JWTVerifyResult> {
  const kid = kidOf(token);
  if (kid === null) throw refused('form');
  const keys = await keysFor(kid);
  try {
    return await jwtVerify(token, createLocalJWKSet(keys), {
      ...options,
      issuer,
      algorithms: [...algorithms],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
    });
  } catch (error) {
    if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
      throw refused(error.claim);
    throw refused(error instanceof errors.JOSEError ? error.code : 'key'); // a key that can’t verify, such as a short one
  }
}

/** Null if the token has no header that can be read. */
function kidOf(token: string): string | undefined | null {
  try {
    return decodeProtectedHeader(token).kid;
  } catch {
    return null;
  }
}

/** Verifies the signature of the JWT in an answer that the library has processed. */
export async function verifySignature(
  server: oauth.AuthorizationServer,
  answer: Response,
  jwks: JSONWebKeySet,
): Promise<void> {
  await oauth.validateApplicationLevelSignature(server, answer, {
    [oauth.jwksCache]: { jwks, uat: Math.floor(Date.now() / 1_000) },
    [oauth.customFetch]: refuseToFetch,
  });
}

/** `PublishedMetadata` fetches keys, within its limits; the library must not. */
function refuseToFetch(): Promise<never> {
  return Promise.reject(new TypeError('keys are fetched elsewhere'));
}
