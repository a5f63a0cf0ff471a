import type { VendorMark } from '../providers/provider.js';

/** What every page is framed with. Each URL here and in the models is ready to print: the prefix of `BASE_URL` is in it. */
export interface PageFrame {
  readonly title: string;
  readonly brand: { readonly name: string; readonly logoUrl?: string | undefined };
  readonly theme: Theme;
  /** Where the choice of theme is posted: `theme`, and `return_to` with `currentUrl`. */
  readonly themeAction: string;
  readonly currentUrl: string;
  /** The address of a file in `public/`. */
  asset(name: string): string;
  /** Who is signed in; without a person the page is a centred card. */
  readonly person?: FramedPerson | undefined;
  /** Empty for somebody who has no way into the console. */
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
  /** How many wait there: "3 waiting". */
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

/** A label and what it labels: a fact to quote, an identifier to copy. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A moment in words ("3 minutes ago") with the exact instant at hand, ISO 8601. */
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
  /** Leads to the provider of an email address; present if domains are given to providers. */
  readonly addressForm?: AddressForm | undefined;
  /** Present when local sign-in is on, or was just refused because it is off. */
  readonly local?: LocalForm | undefined;
  readonly next?: string | undefined;
  /** The address that asked to sign in was too long: what it said beyond its path is forgotten. */
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
  /** Known to be out of reach; the button stays, because the knowledge may be old. */
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
  /** No provider: the form stands by itself. */
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
  /** The way that was refused is shut for now: the local form stands open. */
  readonly opensLocalForm?: boolean;
  /** What the operator can change; only for somebody who may know it. */
  readonly operatorHint?: string | undefined;
}

export interface UsersModel {
  readonly search: UserSearch;
  readonly columns: readonly Column[];
  readonly users: readonly UserRow[];
  readonly newerHref?: string | undefined;
  readonly olderHref?: string | undefined;
  /** Pages are “Newer” and “Older” then, and otherwise “Previous” and “Next”. */
  readonly newestFirst: boolean;
  /** For who may add people. */
  readonly addHref?: string | undefined;
  /** "43 users". */
  readonly count?: string | undefined;
  /** In place of the list when nobody is on it. */
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
  /** Where the headings can't be seen, on a phone, the order is a field of the form. */
  readonly sorts: readonly Option[];
  /** Present when something is searched or filtered for. */
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
  /** Sorts by this column. */
  readonly href?: string | undefined;
  readonly sorted?: 'ascending' | 'descending' | undefined;
}

/** An address that isn't confirmed: since when, why, and what to press. */
export interface AddressDoubt {
  readonly since: Moment;
  /** “now held by”: the name of `holder` follows. */
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
    /** What an administrator decided when the person came. */
    readonly decision?: string | undefined;
  };
  readonly identity: {
    readonly provider: string;
    /** Object ID, tenant ID, our own ID: shown in monospace, with a way to copy each. */
    readonly identifiers: readonly Fact[];
    readonly unlinkHref?: string | undefined;
    /** “Unlink from …”. */
    readonly unlinkLabel: string;
    /** All identities, if there are several. */
    readonly ways: readonly WayIn[];
  };
  readonly roles: readonly (RoleBadge & {
    readonly origin: string;
    /** Where a GET form with `role` leads to the question whether to take it back. */
    readonly takeAction?: string | undefined;
  })[];
  /** A form with `role`; `known` are suggestions. */
  readonly giveRole?: { readonly action: string; readonly known: readonly string[] } | undefined;
  readonly teams: readonly UserTeam[];
  /** A form with `team`. */
  readonly joinTeam?: { readonly action: string; readonly options: readonly Option[] } | undefined;
  readonly sessions: SessionsModel;
  /** What the audit log says of this person. */
  readonly historyHref: string;
  readonly actions: {
    readonly disable?: { readonly href: string } | undefined;
    readonly enable?: { readonly action: string } | undefined;
    readonly approve?: { readonly action: string; readonly rejectHref?: string | undefined } | undefined;
    readonly deleteHref?: string | undefined;
    /** Why something can't be done, said before it is tried. */
    readonly explanation?: string | undefined;
  };
  readonly backHref: string;
}

export interface UserTeam {
  readonly id: string;
  readonly name: string;
  readonly href: string;
  /** By which group or app role, and since when confirmed; undefined where it is by hand alone. */
  readonly bySso?: string | undefined;
  /** Where to post `team`, for what was given by hand. */
  readonly leaveAction?: string | undefined;
}

