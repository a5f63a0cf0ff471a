import { createHash } from 'node:crypto';

/**
 * Whether `at_hash` or `c_hash` matches the access token or code beside it (OpenID Connect Core §3.1.3.6, §3.3.2.11).
 * The hash is the left half of the digest by the algorithm of the ID token's `alg`.
 */
export function isHashOf(value: string, claimed: unknown, alg: string): boolean {
  const digest = createHash(`sha${/(256|384|512)$/.exec(alg)?.[1] ?? '512'}`)
    .update(value)
    .digest();
  return claimed === digest.subarray(0, digest.length / 2).toString('base64url');
}
