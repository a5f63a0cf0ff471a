import { createHash, randomBytes } from 'node:crypto';
import type { AuthorizationSecrets } from './provider.js';

export function freshSecrets(): AuthorizationSecrets {
  return { state: randomToken(), nonce: randomToken(), codeVerifier: randomToken() };
}

/** 256 bits, in a text of the length that RFC 7636 §4.1 asks of a `code_verifier`. */
function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** PKCE S256 (RFC 7636 §4.2). */
export function codeChallengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}
