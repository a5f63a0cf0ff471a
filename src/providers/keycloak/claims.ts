import * as z from 'zod';
import type { Claimed } from '../../identity/claimed.js';
import { parseEmail } from '../../identity/email.js';
import type { Identity } from '../../identity/identity.js';
import { displayText } from '../../identity/text.js';
import { LONGEST_NAME } from '../../identity/user.js';
import { isNothing } from '../claim-list.js';
import { fullNameOf, identityFromStandardClaims } from '../standard-claims.js';
import { type KeycloakConfig, keycloakNames } from './settings.js';
import { claimAt, type Sources } from './sources.js';

const optionalText = z.string().max(1_024).optional().catch(undefined);
const names = z.object({ name: optionalText, given_name: optionalText, family_name: optionalText });

/** The identity of the person. The ID token always identifies them; their name and address may be at UserInfo only. */
export function identityIn(
  { idToken, userInfo = {} }: Sources,
  groups: Claimed,
  { emailClaim, usernameClaim }: KeycloakConfig,
): Identity {
  const hasAddress = !isNothing(claimAt(idToken, emailClaim));
  const address = addressIn(hasAddress ? idToken : userInfo, emailClaim);
  const name =
    fullNameOf(names.parse({ ...userInfo, ...idToken }), undefined) ??
    usernameIn(claimAt(idToken, usernameClaim) ?? claimAt(userInfo, usernameClaim));
  return {
    ...identityFromStandardClaims(keycloakNames.id, { ...idToken, ...address, name }),
    groups,
    appRoles: [],
  };
}

/** `email_verified` vouches for the claim `email` only. */
function addressIn(claims: Readonly<Record<string, unknown>>, emailClaim: string) {
  const email = claimAt(claims, emailClaim);
  const isVouchedFor = parseEmail(email) === parseEmail(claims.email);
  return { email, email_verified: isVouchedFor && claims.email_verified };
}

function usernameIn(claim: unknown): string | undefined {
  return typeof claim === 'string' ? displayText(claim, LONGEST_NAME) : undefined;
}
