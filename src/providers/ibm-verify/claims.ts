import { type Claimed, UNKNOWN, unionOf } from '../../identity/claimed.js';
import type { Identity } from '../../identity/identity.js';
import { isNothing, readList } from '../claim-list.js';
import type { IdTokenClaims } from '../id-token.js';
import { identityFromStandardClaims } from '../standard-claims.js';
import { toldTwice } from '../told-twice.js';
import type { UserInfo } from '../user-info.js';

type Claims = Readonly<Record<string, unknown>>;

export interface IdentityRules {
  readonly id: string;
  readonly emailFromUsername: boolean;
}

/**
 * The identity of the person. The application's mapping decides whether a claim stands in the ID token or in UserInfo,
 * so both are read.
 * @throws EntranceError if UserInfo can’t be read, and only UserInfo could say whether the address is verified
 */
export function identityFromIbmClaims(
  { emailFromUsername, id }: IdentityRules,
  idToken: IdTokenClaims,
  userInfo: UserInfo,
): Identity {
  const { claims, told } = toldTwice(idToken, userInfo);
  // Nobody vouches for a user name: `email_verified` describes `email`.
  const address =
    emailFromUsername && isNothing(claims.email)
      ? { email: claims.preferred_username, email_verified: false }
      : {};
  return {
    ...identityFromStandardClaims(id, { ...claims, ...address }),
    groups: groupsIn(idToken, told),
    appRoles: [],
  };
}

/** The groups in these sources, and the roles of services as `scope:role`. */
export function groupsIn(...sources: readonly Claims[]): Claimed {
  const lists = sources
    .flatMap(({ groupIds, groups, roles }) => [groupIds, groups, flattened(roles)])
    .filter((claim) => claim !== undefined)
    .map((claim) => readList(claim));
  return lists.length === 0 ? UNKNOWN : unionOf(lists);
}

/** `{"SERVICE": ["Owner"]}` becomes `SERVICE:Owner`. Any other value stays as it is. */
function flattened(roles: unknown): unknown {
  if (typeof roles !== 'object' || roles === null || Array.isArray(roles)) return roles;
  return Object.entries(roles).flatMap(([scope, list]: [string, unknown]) =>
    (Array.isArray(list) ? list : [list]).map((role: unknown) =>
      typeof role === 'string' && role.trim() !== '' ? `${scope}:${role}` : role,
    ),
  );
}
