import type { SignInErrorCode } from '../error-codes.js';

/** `info`: the person's own decision. `warning`: temporary, or concerns one person. `error`: keeps everybody out. */
export type Severity = 'info' | 'warning' | 'error';

export interface FailureText {
  readonly code: SignInErrorCode;
  readonly severity: Severity;
  /** Whether to show the form of local accounts opened, since this way in doesn't work for now. */
  readonly opensLocalForm: boolean;
  /** `{provider}` stands for the provider’s name, in this text and in `visitor`. */
  readonly title: string;
  /** Tells the person who tried what happened, and what they can do. */
  readonly visitor: string;
  /** Tells the operator what to change, in the log. Names of `OperatorValues` in braces are filled in. */
  readonly operator: string;
}

type Texts = Pick<FailureText, 'title' | 'visitor' | 'operator'>;

/** An error that keeps everybody out until the operator changes something. */
export const misconfigured = (texts: Texts): FailureText => ({
  code: 'sso_misconfigured',
  severity: 'error',
  opensLocalForm: true,
  ...texts,
});

/** An error that concerns this person, device or moment. */
export const refused = (texts: Texts & Partial<Pick<FailureText, 'code' | 'severity'>>): FailureText => ({
  code: 'sso_failed',
  severity: 'warning',
  opensLocalForm: false,
  ...texts,
});

/** A passing fault of the provider’s own. */
export const unavailable = (texts: Texts): FailureText => ({
  code: 'sso_unavailable',
  severity: 'warning',
  opensLocalForm: true,
  ...texts,
});

/** The exact values that an operator has to compare or copy. A provider may add some. */
export interface OperatorValues extends Readonly<Record<string, string>> {
  readonly provider: string;
  readonly redirectUri: string;
  readonly clientId: string;
  readonly scopes: string;
  /** The settings that shape a request, as a list in words. */
  readonly requestSettings: string;
  readonly addressSetting: string;
}

/** Fills the configured values into the text. */
export function forOperator(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (name, key: string) => values[key] ?? name);
}

/** Fills the provider’s name into the texts for the person. */
export function inNameOf(provider: string, text: FailureText): FailureText {
  const named = (one: string) => forOperator(one, { provider });
  return { ...text, title: named(text.title), visitor: named(text.visitor) };
}
