import type { Moment, Option, RoleBadge } from '../parts.js';

export interface AddPeopleModel {
  readonly backHref: string;
  readonly person: {
    readonly action: string;
    readonly email: string;
    readonly fullName: string;
    /** The known roles, and none. */
    readonly roles: readonly Option[];
    /** A role that isn't among the known ones. */
    readonly otherRole: string;
    /** The providers with which the person may sign in, if there are several. */
    readonly providers?: readonly Option[] | undefined;
    /** The reason that the sent form is refused. */
    readonly problem?: string | undefined;
  };
  readonly file: {
    readonly action: string;
    /** "5,000 people". */
    readonly most: string;
    /** The provider IDs that the file may name, if there are several providers; the first ID is the default. */
    readonly providers?: readonly string[] | undefined;
  };
}

/** The effects of a file, or the reason that it can’t be imported. */
export interface ImportModel {
  readonly heading: string;
  readonly problems: readonly { readonly place: string; readonly problem: string }[];
  /** Warnings about values that are probably mistakes. A warning stops nothing. */
  readonly warnings?: readonly { readonly place: string; readonly problem: string }[] | undefined;
  /** "3 problems". */
  readonly problemCount?: string | undefined;
  /** The number of problems that aren't shown. */
  readonly moreProblems: number;
  readonly rows: readonly {
    readonly line: number;
    readonly email: string;
    readonly name: string;
    readonly roles: string;
    readonly teams: string;
    /** The name of the provider, if there are several. */
    readonly provider?: string | undefined;
  }[];
  readonly moreRows: number;
  /** Present if there is no problem. */
  readonly confirm?: { readonly action: string; readonly csv: string } | undefined;
  readonly backHref: string;
}

export interface ApprovalsModel {
  readonly lifetimeDays: number;
  /** "3 people". */
  readonly count?: string | undefined;
  readonly waiting: readonly {
    readonly href: string;
    readonly name: string;
    readonly email: string;
    /** "directory 9f2c1a7e-…" or "issuer https://…". */
    readonly origin: string;
    readonly asked: Moment;
    /** The roles that the person gets with the approval. */
    readonly roles: readonly RoleBadge[];
    /** Present in every entry if the person may decide, otherwise in none. */
    readonly approveAction?: string | undefined;
    readonly rejectHref?: string | undefined;
  }[];
  readonly rejectedHref: string;
  readonly newerHref?: string | undefined;
  readonly olderHref?: string | undefined;
}
