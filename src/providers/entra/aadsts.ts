import type { SignInErrorCode } from '../../errors.js';
import type { Refinement, ReportedError } from '../failures.js';

interface AadstsText {
  readonly code: SignInErrorCode;
  readonly title: string;
  /** For the person who tried: what happened, what they can do. */
  readonly visitor: string;
  /** For the operator: what to change, and where. Goes to the log. */
  readonly operator: string;
}

/**
 * What we know about Microsoft's own error numbers. Microsoft warns that they change: `error` decides, the number
 * refines the text.
 */
export const aadstsTexts: Readonly<Record<number, AadstsText>> = {
  50011: {
    code: 'sso_misconfigured',
    title: 'This console’s address isn’t registered at Microsoft',
    visitor:
      'This is not something you did. Tell whoever runs this console that the redirect URI isn’t registered.',
    operator:
      'App registrations → your app → Authentication: register the redirect URI BASE_URL/auth/sso/callback/entra under “Web”, exactly as it is, and check the scheme behind a proxy.',
  },
  50020: {
    code: 'tenant_not_allowed',
    title: 'That account belongs to another directory',
    visitor: 'Switch to an account of the organisation that runs this console.',
    operator:
      'The person used an account from another tenant. Invite them as a guest if they should have access.',
  },
  50034: {
    code: 'sso_failed',
    title: 'Microsoft doesn’t know that account here',
    visitor: 'Check the address for a slip, or switch to your work account of this organisation.',
    operator:
      'The user doesn’t exist in this directory. Check SSO_ENTRA_TENANT_ID if it happens to everybody.',
  },
  50053: {
    code: 'sso_failed',
    title: 'Microsoft has locked that account for now',
    visitor: 'Wait a little and try again, or ask your IT support.',
    operator: 'Smart lockout or a blocked address: see the sign-in logs in the Microsoft Entra admin centre.',
  },
  50057: {
    code: 'sso_failed',
    title: 'That account is disabled at Microsoft',
    visitor: 'Ask your IT support if you think that this is a mistake.',
    operator: 'The account is disabled in the directory. Disable it here too if the person has left.',
  },
  50105: {
    code: 'sso_failed',
    title: 'You haven’t been given access yet',
    visitor:
      'Your account is fine, but it isn’t assigned to this application. Ask an administrator to assign you.',
    operator:
      'Enterprise applications → your app → Users and groups: assign the person or one of their groups (nested groups don’t count).',
  },
  53003: {
    code: 'sso_failed',
    title: 'A policy of your organisation blocked this sign-in',
    visitor: 'Your organisation’s rules (device, place or method) didn’t allow it. Ask your IT support.',
    operator:
      'Conditional Access blocked it: Entra admin centre → Sign-in logs → this attempt → Conditional Access names the policy.',
  },
  65001: {
    code: 'sso_failed',
    title: 'This application hasn’t been approved yet',
    visitor:
      'Your organisation hasn’t consented to this console reading your profile. Ask an administrator to grant consent.',
    operator:
      'App registrations → your app → API permissions → Grant admin consent for openid, profile, email and User.Read.',
  },
  65004: {
    code: 'sso_cancelled',
    title: 'You didn’t give consent',
    visitor: 'Signing in needs your consent to read your basic profile. Start again if that was a slip.',
    operator: 'The person declined consent. Admin consent spares everybody the question.',
  },
  90002: {
    code: 'sso_misconfigured',
    title: 'Signing in with Microsoft isn’t set up correctly',
    visitor: 'This is not something you did. Tell whoever runs this console that the directory wasn’t found.',
    operator: 'No such tenant: check SSO_ENTRA_TENANT_ID, and SSO_ENTRA_AUTHORITY for a national cloud.',
  },
  90094: {
    code: 'sso_failed',
    title: 'An administrator has to approve this first',
    visitor:
      'Your organisation lets only administrators approve applications. Ask one to grant consent for this console.',
    operator: 'App registrations → your app → API permissions → Grant admin consent.',
  },
  700016: {
    code: 'sso_misconfigured',
    title: 'Signing in with Microsoft isn’t set up correctly',
    visitor:
      'This is not something you did. Tell whoever runs this console that the application wasn’t found.',
    operator: 'The application isn’t in this directory: check SSO_ENTRA_CLIENT_ID and SSO_ENTRA_TENANT_ID.',
  },
  700027: {
    code: 'sso_misconfigured',
    title: 'Signing in with Microsoft isn’t set up correctly',
    visitor:
      'This is not something you did. Tell whoever runs this console that its certificate isn’t registered.',
    operator:
      'The certificate isn’t registered: App registrations → your app → Certificates & secrets → Certificates → Upload certificate: the one that SSO_ENTRA_CLIENT_CERTIFICATE_FILE names.',
  },
  7000215: {
    code: 'sso_misconfigured',
    title: 'Signing in with Microsoft isn’t set up correctly',
    visitor: 'This is not something you did. Tell whoever runs this console that its credential was refused.',
    operator: 'Wrong client secret: SSO_ENTRA_CLIENT_SECRET takes the secret’s Value, not its Secret ID.',
  },
  7000222: {
    code: 'sso_misconfigured',
    title: 'This console’s credential at Microsoft has expired',
    visitor:
      'This is not something you did. Tell whoever runs this console that its client secret has expired.',
    operator:
      'App registrations → your app → Certificates & secrets: create a new secret and set SSO_ENTRA_CLIENT_SECRET to its Value.',
  },
  9002327: {
    code: 'sso_misconfigured',
    title: 'Signing in with Microsoft isn’t set up correctly',
    visitor:
      'This is not something you did. Tell whoever runs this console that the redirect URI is of the wrong kind.',
    operator: 'The redirect URI is registered for a single-page application: move it to the platform “Web”.',
  },
};

const GUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
const NUMBER = /^AADSTS(\d{4,8})\b/;
const CORRELATION = new RegExp(`\\bCorrelation ID: (${GUID})\\b`, 'i');
const TIMESTAMP = /\bTimestamp: (\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})Z/;

/** Reads Microsoft's error number, correlation ID and time out of a reported error. */
export function refineEntraError({ description = '' }: ReportedError): Refinement {
  const aadsts = Number(NUMBER.exec(description)?.[1] ?? 0);
  const known = aadstsTexts[aadsts];
  const correlationId = CORRELATION.exec(description)?.[1];
  const [, day, time] = TIMESTAMP.exec(description) ?? [];
  return {
    // A number that we don't know still says that it is not the person's own cancelling.
    ...(known !== undefined ? { code: known.code } : {}),
    facts: {
      ...(known !== undefined ? { aadsts } : {}),
      ...(correlationId !== undefined ? { correlationId } : {}),
      ...(day !== undefined && time !== undefined ? { timestamp: `${day}T${time}Z` } : {}),
    },
  };
}
