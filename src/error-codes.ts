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
  | 'not_admitted'
  | 'admission_failed'
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
  not_admitted: 403,
  admission_failed: 503,
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

export function isErrorCode(text: string | undefined): text is ErrorCode {
  return text !== undefined && Object.hasOwn(errorStatuses, text);
}
