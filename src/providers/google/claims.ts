import * as z from 'zod';
import { admitsDomain, domainOf, parseDomain } from '../../identity/email.js';
import type { Identity } from '../../identity/identity.js';
import type { IdTokenClaims } from '../id-token.js';
import { identityFromStandardClaims } from '../standard-claims.js';

/** The domain of the addresses that Google itself gives to people. */
const GMAIL = 'gmail.com';

const googleClaims = z.object({
  email_verified: z.unknown().optional(),
  hd: z.string().optional().catch(undefined),
});

/**
 * The identity of a Google account. Google can vouch for an address at gmail.com, and for one of an organisation that
 * manages its accounts at Google (`hd`). Anybody can create an account with another address, which stays verified even
 * if the owner of its domain takes the address away.
 * @param issuer the issuer in the metadata; a token may spell it in another way
 */
export function identityFromGoogleClaims(
  claims: IdTokenClaims,
  { issuer, trustedDomains }: { readonly issuer: string; readonly trustedDomains: readonly string[] },
): Identity {
  const identity = identityFromStandardClaims('google', claims);
  const { email, key } = identity;
  const { email_verified, hd } = googleClaims.parse(claims);
  // Google’s older endpoints write the claim as a text.
  const isVerified = email !== undefined && (email_verified === true || email_verified === 'true');
  const domain = hd === undefined ? gmailOf(email) : parseDomain(hd);
  const isAdmitted =
    domain === undefined ? trustedDomains.length === 0 : admitsDomain(trustedDomains, domain);
  return {
    ...identity,
    key: { ...key, providerScope: issuer },
    emailVerified: isVerified && domain !== undefined,
    appRoles: [],
    domain,
    ...(isVerified && !isAdmitted && { refusal: 'domain_not_trusted' }),
  };
}

function gmailOf(email: string | undefined): string | undefined {
  return email !== undefined && domainOf(email) === GMAIL ? GMAIL : undefined;
}
