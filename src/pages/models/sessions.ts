import type { EmptyState, Link, Moment, Option } from '../parts.js';

export interface AllSessionsModel {
  readonly search: SessionSearchForm;
  readonly sessions: readonly SessionRow[];
  readonly newerHref?: string | undefined;
  readonly olderHref?: string | undefined;
  /** "41 sessions". */
  readonly count?: string | undefined;
  /** The question before everybody is signed out; present for a person who may do it. */
  readonly endAllHref?: string | undefined;
  /** Stands in place of the list if the list is empty. */
  readonly empty?: EmptyState | undefined;
}

/** A GET form: `q`, `provider`, `device`, `address`. */
export interface SessionSearchForm {
  readonly action: string;
  readonly q: string;
  readonly device: string;
  readonly address: string;
  readonly providers: readonly Option[];
  /** Present if the list is searched or filtered. */
  readonly clearHref?: string | undefined;
}

export interface SessionRow {
  readonly person: Link;
  readonly email?: string | undefined;
  readonly device: string;
  readonly address: string;
  readonly provider: string;
  readonly began: Moment;
  readonly lastSeen: Moment;
  /** The session that looks at the page. */
  readonly isCurrent: boolean;
  readonly endAction?: string | undefined;
  /** The question before all sessions of the person end; present for a person who may end sessions. */
  readonly endAllHref?: string | undefined;
}
