import type { Badge, EmptyState, Fact, Link, Moment, Option } from '../parts.js';

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
