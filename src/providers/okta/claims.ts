import { type Claimed, isComplete, namedIn, UNKNOWN } from '../../identity/claimed.js';
import type { Identity } from '../../identity/identity.js';
import { isNothing, readList } from '../claim-list.js';
import type { IdTokenClaims } from '../id-token.js';
import { identityFromStandardClaims } from '../standard-claims.js';
import type { UserInfo } from '../user-info.js';

/** A custom authorization server silently leaves out what is more than this. */
const MOST_GROUPS = 100;

type Claims = Readonly<Record<string, unknown>>;

/**
 * Who signed in. An ID token that comes with an access token may be “thin”: Okta then leaves claims such as `groups` and
 * `email_verified` to UserInfo, so that both are read.
 * @throws EntranceError if UserInfo can’t be had, and it alone knows whether the address is verified
 */
export function identityFromOktaClaims(
  provider: string,
  claims: IdTokenClaims,
  userInfo: UserInfo,
): Identity {
  const told: Claims = userInfo.outcome === 'answered' ? userInfo.claims : {};
  if (userInfo.outcome === 'failed' && claims.email_verified === undefined) throw userInfo.error;
  const { name, given_name, family_name } = told;
  const merged = { name, given_name, family_name, ...claims, ...addressIn(claims, told) };
  return {
    ...identityFromStandardClaims(provider, merged),
    groups: groupsIn(claims.groups, told.groups),
    appRoles: [],
  };
}

/** `email_verified` speaks of the address that stands beside it. */
function addressIn(claims: Claims, told: Claims): Claims {
  if (isNothing(claims.email)) return { email: told.email, email_verified: told.email_verified };
  const isSame = claims.email_verified === undefined && claims.email === told.email;
  return isSame ? { email_verified: told.email_verified } : {};
}

/** The names of groups that either source asserts. A list that is as long as the limit may have been cut. */
export function groupsIn(...sources: readonly unknown[]): Claimed {
  const lists = sources.filter((source) => source !== undefined).map((source) => readList(source));
  if (lists.length === 0) return UNKNOWN;
  const names = [...new Set(lists.flatMap(namedIn))];
  const isWhole = lists.every((list) => isComplete(list) && list.length !== MOST_GROUPS);
  return isWhole ? names : { atLeast: names };
}
