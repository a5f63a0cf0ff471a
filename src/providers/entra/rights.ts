import type { EntraConfig } from '../../config/config.js';
import { type Claimed, type ClaimedRights, namedIn, sortRights } from '../../identity/claimed.js';
import { isUuid } from '../../identity/uuid.js';
import { isNothing, readList, type Unread } from '../claim-list.js';

/** The claims that rights come from, and those that say that one of them was left out. */
export interface RightsClaims {
  readonly groups?: unknown;
  readonly roles?: unknown;
  readonly hasgroups?: unknown;
  readonly _claim_names?: unknown;
}

/** What an operator should know of a claim. */
export type ClaimNotice =
  | { readonly problem: 'unread'; readonly claim: keyof RightsClaims; readonly unread: Unread }
  /** The token holds not all of it, and says so. */
  | { readonly problem: 'left_out'; readonly claim: 'groups' | 'roles' }
  | { readonly problem: 'group_names' };

export type Notify = (notice: ClaimNotice) => void;

/**
 * What the claims `groups` and `roles` give. Absent, empty, unreadable and left out are four things: the last two take nothing away. The
 * address that a token names for what was left out is never asked.
 */
export function rightsOf(claims: RightsClaims, notify: Notify): ClaimedRights {
  const groups = read('groups');
  const roles = read('roles');
  if (namedIn(groups).some((group) => !isUuid(group))) notify({ problem: 'group_names' });
  return sortRights(groups, roles);

  function read(claim: 'groups' | 'roles'): Claimed {
    const listed = readList(claims[claim], (unread) => notify({ problem: 'unread', claim, unread }));
    if (!isLeftOut(claim)) return listed;
    notify({ problem: 'left_out', claim });
    return { atLeast: namedIn(listed) };
  }

  /** A token with too many groups says so in one of two ways. */
  function isLeftOut(claim: 'groups' | 'roles'): boolean {
    const { _claim_names: elsewhere, hasgroups } = claims;
    return namesClaim(elsewhere, claim) || (claim === 'groups' && !isFalse(hasgroups));
  }
}

/** What can't be read may name any claim. */
function namesClaim(elsewhere: unknown, claim: string): boolean {
  if (isNothing(elsewhere)) return false;
  if (typeof elsewhere !== 'object' || elsewhere === null) return true;
  return Array.isArray(elsewhere) ? elsewhere.length > 0 : Object.hasOwn(elsewhere, claim);
}

/** Entra sends booleans in several forms; what is none of them isn't known to be false. */
function isFalse(value: unknown): boolean {
  return isNothing(value) || value === false || value === 0 || value === '0' || value === 'false';
}

/** Names in place of IDs are usual in some tenants, and matter only if an ID is mapped. */
export function needsGroupIds(
  {
    adminGroups,
    roleMappings,
    teamMappings,
  }: Pick<EntraConfig, 'adminGroups' | 'roleMappings' | 'teamMappings'>,
  notices: readonly ClaimNotice[],
): boolean {
  const mapped = [...roleMappings, ...teamMappings].map(({ value }) => value);
  return [...adminGroups, ...mapped].some(isUuid) || notices.some(({ problem }) => problem !== 'group_names');
}
