import type { SignInErrorCode } from '../errors.js';

/** `info` is the person's own doing, `warning` passes or concerns one person, `error` keeps everybody out. */
export type Severity = 'info' | 'warning' | 'error';

/** What we say about an error that a provider reports. */
export interface FailureText {
  readonly code: SignInErrorCode;
  readonly severity: Severity;
  /** Whether the other way in, with a local password, should stand open: this way is shut for now. */
  readonly opensLocalForm: boolean;
  /** `{provider}` stands for the provider’s name, here and in `visitor`. */
  readonly title: string;
  /** For the person who tried: what happened, what they can do. */
  readonly visitor: string;
  /**
   * For the operator: what to change, and where. Goes to the log. `{redirectUri}` and the other names of `OperatorValues`
   * stand for what is configured.
   */
  readonly operator: string;
}

/** The exact values that an operator has to compare or copy. A provider may have more of them. */
export interface OperatorValues extends Readonly<Record<string, string>> {
  /** As people call the provider. */
  readonly provider: string;
  readonly redirectUri: string;
  readonly clientId: string;
  readonly scopes: string;
  /** The settings that shape a request, as a list in words. */
  readonly requestSettings: string;
  /** The setting that names where the provider is. */
  readonly addressSetting: string;
}

/** The text with the values that are configured here. */
export function forOperator(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (name, key: string) => values[key] ?? name);
}

/** The person’s text, in the provider’s name. */
export function inNameOf(provider: string, text: FailureText): FailureText {
  const named = (one: string) => forOperator(one, { provider });
  return { ...text, title: named(text.title), visitor: named(text.visitor) };
}
