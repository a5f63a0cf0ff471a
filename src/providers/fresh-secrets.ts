import { randomBytes } from 'node:crypto';
import type { AuthorizationSecrets } from './provider.js';

export function freshSecrets(): AuthorizationSecrets {
  return { state: randomToken(), nonce: randomToken(), codeVerifier: randomToken() };
}

/** 256 bits, in a text of the length that RFC 7636 §4.1 asks of a `code_verifier`. */
function randomToken(): string {
  return randomBytes(32).toString('base64url');
}