/** Where somebody is signed in. */
export interface SessionsModel {
  readonly summary: string;
  readonly rows: readonly {
    readonly device: string;
    readonly address: string;
    readonly lastSeen: Moment;
    /** The one that looks at the page. */
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
  /** Said where the search for rare events stopped before the end. */
  readonly searchedOn?: string | undefined;
  /** The same filters, as files. */
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
  /** Present when something is searched or filtered for. */
  readonly clearHref?: string | undefined;
}

export interface AuditRow {
  readonly sentence: string;
  readonly result: Badge;
  readonly address?: string | undefined;
  readonly time: Moment;
  /** The remedy for an administrator, and its page. */
  readonly remedy?: { readonly text: string; readonly link: Link } | undefined;
  /** Folded away. */
  readonly facts: readonly Fact[];
}

export interface TeamsModel {
  /** "12 teams". */
  readonly count?: string | undefined;
  readonly teams: readonly {
    readonly href: string;
    readonly name: string;
    readonly description?: string | undefined;
    /** Of one that a mapping of single sign-on made. */
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
    /** The provider that put them in. */
    readonly bySso: string | undefined;
    /** Where to post `user`, for who is in it by hand. */
    readonly removeAction?: string | undefined;
  }[];
  readonly newerHref?: string | undefined;
  readonly olderHref?: string | undefined;
  /** Present for those who may change it. */
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
    /** The name of the token that made it, with which it ends. */
    readonly madeBy?: string | undefined;
    readonly expires: Moment;
    readonly lastUsed?: Moment | undefined;
    readonly rotateHref: string;
    readonly revokeHref: string;
  }[];
  /** A form with `name`, `scopes` and `expires_in_days`; shown again with what was sent, and what has to be changed in which field. */
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

/** A secret, this once. */
export interface TokenModel {
  readonly heading: string;
  readonly secret: string;
  readonly expires: Moment;
  readonly backHref: string;
}

/** A question on a page of its own. */
export interface ConfirmModel {
  readonly heading: string;
  /** A paragraph each. */
  readonly consequence: readonly string[];
  /** Where the answer is posted, with `fields`. */
  readonly action: string;
  readonly confirmLabel: string;
  readonly danger: boolean;
  readonly cancelHref: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** What can be said along with the answer. */
  readonly text?: { readonly name: string; readonly label: string; readonly most: number } | undefined;
}

/** One’s own. */
export interface AccountModel {
  readonly name: string;
  readonly email: string;
  /** Set for a local account. */
  readonly password?: string | undefined;
  readonly ways: readonly WayIn[];
  /** The providers that the account can be linked to. */
  readonly links: readonly {
    /** As people call it. */
    readonly name: string;
    readonly action: string;
  }[];
  /** What a local administrator has to think of before the password goes. */
  readonly warning?: string | undefined;
  /** Set if the sign-in is too long ago for another way in. */
  readonly signInAgainHref?: string | undefined;
}

/** An identity that an account is linked to. */
export interface WayIn {
  readonly name: string;
  readonly linked: Moment;
  readonly identifiers: readonly Fact[];
  /** Absent for the last way in that is open. */
  readonly unlinkHref?: string | undefined;
}

/** A page that leads to a provider. */
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
    /** Those that we know. */
    readonly roles: readonly string[];
    /** With which the person will sign in, if there are several. */
    readonly providers?: readonly Option[] | undefined;
    /** Why what was sent can't be. */
    readonly problem?: string | undefined;
  };
  readonly file: {
    readonly action: string;
    /** "5,000 people". */
    readonly most: string;
    /** The IDs that the file may name, if there are several; the first one is the default. */
    readonly providers?: readonly string[] | undefined;
  };
}

/** What a file would do, or why it can’t. */
export interface ImportModel {
  readonly heading: string;
  readonly problems: readonly { readonly place: string; readonly problem: string }[];
  /** Warnings about values that may not be meant; they stop nothing. */
  readonly warnings?: readonly { readonly place: string; readonly problem: string }[] | undefined;
  /** "3 problems". */
  readonly problemCount?: string | undefined;
  /** How many aren't shown. */
  readonly moreProblems: number;
  readonly rows: readonly {
    readonly line: number;
    readonly email: string;
    readonly name: string;
    readonly roles: string;
    readonly teams: string;
    /** The name, if there are several. */
    readonly provider?: string | undefined;
  }[];
  readonly moreRows: number;
  /** Where there is no problem. */
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
    /** What they get when they are approved. */
    readonly roles: readonly RoleBadge[];
    /** For all or for none. */
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
