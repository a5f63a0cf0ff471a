/** Why someone is not let in, or what went wrong: stable codes, the same in pages, problem documents, logs and URLs. */
export type ErrorCode =
  | SignInErrorCode
  | 'sso_disabled'
  | 'provider_unknown'
  | 'not_signed_in'
  | 'auth_context_required'
  | 'token_invalid'
  | 'scope_missing'
  | 'no_access'
  | 'cross_origin'
  | 'logout_token_invalid'
  | 'not_found'
  | 'method_not_allowed'
  | 'invalid_request'
  | 'stale'
  | 'form_of_another'
  | 'precondition_failed'
  | 'last_admin'
  | 'not_pending'
  | 'email_taken'
  | 'identity_taken'
  | 'not_local'
  | 'import_invalid'
  | 'import_undone'
  | 'team_name_taken'
  | 'too_many_teams'
  | 'too_many_tokens'
  | 'payload_too_large'
  | 'too_many_requests'
  | 'store_unavailable'
  | 'not_ready'
  | 'internal';

/** The codes that may stand in `/admin/login?error=CODE`. */
export type SignInErrorCode =
  | 'tenant_not_allowed'
  | 'email_missing'
  | 'email_unverified'
  | 'domain_not_trusted'
  | 'account_conflict'
  | 'not_provisioned'
  | 'pending_approval'
  | 'rejected'
  | 'account_disabled'
  | 'auth_context_missing'
  | 'transaction_invalid'
  | 'transaction_expired'
  | 'sso_cancelled'
  | 'sso_unavailable'
  | 'sso_misconfigured'
  | 'sso_failed'
  | 'local_sign_in_off'
  | 'session_ended'
  | 'credentials_invalid'
  | 'credentials_missing'
  | 'too_many_attempts';

interface ErrorText {
  readonly status: number;
  readonly title: string;
  /** What happened and what to do next; for people, and the `detail` of a problem document. */
  readonly detail: string;
}

