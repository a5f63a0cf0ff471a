import { isUuid } from './uuid.js';

/** The values that a provider asserts of a person: exactly these, or at least these if further values aren’t known. */
export type Claimed = readonly string[] | { readonly atLeast: readonly string[] };

/** No value is known, so nothing is given and nothing is taken away. */
export const UNKNOWN: Claimed = { atLeast: [] };

/** Whether all values are known, so that any other value is certainly missing. */
export function isComplete(claimed: Claimed): claimed is readonly string[] {
  return !('atLeast' in claimed);
}

export function namedIn(claimed: Claimed): readonly string[] {
  return isComplete(claimed) ? claimed : claimed.atLeast;
}

/** The values of all sources, which are known in full only if each source is. */
export function unionOf(sources: readonly Claimed[]): Claimed {
  return claimed(sources.flatMap(namedIn), sources.every(isComplete));
}

/** Claims about a person's rights, in two name spaces. A group is known by its ID alone, an app role by its value. */
export interface ClaimedRights {
  readonly groups: Claimed;
  /** App-role values, none of which is a GUID. */
  readonly appRoles: Claimed;
}

/**
 * Sorts the members of the claims `groups` and `roles` by name space. A GUID is a group’s ID, also in `roles`: groups
 * can be sent as roles, and `groups` is empty then. In most directories anybody may name a group as they like, so the
 * name of a group is never taken for an app role and gives nothing. If `groups` holds names, groups may be missing from
 * the IDs.
 */
export function sortRights(groups: Claimed, roles: Claimed): ClaimedRights {
  const [ofGroups, ofRoles] = [namedIn(groups), namedIn(roles)];
  const areAllIds = isComplete(groups) && ofGroups.every(isUuid);
  const couldBeInRoles = ofGroups.length === 0 && !isComplete(roles);
  return {
    groups: claimed([...ofGroups, ...ofRoles].filter(isUuid), areAllIds && !couldBeInRoles),
    appRoles: claimed(
      ofRoles.filter((value) => !isUuid(value)),
      isComplete(roles),
    ),
  };
}

function claimed(values: readonly string[], isAll: boolean): Claimed {
  const distinct = [...new Set(values)];
  return isAll ? distinct : { atLeast: distinct };
}
