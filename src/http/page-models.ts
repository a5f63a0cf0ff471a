import type { VendorMark } from '../providers/provider.js';

/** The frame of every page. Each URL here and in the models is ready to print: the path of `BASE_URL` is part of it. */
export interface PageFrame {
  readonly title: string;
  readonly brand: { readonly name: string; readonly logoUrl?: string | undefined };
  readonly theme: Theme;
  /** The address to which the choice of theme is posted: `theme`, and `return_to` with `currentUrl`. */
  readonly themeAction: string;
  readonly currentUrl: string;
  /** The address of a file in `public/`. */
  asset(name: string): string;
  /** The person who is signed in; without a person the page is a centred card. */
  readonly person?: FramedPerson | undefined;
  /** Empty for a person who may not open the console. */
  readonly navigation: readonly NavigationEntry[];
  readonly notice?: PageNotice | undefined;
  /** The request's ID, for pages that ask people to quote it. */
  readonly reference?: string | undefined;
}

export type Theme = 'system' | 'light' | 'dark';

export interface FramedPerson {
  readonly name: string;
  /** Undefined while it isn't confirmed. */
  readonly email?: string | undefined;
  /** The person's own page. */
  readonly href?: string | undefined;
  readonly signOutAction: string;
}

export interface NavigationEntry extends Link {
  /** The number of people who wait there: "3 waiting". */
  readonly waiting?: number | undefined;
  readonly current: boolean;
}

export interface PageNotice {
  readonly tone: 'success' | 'warning' | 'danger' | 'info';
  readonly text: string;
  readonly action?: Link | undefined;
}

export interface Link {
  readonly href: string;
  readonly label: string;
}

/** A label and a value: a fact to quote, or an identifier to copy. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A moment in words ("3 minutes ago"), and the exact instant in ISO 8601. */
export interface Moment {
  readonly iso: string;
  readonly words: string;
}

export interface Badge {
  readonly tone: 'success' | 'neutral' | 'danger' | 'warning';
  readonly label: string;
}

export interface RoleBadge {
  readonly name: string;
  readonly label: string;
  /** A role that opens the console. */
  readonly strong: boolean;
}

export interface SignInModel {
  readonly sentence: string;
  readonly providers: readonly ProviderButton[];
  /** The form that leads an email address to its provider; present if domains are assigned to providers. */
  readonly addressForm?: AddressForm | undefined;
  /** Present if local sign-in is on, or if it was just refused because it is off. */
  readonly local?: LocalForm | undefined;
  readonly next?: string | undefined;
  /** The address that asked to sign in was too long, so that everything after its path was dropped. */
  readonly isShortened?: boolean;
  readonly refusal?: RefusalPanel | undefined;
  /** The page was opened where the session cookie would be refused. */
  readonly wrongAddress?: { readonly canonicalUrl: string } | undefined;
}

export interface ProviderButton {
  readonly id: string;
  /** “Continue with …”. */
  readonly label: string;
  readonly href: string;
  /** The vendor’s mark; a key without it. */
  readonly mark?: VendorMark | undefined;
  readonly look?: 'ink' | undefined;
  /** The provider couldn't be reached. The button stays, because it may be reachable again. */
  readonly unavailable: boolean;
}

export interface AddressForm {
  readonly action: string;
  readonly address: string;
  readonly error?: string | undefined;
}

export interface LocalForm {
  readonly action: string;
  readonly email: string;
  readonly next: string;
  readonly open: boolean;
  /** There is no provider, so the form stands by itself. */
  readonly alone: boolean;
  readonly error?: { readonly title: string; readonly detail: string } | undefined;
  readonly fieldErrors?:
    | { readonly email?: string | undefined; readonly password?: string | undefined }
    | undefined;
}

