import { isNothing } from './claim-list.js';
import type { IdTokenClaims } from './id-token.js';
import type { UserInfo } from './user-info.js';

type Claims = Readonly<Record<string, unknown>>;

/**
 * The standard claims of a person, which stand partly in the ID token and partly in UserInfo, and those of UserInfo
 * alone, `told`. If both hold a claim, the ID token counts.
 * @throws EntranceError if UserInfo can’t be read, and only UserInfo could say whether the address is verified
 */
export function toldTwice(
  claims: IdTokenClaims,
  userInfo: UserInfo,
): { readonly claims: IdTokenClaims; readonly told: Claims } {
  const told: Claims = userInfo.outcome === 'answered' ? userInfo.claims : {};
  if (userInfo.outcome === 'failed' && claims.email_verified === undefined) throw userInfo.error;
  const { family_name, given_name, name, preferred_username } = told;
  return {
    claims: { name, given_name, family_name, preferred_username, ...claims, ...addressIn(claims, told) },
    told,
  };
}

/** `email_verified` describes the address in the same source. */
function addressIn(claims: Claims, told: Claims): Claims {
  if (isNothing(claims.email)) return { email: told.email, email_verified: told.email_verified };
  const isSame = claims.email_verified === undefined && claims.email === told.email;
  return isSame ? { email_verified: told.email_verified } : {};
}
