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

/** Something in the danger zone of a page, which leads to a question. */
export interface Danger extends Link {
  readonly consequence: string;
  /** Whether it can't be undone. */
  readonly final: boolean;
}

export interface EmptyState {
  readonly title: string;
  readonly detail: string;
  readonly href?: string | undefined;
  readonly label?: string | undefined;
}

/** People of whom one is to be chosen, by a form that sends the ID as `user`. */
export interface PersonChoice {
  readonly method: 'get' | 'post';
  readonly action: string;
  /** Further fields that the form sends along. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** The text that somebody typed. */
  readonly typed: string;
  readonly people: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly provider: string;
    readonly status: Badge;
  }[];
  /** Whether more people match than are shown. */
  readonly hasMore: boolean;
  readonly confirmLabel: string;
}

/** An address that isn't confirmed: since when, why, and which button resolves it. */
export interface AddressDoubt {
  readonly since: Moment;
  /** “now held by”: the page writes the name of `holder` behind it. */
  readonly reason: string;
  readonly holder?: Link | undefined;
  readonly remedy: string;
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

export interface WayIn {
  readonly name: string;
  readonly linked: Moment;
  readonly identifiers: readonly Fact[];
  /** Absent for the last way in that works. */
  readonly unlinkHref?: string | undefined;
}
