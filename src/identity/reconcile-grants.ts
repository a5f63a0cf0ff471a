import { type Grant, type GrantSource, isSso, type SsoGrant } from './user.js';

/** What a sign-in says of a person, as far as grants go by it. */
export interface Asserted {
  /** Group IDs; undefined where the provider left them out and couldn't be asked: then what is missing proves nothing. */
  readonly groups: readonly string[] | undefined;
  /** App-role values. A token always holds all of them. */
  readonly appRoles: readonly string[];
  /** The domain of the email, where it is verified. */
  readonly verifiedDomain: string | undefined;
}

/** What gives a role, or puts into a team. */
export interface GrantRules {
  /** From a group ID or an app-role value, in lower case, to what it gives. */
  readonly mapped: readonly GrantRule[];
  /** Everybody whose email is of one of these domains has this. */
  readonly ofDomains?: { readonly domains: readonly string[]; readonly name: string };
  /** What those have to whom nothing else gave anything. */
  readonly fallback?: string | undefined;
}

export interface GrantRule {
  readonly value: string;
  readonly name: string;
}

/**
 * The grants after a sign-in. Manual grants are never touched; `sso` grants become what the rules make of what is asserted.
 * Certain knowledge takes away, uncertain knowledge never does, and gives nothing new (contract §6): while groups are unknown, what
 * rested on a group that is still mapped stays as it was, with the time of its last confirmation.
 * @param now ISO 8601 in UTC
 */
export function reconcileGrants(
  previous: readonly Grant[],
  asserted: Asserted,
  rules: GrantRules,
  now: string,
): readonly Grant[] {
  const confirmed = confirmedSources(asserted, rules);
  const kept = asserted.groups === undefined ? unrefutedSources(previous, rules) : [];
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

function confirmedSources({ groups = [], appRoles, verifiedDomain }: Asserted, rules: GrantRules): Reason[] {
  const of = (kind: GrantSource['kind'], values: readonly string[]) =>
    values.flatMap((value) =>
      rules.mapped
        .filter((rule) => rule.value === value.toLowerCase())
        .map(({ name }) => ({ name, source: { kind, value } })),
    );
  const { ofDomains } = rules;
  const byDomain =
    ofDomains !== undefined && verifiedDomain !== undefined && ofDomains.domains.includes(verifiedDomain)
      ? [{ name: ofDomains.name, source: { kind: 'domain', value: verifiedDomain } as const }]
      : [];
  return [...of('group', groups), ...of('app_role', appRoles), ...byDomain];
}

/** What rests on groups, as far as those are still mapped to it. */
function unrefutedSources(previous: readonly Grant[], { mapped }: GrantRules): Reason[] {
  return previous
    .filter(isSso)
    .flatMap(({ name, sources }) =>
      sources
        .filter(
          ({ kind, value }) =>
            kind === 'group' &&
            mapped.some((rule) => rule.name === name && rule.value === value.toLowerCase()),
        )
        .map((source) => ({ name, source })),
    );
}

/** Who may have more than is known is given no fallback, but keeps one. */
function fallbackOf(
  previous: readonly Grant[],
  { groups }: Asserted,
  { fallback }: GrantRules,
  now: string,
): readonly SsoGrant[] {
  if (fallback === undefined) return [];
  const held = previousOf(previous, fallback);
  const source: GrantSource = { kind: 'default', value: '' };
  if (groups !== undefined) return [{ name: fallback, origin: 'sso', sources: [source], confirmedAt: now }];
  return held?.sources.some(({ kind }) => kind === 'default') ? [{ ...held, sources: [source] }] : [];
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