export interface RefusalPanel {
  readonly title: string;
  readonly detail: string;
  readonly tone: 'info' | 'warning' | 'danger';
  readonly facts: readonly Fact[];
  readonly actions: readonly Link[];
  readonly reference?: string | undefined;
  /** The way that was refused doesn't work for now, so the local form is open. */
  readonly opensLocalForm?: boolean;
  /** The operator's remedy; only for a person who may know it. */
  readonly operatorHint?: string | undefined;
}

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

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

export interface Column {
  readonly key: string;
  readonly label: string;
  /** The link that sorts by this column. */
  readonly href?: string | undefined;
  readonly sorted?: 'ascending' | 'descending' | undefined;
}

/** An address that isn't confirmed: since when, why, and which button resolves it. */
export interface AddressDoubt {
  readonly since: Moment;
  /** “now held by”: the page writes the name of `holder` behind it. */
  readonly reason: string;
  readonly holder?: Link | undefined;
  readonly remedy: string;
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

export interface EmptyState {
  readonly title: string;
  readonly detail: string;
  readonly href?: string | undefined;
  readonly label?: string | undefined;
}

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
  /** A form with `role`; `known` holds suggestions. */
  readonly giveRole?: { readonly action: string; readonly known: readonly string[] } | undefined;
  readonly teams: readonly UserTeam[];
  /** A form with `team`. */
  readonly joinTeam?: { readonly action: string; readonly options: readonly Option[] } | undefined;
  readonly sessions: SessionsModel;
  /** The audit log, filtered by this person. */
  readonly historyHref: string;
  readonly actions: {
    readonly disable?: { readonly href: string } | undefined;
    readonly enable?: { readonly action: string } | undefined;
    readonly approve?: { readonly action: string; readonly rejectHref?: string | undefined } | undefined;
    readonly deleteHref?: string | undefined;
    /** The reason that something can't be done, said before anybody tries it. */
    readonly explanation?: string | undefined;
  };
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
  /** The address that takes `team`, for a grant by hand. */
  readonly leaveAction?: string | undefined;
}

export interface SessionsModel {
  readonly summary: string;
  readonly rows: readonly {
    readonly device: string;
    readonly address: string;
    readonly lastSeen: Moment;
    /** The session that looks at the page. */
    readonly isCurrent: boolean;
    readonly endAction?: string | undefined;
  }[];
  readonly endAll?: { readonly action: string; readonly label: string } | undefined;
}

export interface AuditModel {
  readonly search: AuditSearch;
  readonly events: readonly AuditRow[];
  readonly newerHref?: string | undefined;
  readonly olderHref?: string | undefined;
  /** Present if the search for rare events stopped before the end. */
  readonly searchedOn?: string | undefined;
  /** Files with the same filters. */
  readonly exports: readonly Link[];
  readonly empty?: EmptyState | undefined;
}

/** A GET form: `user`, `action`, `outcome`, `from`, `to`. */
export interface AuditSearch {
  readonly action: string;
  readonly user: string;
  /** A date, `2026-03-01`. */
  readonly from: string;
  readonly to: string;
  readonly actions: readonly Option[];
  readonly outcomes: readonly Option[];
  /** Present if the log is searched or filtered. */
  readonly clearHref?: string | undefined;
}

export interface AuditRow {
  readonly sentence: string;
  readonly result: Badge;
  readonly address?: string | undefined;
  readonly time: Moment;
  /** The remedy for an administrator, and its page. */
  readonly remedy?: { readonly text: string; readonly link: Link } | undefined;
  /** Shown in a section that is closed at first. */
  readonly facts: readonly Fact[];
}

export interface TeamsModel {
  /** "12 teams". */
  readonly count?: string | undefined;
  readonly teams: readonly {
    readonly href: string;
    readonly name: string;
    readonly description?: string | undefined;
    /** Present for a team that a mapping of single sign-on made. */
    readonly origin?: Badge | undefined;
    /** "3 people". */
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
        /** A form with `email`. */
        readonly addAction: string;
        /** A form with `name` and `description`. */
        readonly editAction: string;
        readonly name: string;
        readonly deleteHref: string;
      }
    | undefined;
  readonly backHref: string;
}

