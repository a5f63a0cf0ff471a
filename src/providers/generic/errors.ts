import { type FailureText, refused } from '../failure-text.js';
import { ourRequest } from '../oauth-errors.js';
import type { OwnErrors } from '../own-errors.js';

/** Errors that some providers add to those of OAuth. */
const errors: Readonly<Record<string, FailureText>> = {
  redirect_uri_mismatch: {
    ...ourRequest('the redirect URI'),
    operator: 'Register the redirect URI {redirectUri} at the provider, letter by letter.',
  },
  unauthorized: refused({
    title: '{provider} didn’t let you in',
    visitor: '{provider} had a reason of its own, which whoever runs it can look up. Ask them.',
    operator: 'The provider refused this person, for example since they are blocked there: its logs say why.',
  }),
};

/** Numbers that AD FS and IBM Cloud IAM write into an error's description. */
const NUMBER = /\b(?:MSIS\d{4,5}|BXNIM\d{4}E)\b/;

/** Remedies for errors that the number explains better than the name. */
const operators: Readonly<Record<string, string>> = {
  MSIS9224:
    'Application group → the server application: add the redirect URI {redirectUri}, letter by letter.',
  MSIS9604: 'Application group → the Web API → Access control policy: permit this person.',
  MSIS9605:
    'Application group → the Web API → Client permissions: add the client {clientId}, and permit the scopes “{scopes}”.',
  BXNIM0308E: 'Set {methodSetting}=client_secret_basic: the secret has to stand in a header.',
};

export const genericErrors: OwnErrors = {
  errors,
  operators,
  codeOf: ({ description = '' }) => NUMBER.exec(description)?.[0],
};