/** What the person is told, in one place. No text here depends on anything a request brought. */
export const errorTexts: Readonly<Record<ErrorCode, ErrorText>> = {
  tenant_not_allowed: {
    status: 403,
    title: 'That directory can’t sign in here',
    detail:
      'The Microsoft account that you used belongs to another organisation’s directory. Switch to an account of the organisation that runs this console.',
  },
  email_missing: {
    status: 403,
    title: 'Your account came without an email address',
    detail:
      'Microsoft confirmed who you are, but sent no email address. Ask whoever runs this console to add the “email” optional claim to its app registration.',
  },
  email_unverified: {
    status: 403,
    title: 'Your email address isn’t verified',
    detail:
      'Your organisation’s directory doesn’t vouch for the email address of this account, and this console only admits verified ones. Use your own work account, or ask whoever runs this console.',
  },
  domain_not_trusted: {
    status: 403,
    title: 'Use an account of an allowed organisation',
    detail:
      'You signed in at Microsoft, but the email domain of that account isn’t one that this console admits. Switch to your work account of an allowed organisation.',
  },
  account_conflict: {
    status: 409,
    title: 'Another account already uses this email address',
    detail:
      'You signed in at Microsoft, but an account here has your email address already and isn’t linked to the Microsoft account that you used. If you have a password here, sign in with it and link the two. Otherwise ask an administrator and quote the reference: they can hand that account over to you.',
  },
  not_provisioned: {
    status: 403,
    title: 'You don’t have an account here yet',
    detail:
      'You signed in at Microsoft, but nobody has set up an account for you here. Ask an administrator to add you.',
  },
  pending_approval: {
    status: 403,
    title: 'An administrator has to let you in first',
    detail:
      'You signed in at Microsoft, and the administrators of this console have been asked to approve your account. As soon as one of them has, sign in again; until then there’s nothing more for you to do.',
  },
  rejected: {
    status: 403,
    title: 'An administrator has declined your request',
    detail:
      'You signed in at Microsoft, but the administrators of this console haven’t approved your account. If you think they should, talk to them: they can still change it.',
  },
  account_disabled: {
    status: 403,
    title: 'Your account is disabled',
    detail:
      'An administrator has disabled your account here. Ask them to enable it if you still need access.',
  },
  auth_context_missing: {
    status: 403,
    title: 'Microsoft didn’t confirm the extra check',
    detail:
      'What you were opening asks for more than a password at Microsoft, such as a second factor, and Microsoft let you through without it. Try again; if it happens once more, tell whoever runs this console and quote the reference below.',
  },
  transaction_invalid: {
    status: 400,
    title: 'This sign-in can’t be completed here',
    detail:
      'It was started in another browser, was used already, or its cookie didn’t arrive. Start again from this page, and check that your browser accepts cookies for this site.',
  },
  transaction_expired: {
    status: 400,
    title: 'That took a little too long',
    detail: 'A sign-in has to be completed within ten minutes. Start again; it usually takes seconds.',
  },
  sso_cancelled: {
    status: 400,
    title: 'You didn’t finish signing in',
    detail: 'The sign-in at Microsoft was cancelled. Nothing has changed; start again when you’re ready.',
  },
  sso_unavailable: {
    status: 503,
    title: 'Microsoft can’t be reached right now',
    detail: 'The sign-in service didn’t answer in time. Try again in a minute.',
  },
  sso_misconfigured: {
    status: 502,
    title: 'Signing in with Microsoft isn’t set up correctly',
    detail:
      'This is not something you did. Tell whoever runs this console, and quote the reference below: the reason is in its log.',
  },
  sso_failed: {
    status: 502,
    title: 'Signing in with Microsoft didn’t work',
    detail:
      'Microsoft’s answer couldn’t be accepted. Start again; if it happens once more, tell whoever runs this console and quote the reference below.',
  },
  local_sign_in_off: {
    status: 403,
    title: 'Signing in with a password is switched off',
    detail: 'This console takes Microsoft accounts only. Continue with Microsoft.',
  },
  session_ended: {
    status: 401,
    title: 'You were signed out',
    detail: 'What you sent wasn’t done, and nothing was changed. Sign in again, and you’re back at the form.',
  },
  credentials_invalid: {
    status: 401,
    title: 'That email address and password don’t match',
    detail: 'Check both and try again.',
  },
  credentials_missing: {
    status: 401,
    title: 'Something is missing',
    detail: 'Enter your email address and your password.',
  },
  too_many_attempts: {
    status: 429,
    title: 'Too many attempts',
    detail: 'Signing in with this account is paused for a while. Try again later.',
  },
  sso_disabled: { status: 404, title: 'Not found', detail: 'SSO authentication is disabled' },
  provider_unknown: {
    status: 404,
    title: 'No such sign-in provider',
    detail:
      'There is no sign-in provider of that name here. GET /auth/sso/providers lists those that there are.',
  },
  not_signed_in: {
    status: 401,
    title: 'Sign in first',
    detail: 'Sign in at /admin/login, or send an API token as “Authorization: Bearer …”.',
  },
  auth_context_required: {
    status: 401,
    title: 'An extra check is needed first',
    detail:
      'This asks for more than a password at Microsoft, such as a second factor. Open the page that you came from again: it leads to Microsoft, and back.',
  },
  token_invalid: {
    status: 401,
    title: 'The API token isn’t valid',
    detail: 'It is unknown, expired or revoked. Create another with “entrance token create”.',
  },
  scope_missing: {
    status: 403,
    title: 'The API token may not do this',
    detail: 'It lacks the scope that this call needs. Create one that has it.',
  },
  no_access: {
    status: 403,
    title: 'You’re signed in, but can’t open this',
    detail:
      'Your account doesn’t have a role that opens this. Ask an administrator for access, or switch to another account.',
  },
  cross_origin: {
    status: 403,
    title: 'This request came from another site',
    detail:
      'It has to be sent from a page of this console, at the address this console is set up for. Open it there and try again.',
  },
  logout_token_invalid: {
    status: 400,
    title: 'The logout token isn’t valid',
    detail: 'It was refused, and no session ended. The reason is in the log, under the request’s ID.',
  },
  not_found: {
    status: 404,
    title: 'There’s nothing here',
    detail: 'Check the address, or start from the console’s first page.',
  },
  method_not_allowed: {
    status: 405,
    title: 'That can’t be done here',
    detail: 'This address doesn’t take that method.',
  },
  invalid_request: {
    status: 400,
    title: 'The request isn’t valid',
    detail: 'Something in the request isn’t as it should be.',
  },
  stale: {
    status: 409,
    title: 'Somebody else changed this at the same moment',
    detail: 'Nothing of yours was saved. Look at it again and repeat what you meant to do.',
  },
  form_of_another: {
    status: 409,
    title: 'This page was made for somebody else',
    detail:
      'Somebody else is signed in in this browser now. Nothing was changed. Go back to the page, look at it again, and send it once more if it is still meant.',
  },
  precondition_failed: {
    status: 412,
    title: 'It has changed since you read it',
    detail:
      'Nothing was saved, because “If-Match” names an older version. Read it again, and repeat the change if it is still meant.',
  },
  last_admin: {
    status: 409,
    title: 'This is the last administrator',
    detail:
      'At least one active platform_admin who can sign in has to remain. Make somebody else an administrator first.',
  },
  team_name_taken: {
    status: 409,
    title: 'There is a team of that name already',
    detail: 'Names are compared without regard to case. Choose another one.',
  },
  too_many_teams: {
    status: 409,
    title: 'There are as many teams as there can be',
    detail: 'Delete a team that isn’t needed any more, then try again.',
  },
  too_many_tokens: {
    status: 409,
    title: 'There are as many API tokens as there can be',
    detail: 'Revoke those that aren’t needed any more, then try again.',
  },
  not_pending: {
    status: 409,
    title: 'This person isn’t waiting for a decision',
    detail: 'Somebody has decided already. To keep a person out who is in, disable the account.',
  },
  email_taken: {
    status: 409,
    title: 'This email address is taken',
    detail: 'There is an account with this email address already: change that one instead.',
  },
  identity_taken: {
    status: 409,
    title: 'That Microsoft account belongs to another account here',
    detail:
      'Sign in with Microsoft to use the other one, or ask an administrator to unlink it there. Nothing has changed.',
  },
  not_local: {
    status: 409,
    title: 'This account is linked already',
    detail:
      'Only a local account can be linked. To link another Microsoft account, ask an administrator to unlink this one.',
  },
  import_invalid: {
    status: 422,
    title: 'The file has problems',
    detail: 'Nobody was imported. Mend what the preview lists, and try again.',
  },
  import_undone: {
    status: 409,
    title: 'The import was undone',
    detail: 'Nobody was imported. Look at the preview again.',
  },
  payload_too_large: {
    status: 413,
    title: 'That’s too large',
    detail: 'The request body is larger than this address takes.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    detail: 'Your address has started very many sign-ins within a minute. Wait a moment and try again.',
  },
  store_unavailable: {
    status: 503,
    title: 'We can’t look that up right now',
    detail:
      'The store that keeps sessions and users can’t be reached. You’re not signed out; try again in a moment.',
  },
  not_ready: {
    status: 503,
    title: 'Passwords can’t be checked yet',
    detail: 'This server has started, and isn’t ready to check passwords. Try again in a moment.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    detail: 'It has been logged. Try again, and quote the reference if it happens once more.',
  },
};

