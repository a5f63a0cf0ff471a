import { type Claimed, isComplete, UNKNOWN, unionOf } from '../../identity/claimed.js';
import type { Identity } from '../../identity/identity.js';
import { readList } from '../claim-list.js';
import type { IdTokenClaims } from '../id-token.js';
import { identityFromStandardClaims } from '../standard-claims.js';
import { toldTwice } from '../told-twice.js';
import type { UserInfo } from '../user-info.js';

/** A custom authorization server silently leaves out all groups beyond this number. */
export const MOST_GROUPS = 100;

/**
 * The identity of the person. An ID token that comes with an access token may be “thin”: Okta then leaves claims such
 * as `groups` and `email_verified` to UserInfo, so both are read.
 * @throws EntranceError if UserInfo can’t be read, and only UserInfo knows whether the address is verified
 */
export function identityFromOktaClaims(
  provider: string,
  idToken: IdTokenClaims,
  userInfo: UserInfo,
): Identity {
  const { claims, told } = toldTwice(idToken, userInfo);
  return {
    ...identityFromStandardClaims(provider, claims),
    groups: groupsIn(idToken.groups, told.groups),
    appRoles: [],
  };
}

/** The names of the groups in either source. A list that is as long as the limit may be incomplete. */
export function groupsIn(...sources: readonly unknown[]): Claimed {
  const lists = sources.filter((source) => source !== undefined).map((source) => readList(source));
  if (lists.length === 0) return UNKNOWN;
  return unionOf(
    lists.map((list) => (isComplete(list) && list.length === MOST_GROUPS ? { atLeast: list } : list)),
  );
}
