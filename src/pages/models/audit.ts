import type { Badge, EmptyState, Fact, Link, Moment, Option, PersonChoice } from '../parts.js';

export interface AuditModel {
  /** Files with the same filters. */
  readonly exports: readonly Link[];
  /** Lengths of time to choose; the other filters stay. */
  readonly presets: readonly (Link & { readonly current: boolean })[];
  readonly search: AuditSearch;
  /** The people who may be meant, if a name is searched that several people have. There are no events then. */
  readonly choice?: PersonChoice | undefined;
  /** The person whose events are shown. */
  readonly person?: (Link & { readonly email: string }) | undefined;
  /** Newest first. A day begins at midnight UTC. */
  readonly days: readonly AuditDay[];
  readonly newerHref?: string | undefined;
  readonly olderHref?: string | undefined;
  /** Present if the search for rare events stopped before the end. */
  readonly searchedOn?: string | undefined;
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

export interface AuditDay {
  /** `2026-03-01`. */
  readonly date: string;
  /** “Sunday, 1 March 2026”. */
  readonly heading: string;
  readonly events: readonly AuditRow[];
}

export interface AuditRow {
  /** A part with a link names a person. */
  readonly sentence: readonly { readonly text: string; readonly href?: string | undefined }[];
  /** Absent for an event that succeeded. */
  readonly result?: Badge | undefined;
  readonly address?: string | undefined;
  readonly time: Moment;
  /** “14:03:22”. */
  readonly clock: string;
  /** The remedy for an administrator, and its page. */
  readonly remedy?: { readonly text: string; readonly link: Link } | undefined;
  /** Shown in a section that is closed at first. */
  readonly facts: readonly Fact[];
  /** The event as it is exported, JSON. */
  readonly raw: string;
}
