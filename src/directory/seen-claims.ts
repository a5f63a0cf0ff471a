import { compactId, fullId } from '../identity/compact-id.js';
import { domainOf } from '../identity/email.js';
import type { Asserted } from '../identity/reconcile-grants.js';
import type { User } from '../identity/user.js';

/** What the last sign-in through a provider said, kept to explain grants and to try other rules on. */
export interface SeenClaims extends Asserted {
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** Nobody's record grows beyond that; who is in more groups counts as somebody whose groups aren't known. */
const MOST_GROUPS = 1_000;

type SeenText = readonly [
  at: number,
  groups: readonly string[] | null,
  appRoles: readonly string[],
  verifiedDomain: string | null,
];

/** As the store keeps it; undefined for what goes without saying, which in a large directory is what most say. */
export function writeSeen({ email }: Pick<User, 'email'>, seen: SeenClaims): string | undefined {
  const { groups, appRoles, verifiedDomain } = seen;
  const isUsual = groups?.length === 0 && appRoles.length === 0 && verifiedDomain === domainOf(email);
  if (isUsual) return undefined;
  const known = groups === undefined || groups.length > MOST_GROUPS ? null : groups.map(compactId);
  const text: SeenText = [Date.parse(seen.at), known, appRoles, verifiedDomain ?? null];
  return JSON.stringify(text);
}

/** Undefined for who never signed in through a provider. */
export function readSeen(
  { provider, lastLoginAt, email }: Pick<User, 'provider' | 'lastLoginAt' | 'email'>,
  text: string | null | undefined,
): SeenClaims | undefined {
  if (provider === 'local' || lastLoginAt === null) return undefined;
  if (text === null || text === undefined)
    return { at: lastLoginAt, groups: [], appRoles: [], verifiedDomain: domainOf(email) };
  const [at, groups, appRoles, verifiedDomain]: SeenText = JSON.parse(text); // written by writeSeen and nobody else
  return {
    at: new Date(at).toISOString(),
    groups: groups?.map(fullId),
    appRoles,
    verifiedDomain: verifiedDomain ?? undefined,
  };
}
