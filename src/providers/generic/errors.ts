import type { ErrorFacts } from '../../errors.js';
import { type FailureText, forOperator, inNameOf, type OperatorValues } from '../failure-text.js';
import { oauthErrorTexts, ourRequest } from '../oauth-errors.js';
import type { Refine, ReportedError } from '../reported-error.js';

/** Errors that some providers add to those of OAuth. */
const texts: Readonly<Record<string, FailureText>> = {
  ...oauthErrorTexts,
  redirect_uri_mismatch: {
    ...ourRequest('the redirect URI'),
    operator: 'Register the redirect URI {redirectUri} at the provider, letter by letter.',
  },
  unauthorized: {
    code: 'sso_failed',
    severity: 'warning',
    opensLocalForm: false,
    title: '{provider} didn’t let you in',
    visitor: '{provider} had a reason of its own, which whoever runs it can look up. Ask them.',
    operator: 'The provider refused this person, for example since they are blocked there: its logs say why.',
  },
};

/** Numbers that AD FS and IBM Cloud IAM write into an error's description. */
const NUMBER = /\b(?:MSIS\d{4,5}|BXNIM\d{4}E)\b/;

/** Remedies for errors that the number explains better than the name. */
const byNumber: Readonly<Record<string, string>> = {
  MSIS9224:
    'Application group → the server application: add the redirect URI {redirectUri}, letter by letter.',
  MSIS9604: 'Application group → the Web API → Access control policy: permit this person.',
  MSIS9605:
    'Application group → the Web API → Client permissions: add the client {clientId}, and permit the scopes “{scopes}”.',
  BXNIM0308E: 'Set {methodSetting}=client_secret_basic: the secret has to stand in a header.',
};

/** The values in texts for operators: those that every provider has, and the setting for how a secret is sent. */
export interface GenericOperatorValues extends OperatorValues {
  readonly methodSetting: string;
}

export function refineBy(values: GenericOperatorValues): Refine {
  return (reported) => {
    const text = Object.hasOwn(texts, reported.error) ? texts[reported.error] : undefined;
    const number = numberIn(reported);
    const operator = (number === undefined ? undefined : byNumber[number]) ?? text?.operator;
    return {
      code: text?.code ?? 'sso_failed',
      facts: {
        ...(text !== undefined && { error: reported.error }),
        ...(number !== undefined && { providerCode: number }),
      },
      remedy: operator === undefined ? undefined : forOperator(operator, values),
      ...(reported.error === 'invalid_client' && { refusesCredential: true }),
    };
  };
}

export function failureTextOf({ error = '' }: ErrorFacts, name: string): FailureText | undefined {
  const text = Object.hasOwn(texts, error) ? texts[error] : undefined;
  return text === undefined ? undefined : inNameOf(name, text);
}

function numberIn({ description = '' }: ReportedError): string | undefined {
  return NUMBER.exec(description)?.[0];
}
