import { type FailureText, refused } from '../failure-text.js';
import { ourRequest } from '../oauth-errors.js';
import type { OwnErrors } from '../own-errors.js';
import type { ReportedError } from '../reported-error.js';
import { MOST_GROUPS } from './claims.js';

/** Okta gives its reasons only in `error_description`. A code is that of its System Log, or our own. */
const descriptions: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/user is not assigned/i, 'user_not_assigned'],
  [/policy evaluation failed/i, 'no_matching_policy'],
  [/feature is not enabled|permission to access the feature/i, 'feature_not_enabled'],
  [/matched too many groups/i, 'too_many_groups'],
];

const texts: Readonly<Record<string, FailureText>> = {
  user_not_assigned: refused({
    title: 'Nobody has given you this application yet',
    visitor:
      'Okta knows who you are, but you aren’t assigned to this console. Ask whoever runs Okta in your organisation to assign it to you.',
    operator:
      'Okta Admin Console → Applications → the application {clientId} → Assignments: assign the person, or a group that they are in.',
  }),
  no_matching_policy: {
    ...ourRequest('a request that no access policy allows'),
    operator:
      'Okta Admin Console → Security → API → Authorization Servers → the server {issuer} → Access Policies: there has to be a policy for the application {clientId} (or for all clients) with a rule for “Authorization Code” that holds for the person and for each of the scopes “{scopes}”. A new server has none. Its System Log says no_matching_policy.',
  },
  feature_not_enabled: {
    ...ourRequest('its custom authorization server'),
    operator:
      'This Okta organisation doesn’t have API Access Management, which custom authorization servers need. Set SSO_OKTA_ISSUER to {domain}, the org server, and leave SSO_OKTA_SCOPE out.',
  },
  too_many_groups: refused({
    title: 'You are in too many groups',
    visitor:
      'Okta can’t tell this console all of your groups. Ask whoever runs Okta in your organisation to send fewer.',
    operator: `The groups claim matches more than ${MOST_GROUPS} groups of this person. Let its filter match fewer, such as those that begin with “gateway-”: for the org server in Applications → {clientId} → Sign On → OpenID Connect ID Token, for a custom one in Security → API → the server → Claims.`,
  }),
};

const operators: Readonly<Record<string, string>> = {
  access_denied:
    'The person cancelled, or Okta denied access: Okta Admin Console → Reports → System Log says which.',
  invalid_client:
    'Okta refused the client {clientId} at {issuer}. Applications → the application → General → Client Credentials: compare the client ID with SSO_OKTA_CLIENT_ID, and the secret, which has to be active, with SSO_OKTA_CLIENT_SECRET. An issuer of another organisation doesn’t know the client. With the MCP Gateway, a domain alone meant {domain}/oauth2/default.',
  unauthorized_client:
    'Okta Admin Console → Applications → the application {clientId} → General → Grant type: tick “Authorization Code”. The application has to be a web application.',
  invalid_scope:
    '{issuer} doesn’t have each of the scopes “{scopes}”. A custom authorization server has no scope “groups” until somebody adds it: Security → API → Authorization Servers → the server → Scopes → Add Scope. Or leave SSO_OKTA_SCOPE out, and include the claim “groups” in any scope.',
  invalid_grant:
    'The code was refused: it has expired (after a minute), was used before, or was issued for another redirect URI than {redirectUri}.',
};

export const oktaErrors = {
  codeOf: ({ description = '' }: ReportedError) =>
    descriptions.find(([pattern]) => pattern.test(description))?.[1],
  texts,
  operators,
  refusesCredential,
} satisfies OwnErrors;

/** The org server sends this error for a correct secret, if a token without a person is requested. */
function refusesCredential({ description = '', error }: ReportedError): boolean {
  return error === 'invalid_client' && !description.includes('private_key_jwt');
}

const NOT_REGISTERED = /redirect_uri\W{0,8} parameter must be a Login redirect URI/i;

/** Whether Okta’s own page says that the redirect URI isn’t registered. */
export function unregisteredIn(page: string): boolean {
  return NOT_REGISTERED.test(page.replaceAll(/&(?:#39|#x27|apos|quot);/gi, "'"));
}
