import * as z from 'zod';
import { admitsDomain, domainOf, parseDomain } from '../../identity/email.js';
import type { Identity } from '../../identity/identity.js';
import type { IdTokenClaims } from '../id-token.js';
import { identityFromStandardClaims } from '../standard-claims.js';

/** Google itself gives the addresses of this domain to people. */
const GMAIL = 'gmail.com';

const googleClaims = z.object({
  email_verified: z.unknown().optional(),
  hd: z.string().optional().catch(undefined),
});

/**
 * Who somebody is at Google. Google can vouch for an address that it gives to people itself, and for those of an organisation that
 * manages its accounts there (`hd`). Anybody can make an account with any other address, and it stays verified after
 * whoever owns the domain has taken the address away.
 * @param issuer as the metadata states it: a token may spell it in another way
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
