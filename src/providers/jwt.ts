import type { JSONWebKeySet } from 'jose';
import * as oauth from 'oauth4webapi';

/** By how much clocks may differ. */
export const CLOCK_TOLERANCE_SECONDS = 60;

/** The algorithms that the provider’s JWTs may be signed with: those of public keys among the ones that it announces. */
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

/** `Published` fetches keys, within its bounds; the library doesn’t. */
function refuseToFetch(): Promise<never> {
  return Promise.reject(new TypeError('keys are fetched elsewhere'));
}
