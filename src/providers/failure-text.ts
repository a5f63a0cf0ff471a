import type { SignInErrorCode } from '../errors.js';

/** `info` is the person's own doing, `warning` passes or concerns one person, `error` keeps everybody out. */
export type Severity = 'info' | 'warning' | 'error';

/** What we say about an error that a provider reports. */
export interface FailureText {
  readonly code: SignInErrorCode;
  readonly severity: Severity;
  /** Whether the other way in, with a local password, should stand open: this way is shut for now. */
  readonly opensLocalForm: boolean;
  readonly title: string;
  /** For the person who tried: what happened, what they can do. */
  readonly visitor: string;
  /**
   * For the operator: what to change, and where. Goes to the log. `{redirectUri}` and the other names of `OperatorValues`
   * stand for what is configured.
   */
  readonly operator: string;
}

/** The exact values that an operator has to compare or copy. */
export interface OperatorValues {
  readonly redirectUri: string;
  readonly clientId: string;
  readonly tenant: string;
  readonly authority: string;
  readonly scopes: string;
  readonly adminConsentUrl: string;
}

/** The operator's text with the values that are configured here. */
export function forOperator(text: string, values: Partial<OperatorValues>): string {
  return text.replaceAll(/\{(\w+)\}/g, (name, key: keyof OperatorValues) => values[key] ?? name);
}
