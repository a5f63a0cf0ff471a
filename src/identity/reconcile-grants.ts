import { type Claimed, type ClaimedRights, isComplete, namedIn } from './claimed.js';
import { type Grant, type GrantSource, isSso, type SsoGrant } from './user.js';

/** The claims of a sign-in on which grants rest. */
export interface Asserted extends ClaimedRights {
  /** The domain of the verified email, or that of the organisation in its place. */
  readonly verifiedDomain: string | undefined;
  /** The claim for the address couldn’t be read, so the person may have a verified one of another domain. */
  readonly domainIsUncertain?: boolean;
}

/** The rules that give roles, or put people into teams. */
export interface GrantRules {
  /** Rules by claims, with values in lower case. */
  readonly mapped: readonly GrantRule[];
  /** The role or team of everybody whose email is of one of these domains. */
  readonly ofDomains?: { readonly domains: readonly string[]; readonly name: string };
  /** The role or team of a person to whom no other rule gives one. */
  readonly fallback?: string | undefined;
}

export type ClaimKind = Extract<GrantSource['kind'], 'group' | 'app_role'>;

/** A value that a provider may assert of a person, with its name space. */
export interface GrantingValue {
  readonly kind: ClaimKind;
  /** Compared without regard to case. */
  readonly value: string;
}

/** A rule of the operator: a person with this value gets the role or the team with this name. */
export interface GrantRule extends GrantingValue {
  readonly name: string;
}

/**
 * Whether a stored source fits this rule. Earlier versions stored the ID of a group that was sent as a role as an app
 * role; such a source fits. They also took the name of a group for an app role; such a source never fits.
 */
export function restsOn({ kind, value }: GrantSource, rule: GrantingValue): boolean {
  const isKind = kind === rule.kind || (kind === 'app_role' && rule.kind === 'group');
  return isKind && value.toLowerCase() === rule.value.toLowerCase();
}

/**
 * The grants after a sign-in. Manual grants stay as they are. The `sso` grants become those that the rules give for the
 * asserted claims. A grant goes only if the claims certainly no longer give it (contract §6): while not all groups or
 * app roles are known, a grant by one of them stays with the time of its last confirmation, if its rule still exists.
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

/** Former grants that the claims, not known in full, neither confirm nor refute. Their rules must still exist. */
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

/** The rules by claims that aren't known in full: such a rule may or may not apply to the person. */
function openRules(asserted: Asserted, { mapped, ofDomains }: GrantRules): GrantRules {
  const isOpen = asserted.domainIsUncertain && ofDomains !== undefined && ofDomains.domains.length > 0;
  return {
    mapped: mapped.filter(({ kind }) => !isComplete(claimOf(asserted, kind))),
    ...(isOpen && { ofDomains }),
  };
}

/** If not all claims are known, the person keeps the fallback but isn’t given it anew. */
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

/** The sources without repetition, in a fixed order. */
function distinct(reasons: readonly Reason[]): readonly GrantSource[] {
  const byKey = new Map(
    reasons.map(({ source }) => [`${source.kind} ${source.value.toLowerCase()}`, source] as const),
  );
  return [...byKey].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, source]) => source);
}

function previousOf(previous: readonly Grant[], name: string): SsoGrant | undefined {
  return previous.filter(isSso).find((grant) => grant.name === name);
}

/** An `sso` grant that is new or gone, with its sources. */
export interface GrantChange {
  readonly name: string;
  readonly change: 'given' | 'taken';
  /** For a grant that was taken: the sources that no longer hold. */
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
