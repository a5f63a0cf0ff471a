import { createHash } from 'node:crypto';
import { decodeProtectedHeader } from 'jose/decode/protected_header';
import * as oauth from 'oauth4webapi';
import { EntranceError } from '../errors.js';
import type { Tokens } from './grants.js';
import { CLOCK_TOLERANCE_SECONDS } from './jwt.js';

/** The claims of a fully validated ID token; each provider interprets them. */
export type IdTokenClaims = Readonly<Record<string, unknown>>;

export interface IdTokenExpectation {
  readonly clientId: string;
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The claims of tokens that the library has validated, after the checks that the library leaves to us in the code flow
 * (OpenID Connect Core §3.1.3.7, §3.1.3.8).
 * @throws EntranceError `sso_failed`
 */
export function acceptedClaims(tokens: Tokens, { clientId, code, now }: IdTokenExpectation): IdTokenClaims {
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  expectBearer(tokens);
  if (claims === undefined) throw refused('id_token');
  if (claims.iat > now / 1_000 + CLOCK_TOLERANCE_SECONDS) throw refused('iat');
  const { at_hash, azp, c_hash } = claims;
  if (azp !== undefined && azp !== clientId) throw refused('azp');
  const { alg = '' } = decodeProtectedHeader(tokens.id_token ?? '');
  if (at_hash !== undefined && !isHashOf(tokens.access_token, at_hash, alg)) throw refused('at_hash');
  if (c_hash !== undefined && !isHashOf(code, c_hash, alg)) throw refused('c_hash');
  return claims;
}

/** @throws EntranceError `sso_failed` if the token isn't a bearer token (RFC 6750) */
export function expectBearer({ token_type }: Tokens): void {
  if (token_type.toLowerCase() !== 'bearer') throw refused('token_type');
}

function refused(claim: string): EntranceError {
  return new EntranceError('sso_failed', { cause: { claim } });
}

/**
 * Whether `at_hash` or `c_hash` matches the access token or code beside it (OpenID Connect Core §3.1.3.6, §3.3.2.11).
 * The hash is the left half of the digest by the algorithm of the ID token's `alg`.
 */
function isHashOf(value: string, claimed: unknown, alg: string): boolean {
  const digest = createHash(`sha${/(256|384|512)$/.exec(alg)?.[1] ?? '512'}`)
    .update(value)
    .digest();
  return claimed === digest.subarray(0, digest.length / 2).toString('base64url');
}
