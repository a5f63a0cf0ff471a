import { type ErrorText, errorText } from './error-texts.js';

/** Stable codes for refusals and failures, the same in pages, problem documents, logs and URLs. */
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
  | 'last_identity'
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

/** The codes that `/admin/login?error=CODE` may have. */
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

/** The HTTP status of each code. `error-texts.ts` has the texts for people. */
export const errorStatuses: Readonly<Record<ErrorCode, number>> = {
  tenant_not_allowed: 403,
  email_missing: 403,
  email_unverified: 403,
  domain_not_trusted: 403,
  account_conflict: 409,
  not_provisioned: 403,
  pending_approval: 403,
  rejected: 403,
  account_disabled: 403,
  auth_context_missing: 403,
  transaction_invalid: 400,
  transaction_expired: 400,
  sso_cancelled: 400,
  sso_unavailable: 503,
  sso_misconfigured: 502,
  sso_failed: 502,
  local_sign_in_off: 403,
  session_ended: 401,
  credentials_invalid: 401,
  credentials_missing: 401,
  too_many_attempts: 429,
  sso_disabled: 404,
  provider_unknown: 404,
  not_signed_in: 401,
  auth_context_required: 401,
  token_invalid: 401,
  scope_missing: 403,
  no_access: 403,
  cross_origin: 403,
  logout_token_invalid: 400,
  not_found: 404,
  method_not_allowed: 405,
  invalid_request: 400,
  stale: 409,
  form_of_another: 409,
  precondition_failed: 412,
  last_admin: 409,
  team_name_taken: 409,
  too_many_teams: 409,
  too_many_tokens: 409,
  not_pending: 409,
  email_taken: 409,
  identity_taken: 409,
  not_local: 409,
  last_identity: 409,
  import_invalid: 422,
  import_undone: 409,
  payload_too_large: 413,
  too_many_requests: 429,
  store_unavailable: 503,
  not_ready: 503,
  internal: 500,
};

export interface EntranceErrorOptions {
  /** The cause, for the log; never shown to people. A failed comparison gives `{ expected, received }` here. */
  readonly cause?: unknown;
  /** A text that the person can act on, in place of the code's own text. Never made of unvalidated input. */
  readonly detail?: string;
  readonly provider?: string | undefined;
  /** The seconds after which to try again, sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** The value of `WWW-Authenticate` for a program, in place of `Bearer`. */
  readonly challenge?: string;
  /** Validated details that may be shown beside the text: the provider’s code, a correlation ID, a tenant ID. */
  readonly facts?: ErrorFacts;
  /** The remedy for the operator, for the log and the console. The person who was refused doesn't see it. */
  readonly mend?: string | undefined;
  /** The account that led to the refusal, for the log and the audit log. The person who was refused doesn't see it. */
  readonly account?: AccountName | undefined;
}

export interface AccountName {
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
}

export interface ErrorFacts {
  /** The provider's `error`, if it is in our table. */
  readonly error?: string;
  /**
   * The provider's own code for the error, even if we have no text for it. It has a known form and is never free text.
   */
  readonly providerCode?: string;
  /** The GUID of this attempt in the provider's logs. */
  readonly correlationId?: string;
  /** The GUID of the single request in the provider's logs. */
  readonly traceId?: string;
  /** The time of the failure according to the provider, ISO 8601. */
  readonly timestamp?: string;
  /** The directory (tenant) in which the person signed in. */
  readonly tenantId?: string;
  /**
   * The IDs of the providers of the account that has the person’s address. Only for a person who has proved the
   * address.
   */
  readonly signsInWith?: readonly string[];
  /** The time of the person's request for approval, ISO 8601. */
  readonly askedAt?: string;
  /** The time of the administrator's decision, ISO 8601. */
  readonly decidedAt?: string;
  /** The administrator's words to the person whom they rejected. */
  readonly reason?: string;
}

/** The only error of this package that is answered to the client, as a page or a problem document. */
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
  readonly #ownDetail: string | undefined;

  constructor(code: ErrorCode, options: EntranceErrorOptions = {}) {
    super(code, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.status = errorStatuses[code];
    this.#ownDetail = options.detail;
    const { detail, title } = this.textFor(options.provider);
    this.title = title;
    this.detail = detail;
    this.retryAfter = options.retryAfter ?? (this.status === 503 ? 5 : undefined);
    this.challenge = options.challenge ?? 'Bearer';
    this.facts = options.facts ?? {};
    this.mend = options.mend;
    this.account = options.account;
  }

  /** The texts for people, with the name of this provider. */
  textFor(provider: string | undefined): ErrorText {
    const { detail, title } = errorText(this.code, provider);
    return { title, detail: this.#ownDetail ?? detail };
  }
}
