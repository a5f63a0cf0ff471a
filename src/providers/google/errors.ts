import { type FailureText, refused } from '../failure-text.js';
import { oauthErrorTexts, ourRequest } from '../oauth-errors.js';
import type { OwnErrors } from '../own-errors.js';

const CLIENT = 'Google Cloud console → Google Auth Platform → Clients → {clientId}';

const clientIsGone = (state: string): FailureText => ({
  ...ourRequest('the client'),
  visitor: `This is not something you did. Tell whoever runs this console that its registration at Google was ${state}.`,
  operator: `The OAuth client {clientId} was ${state}: Google Cloud console → Google Auth Platform → Clients. Restore it there, or make another one and set SSO_GOOGLE_CLIENT_ID and SSO_GOOGLE_CLIENT_SECRET.`,
});

const blockedByOrganisation = refused({
  title: 'Your organisation doesn’t allow this application',
  visitor:
    'An administrator of your organisation decides which applications Google accounts may be used with. Ask them to allow this one, and quote the reference below.',
  operator:
    'A Workspace administrator of the person’s organisation blocks the application or one of its scopes, “{scopes}”: Google Admin console → Security → Access and data control → API controls → Manage Third-Party App Access → Configure new app → {clientId} → Trusted.',
});

const errors: Readonly<Record<string, FailureText>> = {
  org_internal: refused({
    code: 'tenant_not_allowed',
    title: 'That account belongs to another organisation',
    visitor:
      'Google admits only accounts of the organisation that runs this console. Switch to your work account there.',
    operator:
      'The application is for one organisation: Google Cloud console → Google Auth Platform → Audience → User type “Internal”. If others are to sign in, choose “Make external” there, and set SSO_GOOGLE_TRUSTED_DOMAINS.',
  }),
  admin_policy_enforced: blockedByOrganisation,
  access_not_configured: blockedByOrganisation,
  disallowed_useragent: refused({
    title: 'Google doesn’t take this browser',
    visitor:
      'Google doesn’t sign people in in a browser inside another app. Open this page in Chrome, Edge, Firefox or Safari.',
    operator: 'The page was opened in an embedded browser. Nothing to change here.',
  }),
  redirect_uri_mismatch: {
    ...ourRequest('the redirect URI'),
    visitor:
      'This is not something you did. Tell whoever runs this console that its redirect URI isn’t registered at Google.',
    operator: `${CLIENT} → Authorized redirect URIs: add {redirectUri}, letter by letter. It takes a few minutes to be known.`,
  },
  deleted_client: clientIsGone('deleted'),
  disabled_client: clientIsGone('disabled'),
  invalid_scope: {
    ...ourRequest('a scope'),
    operator:
      'A scope is unknown, or may not be asked for: “{scopes}”. Check SSO_GOOGLE_SCOPE, and Google Cloud console → Google Auth Platform → Data access.',
  },
};

const operators: Readonly<Record<string, string>> = {
  access_denied:
    'The person cancelled, or isn’t among the test users while the publishing status is “Testing”: Google Cloud console → Google Auth Platform → Audience.',
  invalid_client: `Google doesn’t know {clientId}, or refuses the secret. ${CLIENT} → Client secrets: compare SSO_GOOGLE_CLIENT_ID and SSO_GOOGLE_CLIENT_SECRET, or “Add secret” and set it here.`,
  unauthorized_client: `${CLIENT} has to be of the type “Web application”.`,
};

export const googleErrors: OwnErrors = { errors, operators };

const NAMES = new RegExp(`\\b(?:${Object.keys({ ...oauthErrorTexts, ...errors }).join('|')})\\b`);

/** The page's address holds the error in `authError`, as base64 of bytes that contain its name. */
export function errorOnPage(text: string): string | undefined {
  const [, encoded = ''] = /[?&]authError=([\w%+/=-]+)/.exec(text) ?? [];
  const base64 = encoded.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const decoded = Buffer.from(base64, 'base64').toString('latin1');
  return NAMES.exec(decoded)?.[0] ?? NAMES.exec(text)?.[0];
}