export interface TokensModel {
  /** "3 tokens". */
  readonly count?: string | undefined;
  readonly tokens: readonly {
    readonly name: string;
    readonly scopes: string;
    readonly status: Badge;
    /** The name of the token that made this one; both end together. */
    readonly madeBy?: string | undefined;
    readonly expires: Moment;
    readonly lastUsed?: Moment | undefined;
    readonly rotateHref: string;
    readonly revokeHref: string;
  }[];
  /**
   * A form with `name`, `scopes` and `expires_in_days`. After a mistake it shows the sent values, and the message of
   * each field.
   */
  readonly create: {
    readonly action: string;
    readonly name?: string;
    readonly scopes: readonly {
      readonly value: string;
      readonly label: string;
      readonly checked?: boolean;
    }[];
    readonly lifetimes: readonly Option[];
    readonly problems?: Readonly<Record<string, string>>;
  };
}

export interface TokenModel {
  readonly heading: string;
  readonly secret: string;
  readonly expires: Moment;
  readonly backHref: string;
}

/** A question on a page of its own. */
export interface ConfirmModel {
  readonly heading: string;
  /** Each text is a paragraph. */
  readonly consequence: readonly string[];
  /** The address to which the answer is posted, with `fields`. */
  readonly action: string;
  readonly confirmLabel: string;
  readonly danger: boolean;
  readonly cancelHref: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** A text field of the answer. */
  readonly text?: { readonly name: string; readonly label: string; readonly most: number } | undefined;
}

export interface AccountModel {
  readonly name: string;
  readonly email: string;
  /** Present for a local account. */
  readonly password?: string | undefined;
  readonly ways: readonly WayIn[];
  readonly links: readonly {
    readonly name: string;
    readonly action: string;
  }[];
  /** Warns a local administrator that linking removes the password. */
  readonly warning?: string | undefined;
  /** Present if the sign-in is too old to add another way in. */
  readonly signInAgainHref?: string | undefined;
}

export interface WayIn {
  readonly name: string;
  readonly linked: Moment;
  readonly identifiers: readonly Fact[];
  /** Absent for the last way in that works. */
  readonly unlinkHref?: string | undefined;
}

export interface ContinueModel {
  readonly heading: string;
  readonly href: string;
  readonly label: string;
}

export interface AddPeopleModel {
  readonly backHref: string;
  readonly person: {
    readonly action: string;
    readonly email: string;
    readonly fullName: string;
    readonly role: string;
    /** Suggestions: the roles that are known. */
    readonly roles: readonly string[];
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

export interface NoAccessModel {
  readonly heading: string;
  readonly detail: string;
  readonly email: string;
  readonly signOutAction: string;
  readonly switchHref?: string | undefined;
  readonly reference?: string | undefined;
}

export interface SignedOutModel {
  readonly signInHref: string;
  readonly providerSignOut?: Link | undefined;
}

export interface ErrorModel {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly reference?: string | undefined;
  readonly actions: readonly Link[];
}

/** The model of each view, by the name of its file in `views/`. */
export interface Views {
  readonly account: AccountModel;
  readonly 'add-people': AddPeopleModel;
  readonly approvals: ApprovalsModel;
  readonly audit: AuditModel;
  readonly confirm: ConfirmModel;
  readonly continue: ContinueModel;
  readonly error: ErrorModel;
  readonly import: ImportModel;
  readonly 'no-access': NoAccessModel;
  readonly 'sign-in': SignInModel;
  readonly 'signed-out': SignedOutModel;
  readonly team: TeamModel;
  readonly teams: TeamsModel;
  readonly token: TokenModel;
  readonly tokens: TokensModel;
  readonly user: UserModel;
  readonly users: UsersModel;
}
