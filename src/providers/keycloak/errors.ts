import type { ErrorFacts } from '../../errors.js';
import { type FailureText, forOperator, inNameOf, type OperatorValues } from '../failure-text.js';
import { oauthErrorTexts } from '../oauth-errors.js';
import type { OwnAddresses } from '../provider.js';
import type { Refine, ReportedError } from '../reported-error.js';
import { realmRemedy } from './realm.js';
import { type KeycloakConfig, keycloakNames } from './settings.js';

/** Keycloak's own meanings of OAuth errors, each with our code for it. */
const own = {
  authentication_expired: {
    code: 'sso_failed',
    severity: 'info',
    opensLocalForm: false,
    title: 'The sign-in page stood open for too long',
    visitor: 'Start again: {provider} often lets you in without asking once more.',
    operator:
      'The sign-in page had expired in that tab, and the person was signed in at Keycloak meanwhile. Nothing to change; for more time: Realm settings → Sessions → Login settings → Login timeout.',
  },
  invalid_client_credentials: {
    ...textOf('invalid_client'),
    operator:
      'Keycloak doesn’t accept the client secret. Clients → {clientId} → Credentials → Client Secret: compare it with SSO_KEYCLOAK_CLIENT_SECRET. “Client Authenticator” has to be “Client Id and Secret”, and the client has to be in the realm {realm}.',
  },
} as const satisfies Readonly<Record<string, FailureText>>;

type OwnCode = keyof typeof own;

/** Texts for errors of OAuth, with remedies in the words of the admin console. */
const texts: Readonly<Record<string, FailureText>> = {
  ...oauthErrorTexts,
  ...own,
  unauthorized_client: {
    ...textOf('unauthorized_client'),
    operator:
      'Clients → {clientId} → Settings → Capability config: switch “Standard flow” on, and “Client authentication” too.',
  },
  invalid_scope: {
    ...textOf('invalid_scope'),
    operator:
      'Keycloak doesn’t know a scope of SSO_KEYCLOAK_SCOPE, “{scopes}”. Clients → {clientId} → Client scopes has to list each of them but “openid”.',
  },
};

/**
 * Remedies by the words of `error_description`, which Keycloak doesn't translate. The person gets the text of
 * `invalid_grant`.
 */
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

export function failureText({ error, providerCode = error }: ErrorFacts): FailureText | undefined {
  const text =
    providerCode !== undefined && Object.hasOwn(texts, providerCode) ? texts[providerCode] : undefined;
  return text === undefined ? undefined : inNameOf(keycloakNames.name, text);
}

export function explainer(config: KeycloakConfig, { redirectUri }: OwnAddresses): Refine {
  const values: OperatorValues = {
    provider: keycloakNames.name,
    redirectUri,
    clientId: config.clientId,
    realm: config.realm,
    scopes: config.scopes,
    requestSettings: 'SSO_KEYCLOAK_SCOPE',
    addressSetting: 'SSO_KEYCLOAK_BASE_URL',
  };
  return (reported) => {
    const { error } = reported;
    if (SENTENCE.test(error)) return { code: 'sso_misconfigured', facts: {}, remedy: realmRemedy(config) };
    const ownCode = ownCodeOf(reported);
    const facts = {
      ...(Object.hasOwn(texts, error) && { error }),
      ...(ownCode !== undefined && { providerCode: ownCode }),
    };
    const text = failureText(facts);
    const operator = operatorTextOf(reported) ?? text?.operator;
    return {
      code: text?.code ?? 'sso_failed',
      facts,
      ...(operator !== undefined && { remedy: forOperator(operator, values) }),
      ...((ownCode === 'invalid_client_credentials' || error === 'invalid_client') && {
        refusesCredential: true,
      }),
    };
  };
}

function ownCodeOf({ error, description = '' }: ReportedError): OwnCode | undefined {
  if (error === 'temporarily_unavailable' && description === 'authentication_expired')
    return 'authentication_expired';
  return error === 'unauthorized_client' && !NOT_ALLOWED.test(description)
    ? 'invalid_client_credentials'
    : undefined;
}

function operatorTextOf({ error, description = '' }: ReportedError): string | undefined {
  if (error !== 'invalid_grant') return undefined;
  return refusedGrants.find(([said]) => said.test(description))?.[1];
}

/** The text that every provider has for an error of OAuth. */
function textOf(error: string): FailureText {
  const text = oauthErrorTexts[error];
  if (text === undefined) throw new TypeError(`there is no text for ${error}`);
  return text;
}
