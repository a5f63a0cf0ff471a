import type { AddressDoubt, Badge, Column, EmptyState, Moment, Option, RoleBadge } from '../parts.js';

export interface UsersModel {
  readonly search: UserSearch;
  readonly columns: readonly Column[];
  readonly users: readonly UserRow[];
  readonly newerHref?: string | undefined;
  readonly olderHref?: string | undefined;
  /** Pages are then called “Newer” and “Older”, otherwise “Previous” and “Next”. */
  readonly newestFirst: boolean;
  /** Present for a person who may add people. */
  readonly addHref?: string | undefined;
  /** "43 users". */
  readonly count?: string | undefined;
  /** Stands in place of the list if the list is empty. */
  readonly empty?: EmptyState | undefined;
}

/** A GET form: `q`, `provider`, `role`, `status`, `sort`. */
export interface UserSearch {
  readonly action: string;
  readonly q: string;
  readonly provider: string;
  readonly role: string;
  readonly status: string;
  readonly sort: string;
  readonly providers: readonly Option[];
  readonly roles: readonly Option[];
  readonly statuses: readonly Option[];
  /** On a phone the headings can't be seen, so the form has a field for the order. */
  readonly sorts: readonly Option[];
  /** Present if the list is searched or filtered. */
  readonly clearHref?: string | undefined;
}

export interface UserRow {
  readonly href: string;
  readonly name: string;
  readonly email: string;
  readonly addressDoubt?: AddressDoubt | undefined;
  readonly provider: string;
  readonly roles: readonly RoleBadge[];
  readonly teams: readonly string[];
  readonly status: Badge;
  readonly lastSignIn?: Moment | undefined;
}
