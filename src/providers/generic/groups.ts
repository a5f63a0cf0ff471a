import { type Claimed, UNKNOWN, unionOf } from '../../identity/claimed.js';
import { readList } from '../claim-list.js';
import type { GenericConfig } from './config.js';
import { claimIn, type Sources } from './sources.js';

/** Known in full only if every claim is; a setting of the operator's says what a missing claim means. */
export function groupsOf(
  sources: Sources,
  { absentGroups, groupsClaims }: Pick<GenericConfig, 'absentGroups' | 'groupsClaims'>,
  report: (claim: string, unread: object) => void,
): Claimed {
  const absent = absentGroups === 'none' && sources.isWhole ? [] : UNKNOWN;
  return unionOf(
    groupsClaims.map((name) => {
      const claim = claimIn(sources, name);
      if (claim !== undefined) return readList(flattened(claim), (unread) => report(name, unread));
      return isElsewhere(sources, name) ? UNKNOWN : absent;
    }),
  );
}

/** Turns an object of lists, such as roles by scope, `{"billing": ["owner"]}`, into `billing:owner`. */
function flattened(claim: unknown): unknown {
  if (typeof claim !== 'object' || claim === null || Array.isArray(claim)) return claim;
  return Object.entries(claim).flatMap(([scope, names]: [string, unknown]) =>
    [names].flat().map((name: unknown) => (typeof name === 'string' ? `${scope}:${name}` : name)),
  );
}

/** Whether the claim is too long for the token, and kept elsewhere (OpenID Connect Core §5.6.2). */
function isElsewhere({ idToken, userInfo = {} }: Sources, name: string): boolean {
  return [idToken, userInfo].some(({ _claim_names: names }) =>
    typeof names === 'object' && names !== null ? Object.hasOwn(names, name) : false,
  );
}
