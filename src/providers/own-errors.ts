import { type FailureText, forOperator, inNameOf, type OperatorValues } from './failure-text.js';
import { oauthErrorTexts } from './oauth-errors.js';
import type { Provider } from './provider.js';
import type { ReportedError } from './reported-error.js';

type Table<T> = Readonly<Record<string, T>>;

/** The errors that a provider adds to those of OAuth 2.0. */
export interface OwnErrors {
  /** Texts by `error`, beside those of OAuth. */
  readonly errors?: Table<FailureText>;
  /** The provider's own code for an error, or our word for an error that it only describes. */
  codeOf?(reported: ReportedError): string | undefined;
  /** Texts by that code, which count before those by `error`. */
  readonly texts?: Table<FailureText>;
  /** Remedies by that code or by `error`, in the words of the provider’s portal. */
  readonly operators?: Table<string>;
  /** A remedy that counts before all others. */
  operatorOf?(reported: ReportedError): string | undefined;
  /** Whether the provider refused the credential (RFC 6749 §5.2); by default, for `invalid_client`. */
  refusesCredential?(reported: ReportedError): boolean;
}

/** The text for an error that a provider reported, with the provider’s name in it. */
export function textOf(
  { errors = {}, texts = {} }: OwnErrors,
  { error, providerCode }: Parameters<Provider['failureText']>[0],
  provider: string,
): FailureText | undefined {
  const text = own(texts, providerCode) ?? own(errors, error) ?? own(oauthErrorTexts, error);
  return text === undefined ? undefined : inNameOf(provider, text);
}

/** Makes `explain` and `failureText` for a provider with errors of its own. */
export function explaining(
  errors: OwnErrors,
  values: OperatorValues,
): Pick<Provider, 'explain' | 'failureText'> {
  const { operators = {}, refusesCredential = ({ error }) => error === 'invalid_client' } = errors;
  const failureText: Provider['failureText'] = (facts) => textOf(errors, facts, values.provider);
  return {
    failureText,
    explain(reported) {
      const { error } = reported;
      const code = errors.codeOf?.(reported);
      const facts = {
        ...(failureText({ error }) !== undefined && { error }),
        ...(code !== undefined && { providerCode: code }),
      };
      const text = failureText(facts);
      const ofCode = own(operators, code) ?? own(errors.texts ?? {}, code)?.operator;
      const operator = errors.operatorOf?.(reported) ?? ofCode ?? own(operators, error) ?? text?.operator;
      return {
        code: text?.code ?? 'sso_failed',
        facts,
        remedy: operator === undefined ? undefined : forOperator(operator, values),
        ...(refusesCredential(reported) && { refusesCredential: true }),
      };
    },
  };
}

function own<T>(table: Table<T>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
