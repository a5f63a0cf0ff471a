import type { Link, RoleBadge } from '../parts.js';

export interface RolesModel {
  /** "5 roles". */
  readonly count: string;
  readonly roles: readonly RoleRow[];
  /** "and 12 more roles", if there are too many for a page. */
  readonly more?: string | undefined;
}

export interface RoleRow extends RoleBadge {
  /** The number of the row, for its heading's ID. */
  readonly id: string;
  /** What somebody with the role may do. */
  readonly rights: string;
  /** The settings that give the role: “app role gateway.audit”, and the name of the setting. */
  readonly rules: readonly { readonly setting: string; readonly source: string }[];
  /** "and 12 more settings", if there are too many to show. */
  readonly moreRules?: string | undefined;
  /** The first of the people who have the role. */
  readonly people: readonly (Link & { readonly why: string })[];
  /** "Nobody has this role." */
  readonly nobody?: string | undefined;
  /** "All 43 people": the list of users with this role. */
  readonly all?: Link | undefined;
}
