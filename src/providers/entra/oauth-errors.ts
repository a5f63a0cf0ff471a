import { type FailureText, inNameOf } from '../failure-text.js';
import { oauthErrorTexts, ourRequest } from '../oauth-errors.js';

const own: Readonly<Record<string, FailureText>> = {
  ...oauthErrorTexts,
  invalid_resource: ourRequest('a resource'),
  invalid_tenant: {
    ...ourRequest('the tenant'),
    visitor: 'This is not something you did. Tell whoever runs this console that its directory wasn’t found.',
  },
  redirect_uri_mismatch: {
    ...ourRequest('the redirect URI'),
    visitor:
      'This is not something you did. Tell whoever runs this console that its redirect URI isn’t registered.',
  },
};

/** Remedies in the words of Microsoft’s portal, with their place there. */
const operators: Readonly<Record<string, string>> = {
  unauthorized_client:
    'This application may not use the authorization code flow here. App registrations → {clientId} → Authentication: register {redirectUri} under “Web”; check SSO_ENTRA_CLIENT_ID and SSO_ENTRA_TENANT_ID ({tenant}).',
  invalid_scope:
    'A scope is unknown or not allowed: SSO_ENTRA_SCOPES is “{scopes}”. App registrations → {clientId} → API permissions has to list each of them.',
  invalid_client:
    'The credential of {clientId} was refused. App registrations → {clientId} → Certificates & secrets: compare, or create a new one, and set it here.',
  consent_required: 'Grant admin consent: {adminConsentUrl}',
  unmet_authentication_requirements:
    'The provider couldn’t meet what was asked for (Unmet Authentication Requirements 1.0). Check the Conditional Access policies.',
  invalid_tenant:
    'There is no such tenant: SSO_ENTRA_TENANT_ID is {tenant}, SSO_ENTRA_AUTHORITY is {authority}.',
  redirect_uri_mismatch:
    'App registrations → {clientId} → Authentication → Web: register the redirect URI {redirectUri}, letter by letter.',
};

/** The texts for errors of OAuth 2.0, of OpenID Connect and of Entra, with Microsoft’s name in them. */
export const entraErrorTexts: Readonly<Record<string, FailureText>> = Object.fromEntries(
  Object.entries(own).map(([error, text]) => [
    error,
    inNameOf('Microsoft', { ...text, operator: operators[error] ?? text.operator }),
  ]),
);
