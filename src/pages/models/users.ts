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
  /** The list as a CSV file, with the same filters. */
  readonly exportHref: string;
  /** Present for a person who may change people. */
  readonly act?: BulkAct | undefined;
  /** "43 users". */
  readonly count?: string | undefined;
  /** Stands in place of the list if the list is empty. */
  readonly empty?: EmptyState | undefined;
}

/** A GET form: `q`, `provider`, `role`, `status`, `team`, `not_signed_in_since`, `sort`. */
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
  /** Absent while there is no team. */
  readonly teams?: readonly Option[] | undefined;
  /** A date such as `2026-03-01`; empty without this filter. */
  readonly notSignedInSince: string;
  /** On a phone the headings can't be seen, so the form has a field for the order. */
  readonly sorts: readonly Option[];
  /** Present if the list is searched or filtered. */
  readonly clearHref?: string | undefined;
}

/** What a person may do with the chosen rows: a GET form that leads to the question. */
export interface BulkAct {
  readonly action: string;
  readonly teams: readonly Option[];
  readonly roles: readonly Option[];
  /** The query string of this list, to which the answer leads back. */
  readonly list: string;
}

export interface UserRow {
  readonly id: string;
  readonly href: string;
  readonly name: string;
  readonly email: string;
  readonly addressDoubt?: AddressDoubt | undefined;
  readonly provider: string;
  readonly roles: readonly RoleBadge[];
  readonly teams: readonly string[];
  readonly status: Badge;
  readonly created: Moment;
  readonly lastSignIn?: Moment | undefined;
}
