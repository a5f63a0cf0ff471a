import type {
  AddressDoubt,
  Badge,
  Danger,
  Fact,
  Moment,
  Option,
  RoleBadge,
  SessionsModel,
  WayIn,
} from '../parts.js';

export interface UserModel {
  readonly heading: string;
  readonly email: string;
  readonly addressDoubt?: AddressDoubt | undefined;
  readonly status: Badge;
  readonly profile: {
    readonly name: string;
    readonly email: string;
    readonly created: Moment;
    readonly lastSignIn?: Moment | undefined;
    /** The decision of an administrator about the person's request. */
    readonly decision?: string | undefined;
  };
  readonly identity: {
    readonly provider: string;
    /** Object ID, tenant ID and our own ID, in monospace, each with a button that copies it. */
    readonly identifiers: readonly Fact[];
    readonly unlinkHref?: string | undefined;
    /** “Unlink from …”. */
    readonly unlinkLabel: string;
    /** All identities, if there are several. */
    readonly ways: readonly WayIn[];
  };
  readonly roles: readonly (RoleBadge & {
    readonly origin: string;
    /** A GET form with `role` leads from here to the question whether to take the role. */
    readonly takeAction?: string | undefined;
  })[];
  /** Two forms with `role`: one offers the known roles, the other takes any name. */
  readonly giveRole?: { readonly action: string; readonly options: readonly Option[] } | undefined;
  readonly teams: readonly UserTeam[];
  /** A form with `team`. */
  readonly joinTeam?: { readonly action: string; readonly options: readonly Option[] } | undefined;
  readonly sessions: SessionsModel;
  /** The audit log, filtered by this person. */
  readonly historyHref: string;
  readonly actions: {
    readonly enable?: { readonly action: string } | undefined;
    readonly approve?: { readonly action: string; readonly rejectHref?: string | undefined } | undefined;
    /** The reason that something can't be done, said before anybody tries it. */
    readonly explanation?: string | undefined;
  };
  /** Empty for a person who may do none of it. */
  readonly dangers: readonly Danger[];
  readonly backHref: string;
}

export interface UserTeam {
  readonly id: string;
  readonly name: string;
  readonly href: string;
  /**
   * The group or app role that gives the grant, and since when it is confirmed; undefined for a grant by hand alone.
   */
  readonly bySso?: string | undefined;
  /** “, until 2026-03-01 00:00 UTC (in 3 days)”, for a membership that ends by itself. */
  readonly until?: string | undefined;
  /** The address that takes `team`, for a grant by hand. */
  readonly leaveAction?: string | undefined;
}
