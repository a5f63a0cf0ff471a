import type { Badge, Fact, Link, Moment } from '../parts.js';

export interface SetupModel {
  readonly checkAction: string;
  /** The time of the last check; undefined if nothing was checked lately. */
  readonly checked?: Moment | undefined;
  readonly providers: readonly SetupSection[];
  readonly installation: SetupSection;
  /** The last refused sign-ins, the newest first. */
  readonly refusals: readonly ExplainedRefusal[];
  readonly auditHref: string;
}

export interface SetupSection {
  /** The provider’s ID, for IDs in the page. */
  readonly id: string;
  readonly heading: string;
  readonly steps: readonly SetupStep[];
  /** A form leads from here to a test sign-in. */
  readonly tryAction?: string | undefined;
}

export interface SetupStep {
  readonly title: string;
  readonly state: Badge;
  /** What to do, while nothing is known. */
  readonly detail?: string | undefined;
  /** Values to paste at the provider, each with a button that copies it. */
  readonly values: readonly Fact[];
  readonly findings: readonly StepFinding[];
}

export interface StepFinding {
  /** The name of an icon. */
  readonly tone: 'success' | 'warning' | 'danger' | 'info';
  readonly what: string;
  readonly why?: string | undefined;
  readonly remedy?: string | undefined;
}

export interface ExplainedRefusal {
  readonly sentence: string;
  readonly time: Moment;
  /** The rule that refused, or the provider's code. */
  readonly reason?: string | undefined;
  readonly remedy?: string | undefined;
}

/** The result of a test sign-in. */
export interface TrialModel {
  readonly backHref: string;
  readonly result?: TrialResult | undefined;
}

export interface TrialResult {
  readonly provider: string;
  readonly time: Moment;
  readonly outcome: {
    readonly tone: 'success' | 'warning' | 'danger' | 'info';
    readonly title: string;
    readonly detail?: string | undefined;
    readonly remedy?: string | undefined;
    /** The account that the person would get, or that stands in the way. */
    readonly account?: Link | undefined;
  };
  /** What the sign-in would give. Undefined if it didn't get so far. */
  readonly gives?:
    | {
        readonly roles: readonly TrialGrant[];
        readonly teams: readonly TrialGrant[];
        readonly note?: string | undefined;
      }
    | undefined;
  /** The person as the claims were read. */
  readonly read: readonly Fact[];
  readonly claims: readonly { readonly from: string; readonly name: string; readonly value: string }[];
  readonly againAction: string;
}

export interface TrialGrant {
  readonly name: string;
  /** “group 9c6d…, email domain contoso.com”. */
  readonly because: string;
}
