import { type FailureText, misconfigured, refused } from '../failure-text.js';
import { ourRequest } from '../oauth-errors.js';
import type { OwnErrors } from '../own-errors.js';

/** The numbers of IBM Verify’s messages, and those of IBM Cloud IAM. */
const MESSAGE = /\b(?:CSI[A-Z]{2}|BXNIM)\d{4}E\b/;

const refusedClient = misconfigured({
  title: 'Signing in with {provider} isn’t set up correctly',
  visitor: 'This is not something you did. Tell whoever runs this console that its credential was refused.',
  operator:
    'IBM Verify refused the client {clientId}. Applications → the application → Sign-on: compare the client ID with SSO_IBM_VERIFY_CLIENT_ID and the client secret with SSO_IBM_VERIFY_CLIENT_SECRET, and see that the application is enabled.',
});

const notEntitled = refused({
  title: '{provider} doesn’t let you use this application',
  visitor:
    'IBM Verify knows who you are, but you aren’t entitled to this console, or a rule of your organisation keeps you out. Ask whoever runs IBM Verify there, and quote the code below.',
  operator:
    'IBM Verify console → Applications → the application {clientId} → Entitlements: entitle the person, or a group that they are in; then Sign-on → Access policies: see that the policy admits them.',
});

const texts: Readonly<Record<string, FailureText>> = {
  CSIAQ0155E: refusedClient,
  CSIAQ0167E: {
    ...ourRequest('the redirect URI'),
    operator:
      'IBM Verify console → Applications → the application {clientId} → Sign-on → Redirect URIs: add {redirectUri}, letter by letter.',
  },
  CSIAQ0278E: notEntitled,
  CSIAQ0279E: notEntitled,
  BXNIM0308E: {
    ...refusedClient,
    operator:
      'The token endpoint takes the client’s credential in the header Authorization alone, and its metadata doesn’t say so: token_endpoint_auth_methods_supported has to be ["client_secret_basic"]. See that {addressSetting} names IBM’s own address and not a proxy.',
  },
};

const operators: Readonly<Record<string, string>> = {
  access_denied:
    'The person cancelled, or IBM Verify denied access: Reports & diagnostics → Activity reports → Application usage says which.',
  invalid_client: refusedClient.operator,
  unauthorized_client:
    'IBM Verify console → Applications → the application {clientId} → Sign-on → Grant types: select “Authorization code”, and register {redirectUri}.',
  invalid_scope:
    'A scope of SSO_IBM_VERIFY_SCOPE, “{scopes}”, is unknown or not allowed: IBM Verify console → Applications → the application → Sign-on, or leave SSO_IBM_VERIFY_SCOPE out.',
};

export const ibmVerifyErrors: OwnErrors = {
  codeOf: ({ description = '' }) => messageIn(description),
  texts,
  operators,
};

/** The number of a message on one of IBM Verify’s own pages. */
export function messageIn(page: string): string | undefined {
  return MESSAGE.exec(page)?.[0];
}
