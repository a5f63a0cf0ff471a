import type { Badge, Danger, PersonChoice } from '../parts.js';

export interface TeamsModel {
  /** "12 teams". */
  readonly count?: string | undefined;
  readonly teams: readonly {
    readonly href: string;
    readonly name: string;
    readonly description?: string | undefined;
    /** Present for a team that a mapping of single sign-on made. */
    readonly origin?: Badge | undefined;
    /** "1,204". */
    readonly members: string;
  }[];
  /** A form with `name` and `description`. */
  readonly create?: { readonly action: string } | undefined;
}

export interface TeamModel {
  readonly heading: string;
  readonly description?: string | undefined;
  readonly origin?: Badge | undefined;
  readonly count: string;
  readonly members: readonly {
    readonly id: string;
    readonly href: string;
    readonly name: string;
    readonly email: string;
    /** The provider that put the person into the team. */
    readonly bySso: string | undefined;
    /** The address that takes `user`, for a member by hand. */
    readonly removeAction?: string | undefined;
  }[];
  readonly newerHref?: string | undefined;
  readonly olderHref?: string | undefined;
  /** Present for a person who may change the team. */
  readonly act?:
    | {
        /** A form with `person`: a name or an email address. */
        readonly addAction: string;
        /** The text that was typed, if it doesn't mean one person. */
        readonly typed?: string | undefined;
        /** The reason that nobody was found. */
        readonly problem?: string | undefined;
        /** The people who may be meant. */
        readonly choice?: PersonChoice | undefined;
        /** A form with `name` and `description`. */
        readonly editAction: string;
        readonly name: string;
        readonly dangers: readonly Danger[];
      }
    | undefined;
  readonly backHref: string;
}
