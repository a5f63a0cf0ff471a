import { type Claimed, isComplete, namedIn, sortRights, UNKNOWN } from '../identity/claimed.js';
import { compactId, fullId } from '../identity/compact-id.js';
import { domainOf } from '../identity/email.js';
import { identitiesAtLastSignIn } from '../identity/linked-identities.js';
import type { Asserted } from '../identity/reconcile-grants.js';
import { isTenantId } from '../identity/tenant.js';
import type { IdentityKey, ProviderId, User } from '../identity/user.js';

/** The claims of the last sign-in through a provider, kept to explain grants and to preview other rules. */
export interface SeenClaims extends Asserted {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Undefined if the provider isn't known. The account may have lost its identity there since the sign-in. */
  readonly provider: ProviderId | undefined;
}

type Holder = Pick<
  User,
  | 'provider'
  | 'providerId'
  | 'providerScope'
  | 'linkedAt'
  | 'furtherIdentities'
  | 'createdAt'
  | 'lastLoginAt'
  | 'email'
>;

/**
 * The most groups, and the most app roles, that a record keeps. If somebody has more of them, they count as unknown.
 */
const MOST_KEPT = 1_000;

type SeenText = readonly [
  at: number,
  /** Null if no group is known. */
  groups: readonly string[] | null,
  appRoles: readonly string[],
  verifiedDomain: string | null,
  /** The kinds that aren’t known in full, as a sum of flags. */
  incomplete?: number,
  /** Absent if the provider follows from the account (`impliedIdentity`); earlier versions never wrote it. */
  provider?: ProviderId,
];
const INCOMPLETE = { groups: 1, appRoles: 2, domain: 4 } as const;

/**
 * The text that the store keeps. Undefined for the usual claims: no groups, no app roles, and the domain of the
 * account's address. Most users of a large directory have these, and then take no memory.
 */
export function writeSeen(user: Holder, seen: SeenClaims): string | undefined {
  const { provider, verifiedDomain } = seen;
  const [groups, appRoles] = [kept(seen.groups), kept(seen.appRoles)];
  const incomplete =
    (isComplete(groups) ? 0 : INCOMPLETE.groups) +
    (isComplete(appRoles) ? 0 : INCOMPLETE.appRoles) +
    (seen.domainIsUncertain ? INCOMPLETE.domain : 0);
  const [ids, values] = [namedIn(groups), namedIn(appRoles)];
  const saysNothing = ids.length + values.length + incomplete === 0;
  const isImplied = provider === impliedIdentity(user)?.provider;
  if (saysNothing && isImplied && verifiedDomain === domainOf(user.email)) return undefined;
  const known = ids.length === 0 && !isComplete(groups) ? null : ids.map(compactId);
  const text: SeenText = [Date.parse(seen.at), known, values, verifiedDomain ?? null];
  if (!isImplied) return JSON.stringify([...text, incomplete, provider]);
  return JSON.stringify(incomplete === 0 ? text : [...text, incomplete]);
}

function kept(claimed: Claimed): Claimed {
  return namedIn(claimed).length > MOST_KEPT ? UNKNOWN : claimed;
}

/** Undefined for a person who never signed in through a provider that the account is linked to now. */
export function readSeen(user: Holder, text: string | null | undefined): SeenClaims | undefined {
  const { lastLoginAt, email } = user;
  if (user.provider === 'local' || lastLoginAt === null) return undefined;
  const implied = impliedIdentity(user);
  if (text === null || text === undefined) {
    if (identitiesAtLastSignIn(user).length === 0) return undefined;
    const verifiedDomain = domainOf(email);
    return { at: lastLoginAt, provider: implied?.provider, groups: [], appRoles: [], verifiedDomain };
  }
  const [at, groups, roles, verifiedDomain, incomplete = 0, named]: SeenText = JSON.parse(text); // only writeSeen writes it
  const claimed = (values: readonly string[], part: number): Claimed =>
    (incomplete & part) === 0 ? values : { atLeast: values };
  const rights = {
    groups: groups === null ? UNKNOWN : claimed(groups.map(fullId), INCOMPLETE.groups),
    appRoles: claimed(roles, INCOMPLETE.appRoles),
  };
  return {
    at: new Date(at).toISOString(),
    provider: named ?? implied?.provider,
    // For people of a directory (tenant), earlier versions stored group names as groups, and the IDs of groups that
    // were sent as roles as app roles.
    ...(incomplete === 0 && isTenantId(implied?.providerScope)
      ? sortRights(rights.groups, rights.appRoles)
      : rights),
    verifiedDomain: verifiedDomain ?? undefined,
    ...((incomplete & INCOMPLETE.domain) !== 0 && { domainIsUncertain: true }),
  };
}

/**
 * An identity of the provider of the last sign-in, if all identities that the account had then were of one provider. An
 * identity that was linked later tells nothing about that sign-in.
 */
function impliedIdentity(user: Holder): IdentityKey | undefined {
  const [first, ...others] = identitiesAtLastSignIn(user);
  return others.every(({ provider }) => provider === first?.provider) ? first : undefined;
}
