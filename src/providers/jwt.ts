import type { JSONWebKeySet } from 'jose';
import * as oauth from 'oauth4webapi';

export const CLOCK_TOLERANCE_SECONDS = 60;

/** The announced algorithms that may sign the provider’s JWTs: only those with public keys. */
export function signingAlgorithms(announced: readonly string[] | undefined): string[] {
  return (announced ?? ['RS256']).filter((alg) => !/^(?:none|HS\d+)$/i.test(alg));
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

/** `Published` fetches keys, within its limits; the library must not. */
function refuseToFetch(): Promise<never> {
  return Promise.reject(new TypeError('keys are fetched elsewhere'));
}
