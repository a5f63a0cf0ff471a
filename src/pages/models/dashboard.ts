import type { Badge, Link, Moment } from '../parts.js';

export interface DashboardModel {
  /** Numbers at a glance: “Signed in now”, “12”. */
  readonly figures: readonly Figure[];
  /** Empty if nothing needs attention. */
  readonly attention: readonly AttentionItem[];
  readonly signIns: SignInChart;
  readonly signedIn: {
    /** The people who used the console last. */
    readonly people: readonly {
      readonly name: string;
      readonly href: string;
      /** “Firefox on Windows, 203.0.113.7”. */
      readonly place: string;
      readonly lastSeen: Moment;
    }[];
    /** “And 12 more sessions”. */
    readonly more?: string | undefined;
  };
  readonly events: readonly {
    readonly sentence: string;
    readonly time: Moment;
    /** Present for a refusal. */
    readonly result?: Badge | undefined;
  }[];
  readonly auditHref: string;
}

export interface Figure {
  readonly label: string;
  readonly value: string;
  /** A second line: “and 4 refused”. */
  readonly detail?: string | undefined;
  readonly href?: string | undefined;
}

export interface AttentionItem {
  readonly tone: 'warning' | 'danger';
  readonly text: string;
  readonly link?: Link | undefined;
}

/** Sign-ins of the last days as stacked bars. All lengths are in units of the drawing. */
export interface SignInChart {
  /** The drawing in words. */
  readonly summary: string;
  /** The reasons of most refusals, in words. */
  readonly reasons?: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly barWidth: number;
  /** The number at the top of the drawing. */
  readonly top: string;
  readonly first: string;
  readonly last: string;
  readonly days: readonly SignInDay[];
}

export interface SignInDay {
  /** “29 November”. */
  readonly label: string;
  /** `2026-11-29`. */
  readonly iso: string;
  readonly signedIn: number;
  readonly refused: number;
  readonly x: number;
  readonly signedInHeight: number;
  readonly refusedHeight: number;
  /** The whole bar’s upper edge. */
  readonly y: number;
}
