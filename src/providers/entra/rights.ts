import { grantingValues } from '../../config/common-settings.js';
import { type Claimed, type ClaimedRights, isComplete, namedIn, sortRights } from '../../identity/claimed.js';
import { isUuid } from '../../identity/uuid.js';
import { isNothing, kindOf, readList, type Unread } from '../claim-list.js';

/** The claims that give rights, and the claims that announce that another claim was left out. */
export interface RightsClaims {
  readonly groups?: unknown;
  readonly roles?: unknown;
  readonly hasgroups?: unknown;
  readonly _claim_names?: unknown;
}

export type ClaimNotice =
  /** If some members of a list are odd, the others count; an unreadable claim gives no information. */
  | {
      readonly problem: 'odd_members' | 'unreadable';
      readonly claim: keyof RightsClaims;
      readonly unread: Unread;
    }
  /** The token announces that it doesn't hold the whole claim. */
  | { readonly problem: 'left_out'; readonly claim: 'groups' | 'roles' }
  | { readonly problem: 'group_names' };

export type Notify = (notice: ClaimNotice) => void;

/**
 * Reads the claims `groups` and `roles`. A claim may be absent, empty, unreadable or left out; an unreadable or omitted
 * claim takes no right away. A token may name an address for a claim that was left out; that address is never asked.
 */
export function rightsOf(claims: RightsClaims, notify: Notify): ClaimedRights {
  const { _claim_names: elsewhere, hasgroups } = claims;
  if (!namesNothing(elsewhere) && !isRecord(elsewhere)) reportUnreadable('_claim_names');
  if (!isFalse(hasgroups) && !isTrue(hasgroups)) reportUnreadable('hasgroups');
  const groups = read('groups');
  const roles = read('roles');
  if (namedIn(groups).some((group) => !isUuid(group))) notify({ problem: 'group_names' });
  return sortRights(groups, roles);

  function read(claim: 'groups' | 'roles'): Claimed {
    let unread: Unread | undefined;
    const listed = readList(claims[claim], (found) => {
      unread = found;
    });
    if (unread !== undefined)
      notify({ problem: isComplete(listed) ? 'odd_members' : 'unreadable', claim, unread });
    if (!isLeftOut(claim)) return listed;
    if (claim === 'groups' || isRecord(elsewhere)) notify({ problem: 'left_out', claim });
    return { atLeast: namedIn(listed) };
  }

  /** A token with too many groups announces it in one of two ways. */
  function isLeftOut(claim: 'groups' | 'roles'): boolean {
    return namesClaim(elsewhere, claim) || (claim === 'groups' && !isFalse(hasgroups));
  }

  function reportUnreadable(claim: '_claim_names' | 'hasgroups'): void {
    notify({ problem: 'unreadable', claim, unread: { [kindOf(claims[claim])]: 1 } });
  }
}

/** An unreadable announcement may name any claim. */
function namesClaim(elsewhere: unknown, claim: string): boolean {
  if (namesNothing(elsewhere)) return false;
  return isRecord(elsewhere) ? Object.hasOwn(elsewhere, claim) : true;
}

function namesNothing(elsewhere: unknown): boolean {
  return isNothing(elsewhere) || (Array.isArray(elsewhere) && elsewhere.length === 0);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Entra sends booleans in several forms; no other value counts as true. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1' || value === 'true';
}

/** A value in none of these forms isn't certain to be false. */
function isFalse(value: unknown): boolean {
  return isNothing(value) || value === false || value === 0 || value === '0' || value === 'false';
}

/** Whether groups were sent as names while the settings map IDs. Some tenants send names, which matters only then. */
export function needsGroupIds(
  config: Parameters<typeof grantingValues>[0],
  notices: readonly ClaimNotice[],
): boolean {
  return (
    grantingValues(config).some(({ kind }) => kind === 'group') ||
    notices.some(({ problem }) => problem !== 'group_names')
  );
}
