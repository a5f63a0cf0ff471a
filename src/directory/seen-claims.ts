import { type Claimed, isComplete, namedIn, sortRights, UNKNOWN } from '../identity/claimed.js';
import { compactId, fullId } from '../identity/compact-id.js';
import { domainOf } from '../identity/email.js';
import type { Asserted } from '../identity/reconcile-grants.js';
import { isTenantId } from '../identity/tenant.js';
import type { User } from '../identity/user.js';

/** What the last sign-in through a provider said, kept to explain grants and to try other rules on. */
export interface SeenClaims extends Asserted {
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** The most that a record keeps. If somebody has more groups, or more app roles, these count as unknown. */
const MOST_KEPT = 1_000;

type SeenText = readonly [
  at: number,
  /** Null if nothing is known of them. */
  groups: readonly string[] | null,
  appRoles: readonly string[],
  verifiedDomain: string | null,
  /** The kinds that aren’t known in full, as a sum of flags. */
  incomplete?: number,
];
const INCOMPLETE = { groups: 1, appRoles: 2, domain: 4 } as const;

/** As the store keeps it; undefined for what goes without saying, which in a large directory is what most say. */
export function writeSeen({ email }: Pick<User, 'email'>, seen: SeenClaims): string | undefined {
  const { verifiedDomain } = seen;
  const [groups, appRoles] = [kept(seen.groups), kept(seen.appRoles)];
  const incomplete =
    (isComplete(groups) ? 0 : INCOMPLETE.groups) +
    (isComplete(appRoles) ? 0 : INCOMPLETE.appRoles) +
    (seen.domainIsUncertain ? INCOMPLETE.domain : 0);
  const [ids, values] = [namedIn(groups), namedIn(appRoles)];
  const saysNothing = ids.length + values.length + incomplete === 0;
  if (saysNothing && verifiedDomain === domainOf(email)) return undefined;
  const known = ids.length === 0 && !isComplete(groups) ? null : ids.map(compactId);
  const text: SeenText = [Date.parse(seen.at), known, values, verifiedDomain ?? null];
  return JSON.stringify(incomplete === 0 ? text : [...text, incomplete]);
}

function kept(claimed: Claimed): Claimed {
  return namedIn(claimed).length > MOST_KEPT ? UNKNOWN : claimed;
}

/** Undefined for who never signed in through a provider. */
export function readSeen(
  {
    provider,
    providerScope,
    lastLoginAt,
    email,
  }: Pick<User, 'provider' | 'providerScope' | 'lastLoginAt' | 'email'>,
  text: string | null | undefined,
): SeenClaims | undefined {
  if (provider === 'local' || lastLoginAt === null) return undefined;
  if (text === null || text === undefined)
    return { at: lastLoginAt, groups: [], appRoles: [], verifiedDomain: domainOf(email) };
  const [at, groups, roles, verifiedDomain, incomplete = 0]: SeenText = JSON.parse(text); // only writeSeen writes it
  const claimed = (values: readonly string[], part: number): Claimed =>
    (incomplete & part) === 0 ? values : { atLeast: values };
  const rights = {
    groups: groups === null ? UNKNOWN : claimed(groups.map(fullId), INCOMPLETE.groups),
    appRoles: claimed(roles, INCOMPLETE.appRoles),
  };
  return {
    at: new Date(at).toISOString(),
    // Of people of a directory (tenant) earlier versions kept groups by name, and IDs of groups that are sent as roles among the app roles.
    ...(incomplete === 0 && isTenantId(providerScope) ? sortRights(rights.groups, rights.appRoles) : rights),
    verifiedDomain: verifiedDomain ?? undefined,
    ...((incomplete & INCOMPLETE.domain) !== 0 && { domainIsUncertain: true }),
  };
}