export interface EntranceErrorOptions {
  /** Why, for the log: never shown. Put `{ expected, received }` here where a comparison failed. */
  readonly cause?: unknown;
  /** What a person can act on, in place of the code's own text; never made of unvalidated input. */
  readonly detail?: string;
  /** Seconds after which to try again, sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** What `WWW-Authenticate` says to a program in place of `Bearer`. */
  readonly challenge?: string;
  /** Validated particulars that may be shown beside the text: an AADSTS code, a correlation ID, a tenant ID. */
  readonly facts?: ErrorFacts;
  /** What the operator can change, and where: for the log and the console, not for the person who was refused. */
  readonly mend?: string | undefined;
  /** The account that stands in the way: for the log and the audit log, not for the person who was refused. */
  readonly account?: AccountName | undefined;
}

export interface AccountName {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
}

export interface ErrorFacts {
  /** The provider's `error`, one of those in our table. */
  readonly error?: string;
  /** The provider's own error number, also one that we have no text for. */
  readonly aadsts?: number;
  /** GUID that finds this attempt in Microsoft's logs. */
  readonly correlationId?: string;
  /** GUID of the one request, beside the correlation ID. */
  readonly traceId?: string;
  /** When the provider says it happened, ISO 8601. */
  readonly timestamp?: string;
  /** The directory that the person used. */
  readonly tenantId?: string;
  /** When the person's request for approval was made, ISO 8601. */
  readonly askedAt?: string;
  /** When an administrator decided about it, ISO 8601. */
  readonly decidedAt?: string;
  /** What the administrator who rejected it says to the person. */
  readonly reason?: string;
}

/** The one error of this package that is meant to be answered: it becomes a page or a problem document. */
export class EntranceError extends Error {
  override readonly name = 'EntranceError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly retryAfter: number | undefined;
  readonly challenge: string;
  readonly facts: ErrorFacts;
  readonly mend: string | undefined;
  readonly account: AccountName | undefined;

  constructor(code: ErrorCode, options: EntranceErrorOptions = {}) {
    super(code, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.status = errorTexts[code].status;
    this.title = errorTexts[code].title;
    this.detail = options.detail ?? errorTexts[code].detail;
    this.retryAfter = options.retryAfter ?? (this.status === 503 ? 5 : undefined);
    this.challenge = options.challenge ?? 'Bearer';
    this.facts = options.facts ?? {};
    this.mend = options.mend;
    this.account = options.account;
  }
}
