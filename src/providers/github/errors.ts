import { type FailureText, refused } from '../failure-text.js';
import { oauthErrorTexts, ourRequest } from '../oauth-errors.js';
import type { OwnErrors } from '../own-errors.js';

export const REGISTRATION = 'Settings → Developer settings → OAuth Apps → your app';

/** The errors that GitHub's authorization page and token endpoint add to those of OAuth 2.0. */
const errors: Readonly<Record<string, FailureText>> = {
  bad_verification_code: oauthErrorTexts.invalid_grant,
  incorrect_client_credentials: oauthErrorTexts.invalid_client,
  // The token endpoint answers this, with status 404, for an unknown client ID.
  'Not Found': {
    ...ourRequest('the client ID'),
    visitor:
      'This is not something you did. Tell whoever runs this console that its registration wasn’t found at GitHub.',
  },
  redirect_uri_mismatch: {
    ...ourRequest('the redirect URI'),
    visitor:
      'This is not something you did. Tell whoever runs this console that its redirect URI isn’t registered at GitHub.',
  },
  application_suspended: {
    ...ourRequest('the application'),
    visitor:
      'This is not something you did. Tell whoever runs this console that GitHub has suspended its registration.',
  },
  unverified_user_email: refused({
    code: 'email_unverified',
    severity: 'info',
    title: 'GitHub hasn’t verified your email address',
    visitor: 'Verify the primary email address of your GitHub account (Settings → Emails), then start again.',
    operator: 'The person has to verify their primary address at GitHub. Nothing to change here.',
  }),
};

const operators: Readonly<Record<string, string>> = {
  access_denied:
    'The person cancelled, or wasn’t allowed to authorise the application. Nothing to change here.',
  bad_verification_code:
    'The code was expired (after ten minutes), used before, or given for another redirect URI than {redirectUri}.',
  incorrect_client_credentials: `GitHub refuses the client secret of {clientId}. ${REGISTRATION} → Client secrets: compare, or “Generate a new client secret” and set it here.`,
  'Not Found': `GitHub doesn’t know the client ID {clientId}, or not at {url}. Compare SSO_GITHUB_CLIENT_ID with ${REGISTRATION} → Client ID.`,
  redirect_uri_mismatch: `${REGISTRATION} → Authorization callback URL has to be {redirectUri}.`,
  application_suspended: `GitHub has suspended {clientId}: its owner writes to GitHub Support. Another application under ${REGISTRATION.replace(' → your app', '')} has other values for SSO_GITHUB_CLIENT_ID and SSO_GITHUB_CLIENT_SECRET.`,
  invalid_scope: 'A scope is unknown: “{scopes}”. Check SSO_GITHUB_SCOPE.',
};

const REFUSED_CREDENTIAL: readonly string[] = ['incorrect_client_credentials', 'invalid_client'];

export const githubErrors: OwnErrors = {
  errors,
  operators,
  refusesCredential: ({ error }) => REFUSED_CREDENTIAL.includes(error),
};
