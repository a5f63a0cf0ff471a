import { type FailureText, refused } from '../failure-text.js';
import { oauthErrorTexts } from '../oauth-errors.js';
import { explaining, type OwnErrors, textOf } from '../own-errors.js';
import type { OwnAddresses, Provider } from '../provider.js';
import type { Refine } from '../reported-error.js';
import { realmRemedy } from './realm.js';
import { type KeycloakConfig, keycloakNames } from './settings.js';

/** Keycloak's own meanings of OAuth errors, each with our code for it. */
const texts: Readonly<Record<string, FailureText>> = {
  authentication_expired: refused({
    severity: 'info',
    title: 'The sign-in page stood open for too long',
    visitor: 'Start again: {provider} often lets you in without asking once more.',
    operator:
      'The sign-in page had expired in that tab, and the person was signed in at Keycloak meanwhile. Nothing to change; for more time: Realm settings → Sessions → Login settings → Login timeout.',
  }),
  invalid_client_credentials: {
    ...oauthErrorTexts.invalid_client,
    operator:
      'Keycloak doesn’t accept the client secret. Clients → {clientId} → Credentials → Client Secret: compare it with SSO_KEYCLOAK_CLIENT_SECRET. “Client Authenticator” has to be “Client Id and Secret”, and the client has to be in the realm {realm}.',
  },
};

/** Remedies for errors of OAuth, in the words of the admin console. */
const operators: Readonly<Record<string, string>> = {
  unauthorized_client:
    'Clients → {clientId} → Settings → Capability config: switch “Standard flow” on, and “Client authentication” too.',
  invalid_scope:
    'Keycloak doesn’t know a scope of SSO_KEYCLOAK_SCOPE, “{scopes}”. Clients → {clientId} → Client scopes has to list each of them but “openid”.',
};

/** Tells refusals apart by the words of `error_description`, which Keycloak doesn't translate. */
const refusedGrants: readonly (readonly [said: RegExp, operator: string])[] = [
  [
    /^Code not valid/i,
    'The code was used already, or had expired (Realm settings → Tokens → Client login timeout). A reload of the callback, or a proxy that repeats requests, does that.',
  ],
  [/redirect_uri/i, 'The code was issued for another redirect URI than {redirectUri}: check BASE_URL.'],
  [/PKCE/i, 'The code verifier doesn’t fit the code: see that no proxy changes requests.'],
  [/disabled/i, 'The person is disabled: Users → the person → Enabled.'],
  [
    /^Account is not fully set up/i,
    'The person has something to do at Keycloak first: Users → the person → Required user actions.',
  ],
  [
    /session|token|client/i,
    'The session at Keycloak is over: the person signed out there, an administrator ended it, or it was idle (Realm settings → Sessions → SSO Session Idle, which SSO_KEYCLOAK_REVALIDATE_INTERVAL has to be shorter than).',
  ],
];

/** Matches the only `unauthorized_client` that isn’t about the secret: the client may not use this grant. */
const NOT_ALLOWED = /flow|response_type|not allowed|not enabled/i;
/** OAuth's error codes have no blanks. For an unknown realm or path Keycloak answers with a sentence. */
const SENTENCE = /\s/;

/** Keycloak’s answer if it accepts the credential of a client without a service account. */
export const NO_SERVICE_ACCOUNT = /^Client not enabled to retrieve service account/i;

const keycloakErrors: OwnErrors = {
  texts,
  operators,
  codeOf({ error, description = '' }) {
    if (error === 'temporarily_unavailable' && description === 'authentication_expired')
      return 'authentication_expired';
    return error === 'unauthorized_client' && !NOT_ALLOWED.test(description)
      ? 'invalid_client_credentials'
      : undefined;
  },
  operatorOf: ({ error, description = '' }) =>
    error === 'invalid_grant' ? refusedGrants.find(([said]) => said.test(description))?.[1] : undefined,
  refusesCredential: (reported) =>
    reported.error === 'invalid_client' || keycloakErrors.codeOf?.(reported) === 'invalid_client_credentials',
};

export const failureText: Provider['failureText'] = (facts) =>
  textOf(keycloakErrors, facts, keycloakNames.name);

export function explainer(config: KeycloakConfig, { redirectUri }: OwnAddresses): Refine {
  const { clientId, realm, scopes } = config;
  const { explain } = explaining(keycloakErrors, {
    provider: keycloakNames.name,
    redirectUri,
    clientId,
    realm,
    scopes,
    requestSettings: 'SSO_KEYCLOAK_SCOPE',
    addressSetting: 'SSO_KEYCLOAK_BASE_URL',
  });
  return (reported) =>
    SENTENCE.test(reported.error)
      ? { code: 'sso_misconfigured', facts: {}, remedy: realmRemedy(config) }
      : explain(reported);
}
