import { EntranceError } from '../errors.js';
import { type JwtSigner, verifyJwt } from './jwt.js';

/** Seconds; the vendors' tokens are valid for five minutes. */
const MAX_AGE_SECONDS = 10 * 60;
const TYPE = 'global-token-revocation+jwt';

/**
 * Validates the JWT that authenticates a Global Token Revocation request (draft-parecki-oauth-global-token-revocation).
 * The same token may be used again while it is valid: to end sessions twice changes nothing.
 * @throws EntranceError `token_invalid`; the error of `keysFor` if the keys can’t be read
 */
export async function verifyRevocationToken(
  token: string,
  { endpoint, ...signer }: JwtSigner & { readonly endpoint: string },
): Promise<void> {
  const requiredClaims = ['exp', 'iat'];
  const expected = { audience: endpoint, typ: TYPE, requiredClaims, maxTokenAge: MAX_AGE_SECONDS };
  await verifyJwt(token, signer, expected, revocationRefused);
}

/** The error for a problem document and for the log. */
export function revocationRefused(claim: string | undefined): EntranceError {
  return new EntranceError('token_invalid', {
    detail:
      'The request isn’t signed by the provider for this address, and no session ended. The reason is in the log, under the request’s ID.',
    cause: { claim },
  });
}
