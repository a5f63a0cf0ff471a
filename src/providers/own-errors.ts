import { type FailureText, forOperator, inNameOf, type OperatorValues } from './failure-text.js';
import { oauthErrorTexts } from './oauth-errors.js';
import type { Provider } from './provider.js';
import type { Refine, ReportedError } from './reported-error.js';

/** The errors that a provider adds to those of OAuth 2.0. */
export interface OwnErrors {
  /**
   * The provider's own code for an error, or our word for an error that it only describes; undefined if there is none.
   */
  codeOf(reported: ReportedError): string | undefined;
  /** The texts by that code. An error with a code in this table isn’t looked up further. */
  readonly texts: Readonly<Record<string, FailureText>>;
  /** Remedies for OAuth’s own errors, in the words of the provider’s portal. */
  readonly operators: Readonly<Record<string, string>>;
  /** Whether the provider refused the credential (RFC 6749 §5.2). */
  refusesCredential(reported: ReportedError): boolean;
}

/** Makes `explain` and `failureText` for a provider with errors of its own. */
export function explaining(
  { codeOf, operators, refusesCredential, texts }: OwnErrors,
  values: OperatorValues,
): Pick<Provider, 'explain' | 'failureText'> {
  const textFor: Provider['failureText'] = ({ error, providerCode }) => {
    const text = own(texts, providerCode) ?? own(oauthErrorTexts, error);
    return text === undefined ? undefined : inNameOf(values.provider, text);
  };

  const explain: Refine = (reported) => {
    const { error } = reported;
    const providerCode = codeOf(reported);
    const facts = {
      ...(own(oauthErrorTexts, error) !== undefined && { error }),
      ...(providerCode !== undefined && { providerCode }),
    };
    const text = textFor(facts);
    const operator = own(texts, providerCode)?.operator ?? own(operators, error) ?? text?.operator;
    return {
      code: text?.code ?? 'sso_failed',
      facts,
      remedy: operator === undefined ? undefined : forOperator(operator, values),
      ...(refusesCredential(reported) && { refusesCredential: true }),
    };
  };

  return { explain, failureText: textFor };
}

function own<T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
