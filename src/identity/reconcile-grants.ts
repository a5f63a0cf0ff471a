import { type Claimed, type ClaimedRights, isComplete, namedIn } from './claimed.js';
import { type Grant, type GrantSource, isSso, type SsoGrant } from './user.js';

/** What a sign-in says of a person, as far as grants go by it. */
export interface Asserted extends ClaimedRights {
  /** The domain of the email, where it is verified, or that of the organisation in its place. */
  readonly verifiedDomain: string | undefined;
  /** The person may have a verified address of another domain as well: the claim for it couldn’t be read. */
  readonly domainIsUncertain?: boolean;
}

/** What gives a role, or puts into a team. */
export interface GrantRules {
  /** With their values in lower case. */
  readonly mapped: readonly GrantRule[];
  /** Everybody whose email is of one of these domains has this. */
  readonly ofDomains?: { readonly domains: readonly string[]; readonly name: string };
  /** What those have to whom nothing else gave anything. */
  readonly fallback?: string | undefined;
}

export type ClaimKind = Extract<GrantSource['kind'], 'group' | 'app_role'>;

/** A value that a provider may assert of somebody, with the name space that it belongs to. */
export interface GrantingValue {
  readonly kind: ClaimKind;
  /** Compared without regard to case. */
  readonly value: string;
}

/** As the operator writes the rules: from a granting value to the name of a role or a team. */
export interface GrantRule extends GrantingValue {
  readonly name: string;
}

/**
 * Whether a stored source is what this rule asks for. Earlier versions stored the IDs of groups that are sent as roles as app roles, and
 * gave app roles to groups by their names: the latter is never right.
 */
export function restsOn({ kind, value }: GrantSource, rule: GrantingValue): boolean {
  const isKind = kind === rule.kind || (kind === 'app_role' && rule.kind === 'group');
  return isKind && value.toLowerCase() === rule.value.toLowerCase();
}

/**
 * The grants after a sign-in. Manual grants are never touched; `sso` grants become what the rules make of what is asserted.
 * Certain knowledge takes away, uncertain knowledge never does (contract §6): while groups or app roles aren’t known in full, a
 * grant by one that is still mapped stays as it was, with the time of its last confirmation.
 * @param now ISO 8601 in UTC
 */
export function reconcileGrants(
  previous: readonly Grant[],
  asserted: Asserted,
  rules: GrantRules,
  now: string,
): readonly Grant[] {
  const confirmed = confirmedSources(asserted, rules);
  const kept = unrefutedSources(previous, asserted, rules);
  const names = new Set([...confirmed, ...kept].map(({ name }) => name));
  const found = [...names].sort().map((name): SsoGrant => {
    const isConfirmed = confirmed.some((one) => one.name === name);
    return {
      name,
      origin: 'sso',
      sources: distinct([...confirmed, ...kept].filter((one) => one.name === name)),
      confirmedAt: isConfirmed ? now : (previousOf(previous, name)?.confirmedAt ?? now),
    };
  });
  return [
    ...previous.filter(({ origin }) => origin === 'manual'),
    ...(found.length > 0 ? found : fallbackOf(previous, asserted, rules, now)),
  ];
}

interface Reason {
  readonly name: string;
  readonly source: GrantSource;
}

function confirmedSources(asserted: Asserted, { mapped, ofDomains }: GrantRules): Reason[] {
  const byClaim = mapped.flatMap(({ kind, value, name }) =>
    namedIn(claimOf(asserted, kind))
      .filter((one) => one.toLowerCase() === value)
      .map((one) => ({ name, source: { kind, value: one } })),
  );
  const { verifiedDomain } = asserted;
  const byDomain =
    ofDomains !== undefined && verifiedDomain !== undefined && ofDomains.domains.includes(verifiedDomain)
      ? [{ name: ofDomains.name, source: { kind: 'domain', value: verifiedDomain } as const }]
      : [];
  return [...byClaim, ...byDomain];
}

/** The grants by claims that aren’t known in full, if their rules still exist. */
function unrefutedSources(previous: readonly Grant[], asserted: Asserted, rules: GrantRules): Reason[] {
  const { mapped, ofDomains } = openRules(asserted, rules);
  return previous.filter(isSso).flatMap(({ name, sources }) =>
    sources.flatMap((source) => {
      const rule = mapped.find((one) => one.name === name && restsOn(source, one));
      if (rule !== undefined) return [{ name, source: { ...source, kind: rule.kind } }];
      const isByDomain = source.kind === 'domain' && ofDomains?.name === name;
      return isByDomain && ofDomains.domains.includes(source.value) ? [{ name, source }] : [];
    }),
  );
}

/** The rules that may or may not apply to the person. */
function openRules(asserted: Asserted, { mapped, ofDomains }: GrantRules): GrantRules {
  const isOpen = asserted.domainIsUncertain && ofDomains !== undefined && ofDomains.domains.length > 0;
  return {
    mapped: mapped.filter(({ kind }) => !isComplete(claimOf(asserted, kind))),
    ...(isOpen && { ofDomains }),
  };
}

/** A person who may hold more than is known isn’t given the fallback, but keeps it. */
function fallbackOf(
  previous: readonly Grant[],
  asserted: Asserted,
  rules: GrantRules,
  now: string,
): readonly SsoGrant[] {
  const { fallback } = rules;
  if (fallback === undefined) return [];
  const held = previousOf(previous, fallback);
  const source: GrantSource = { kind: 'default', value: '' };
  const open = openRules(asserted, rules);
  if (open.mapped.length === 0 && open.ofDomains === undefined)
    return [{ name: fallback, origin: 'sso', sources: [source], confirmedAt: now }];
  return held?.sources.some(({ kind }) => kind === 'default') ? [{ ...held, sources: [source] }] : [];
}

function claimOf({ groups, appRoles }: Asserted, kind: ClaimKind): Claimed {
  return kind === 'group' ? groups : appRoles;
}

/** Each source once, in an order of its own. */
function distinct(reasons: readonly Reason[]): readonly GrantSource[] {
  const byKey = new Map(
    reasons.map(({ source }) => [`${source.kind} ${source.value.toLowerCase()}`, source] as const),
  );
  return [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, source]) => source);
}

function previousOf(previous: readonly Grant[], name: string): SsoGrant | undefined {
  return previous.filter(isSso).find((grant) => grant.name === name);
}

/** What of the `sso` grants is new or gone, and what it rested on. */
export interface GrantChange {
  readonly name: string;
  readonly change: 'given' | 'taken';
  /** Of a grant that was taken: what no longer holds. */
  readonly sources: readonly GrantSource[];
}

export function grantChanges(before: readonly Grant[], after: readonly Grant[]): readonly GrantChange[] {
  const missingIn = (others: readonly Grant[]) => (grant: SsoGrant) =>
    previousOf(others, grant.name) === undefined;
  const given = after.filter(isSso).filter(missingIn(before));
  const taken = before.filter(isSso).filter(missingIn(after));
  return [
    ...given.map(({ name, sources }) => ({ name, change: 'given', sources }) as const),
    ...taken.map(({ name, sources }) => ({ name, change: 'taken', sources }) as const),
  ];
}
