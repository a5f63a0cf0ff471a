import type { ErrorCode } from './error-codes.js';
import { SIGN_IN_MINUTES } from './lifetimes.js';

export interface ErrorText {
  readonly title: string;
  /** The text for people says what happened and what to do next. It is also the `detail` of a problem document. */
  readonly detail: string;
}

/** Stands in the texts for a provider that isn’t known. */
const ANY_PROVIDER = 'single sign-on';

/**
 * The text that people see for a code. No text depends on anything that a request sent.
 * @param own the host app's own texts, in place of ours
 * @param provider the name that people use; several names are joined (`providersInWords`)
 */
export function errorText(code: ErrorCode, provider = ANY_PROVIDER, own: Partial<ErrorText> = {}): ErrorText {
  const { title, detail } = { ...texts[code], ...own };
  return { title: inNameOf(provider, title), detail: inNameOf(provider, detail) };
}

/** `A`, `A or B`, `A, B or C`; undefined without any. */
export function providersInWords(names: readonly string[]): string | undefined {
  const last = names.at(-1);
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** Fills in the provider. `{Provider}` stands at the beginning of a sentence. */
function inNameOf(provider: string, text: string): string {
  const first = provider.charAt(0).toUpperCase() + provider.slice(1);
  return text.replaceAll('{provider}', provider).replaceAll('{Provider}', first);
}

const texts: Readonly<Record<ErrorCode, ErrorText>> = {
  tenant_not_allowed: {
    title: 'That directory can’t sign in here',
    detail:
      'The {provider} account that you used belongs to another organisation’s directory. Switch to an account of the organisation that runs this console.',
  },
  email_missing: {
    title: 'Your account came without an email address',
    detail:
      '{Provider} confirmed who you are, but sent no email address. Ask whoever runs this console to have it sent.',
  },
  email_unverified: {
    title: 'Your email address isn’t verified',
    detail:
      'Your organisation’s directory doesn’t vouch for the email address of this account, and this console only admits verified ones. Use your own work account, or ask whoever runs this console.',
  },
  domain_not_trusted: {
    title: 'Use an account of an allowed organisation',
    detail:
      'You signed in at {provider}, but that account isn’t of an organisation that this console admits. Switch to your work account of an allowed organisation.',
  },
  account_conflict: {
    title: 'Another account already uses this email address',
    detail:
      'You signed in at {provider}, but an account here has your email address already and isn’t linked to the {provider} account that you used. If you can sign in here in another way, do so, and add this one under “My account”. Otherwise ask an administrator and quote the reference: they can hand that account over to you.',
  },
  not_provisioned: {
    title: 'You don’t have an account here yet',
    detail:
      'You signed in at {provider}, but nobody has set up an account for you here. Ask an administrator to add you.',
  },
  pending_approval: {
    title: 'An administrator has to let you in first',
    detail:
      'You signed in at {provider}, and the administrators of this console have been asked to approve your account. As soon as one of them has, sign in again; until then there’s nothing more for you to do.',
  },
  rejected: {
    title: 'An administrator has declined your request',
    detail:
      'You signed in at {provider}, but the administrators of this console haven’t approved your account. If you think they should, talk to them: they can still change it.',
  },
  account_disabled: {
    title: 'Your account is disabled',
    detail:
      'An administrator has disabled your account here. Ask them to enable it if you still need access.',
  },
  not_admitted: {
    title: 'You can’t sign in here',
    detail:
      'You proved who you are, but this site doesn’t let you in. If you think it should, ask whoever runs it and quote the reference.',
  },
  admission_failed: {
    title: 'We can’t check right now whether you may come in',
    detail:
      'You proved who you are, but a check of this site didn’t work. Try again in a minute; if it happens once more, tell whoever runs this site and quote the reference.',
  },
  auth_context_missing: {
    title: '{Provider} didn’t confirm the extra check',
    detail:
      'What you were opening asks for more than a password at {provider}, such as a second factor, and {provider} let you through without it. Try again; if it happens once more, tell whoever runs this console and quote the reference below.',
  },
  transaction_invalid: {
    title: 'This sign-in can’t be completed here',
    detail:
      'It was started in another browser, was used already, or its cookie didn’t arrive. Start again from this page, and check that your browser accepts cookies for this site.',
  },
  transaction_expired: {
    title: 'That took a little too long',
    detail: `A sign-in has to be completed within ${SIGN_IN_MINUTES} minutes. Start again; it usually takes seconds.`,
  },
  sso_cancelled: {
    title: 'You didn’t finish signing in',
    detail: 'The sign-in at {provider} was cancelled. Nothing has changed; start again when you’re ready.',
  },
  sso_unavailable: {
    title: '{Provider} can’t be reached right now',
    detail: 'The sign-in service didn’t answer in time. Try again in a minute.',
  },
  sso_misconfigured: {
    title: 'Signing in with {provider} isn’t set up correctly',
    detail:
      'This is not something you did. Tell whoever runs this console, and quote the reference below: the reason is in its log.',
  },
  sso_failed: {
    title: 'Signing in with {provider} didn’t work',
    detail:
      '{Provider}’s answer couldn’t be accepted. Start again; if it happens once more, tell whoever runs this console and quote the reference below.',
  },
  local_sign_in_off: {
    title: 'Signing in with a password is switched off',
    detail: 'This console takes {provider} accounts only. Continue with {provider}.',
  },
  session_ended: {
    title: 'You were signed out',
    detail: 'What you sent wasn’t done, and nothing was changed. Sign in again, and you’re back at the form.',
  },
  credentials_invalid: {
    title: 'That email address and password don’t match',
    detail: 'Check both and try again.',
  },
  credentials_missing: {
    title: 'Something is missing',
    detail: 'Enter your email address and your password.',
  },
  too_many_attempts: {
    title: 'Too many attempts',
    detail: 'Signing in with this account is paused for a while. Try again later.',
  },
  sso_disabled: { title: 'Not found', detail: 'SSO authentication is disabled' },
  provider_unknown: {
    title: 'No such sign-in provider',
    detail:
      'There is no sign-in provider of that name here. GET /auth/sso/providers lists those that there are.',
  },
  not_signed_in: {
    title: 'Sign in first',
    detail: 'Sign in at /admin/login, or send an API token as “Authorization: Bearer …”.',
  },
  auth_context_required: {
    title: 'An extra check is needed first',
    detail:
      'This asks for more than a password at {provider}, such as a second factor. Open the page that you came from again: it leads to {provider}, and back.',
  },
  token_invalid: {
    title: 'The API token isn’t valid',
    detail: 'It is unknown, expired or revoked. Create another with “entrance token create”.',
  },
  scope_missing: {
    title: 'The API token may not do this',
    detail: 'It lacks the scope that this call needs. Create one that has it.',
  },
  no_access: {
    title: 'You’re signed in, but can’t open this',
    detail:
      'Your account doesn’t have a role that opens this. Ask an administrator for access, or switch to another account.',
  },
  cross_origin: {
    title: 'This request came from another site',
    detail:
      'It has to be sent from a page of this console, at the address this console is set up for. Open it there and try again.',
  },
  logout_token_invalid: {
    title: 'The logout token isn’t valid',
    detail: 'It was refused, and no session ended. The reason is in the log, under the request’s ID.',
  },
  not_found: {
    title: 'There’s nothing here',
    detail: 'Check the address, or start from the console’s first page.',
  },
  method_not_allowed: { title: 'That can’t be done here', detail: 'This address doesn’t take that method.' },
  invalid_request: {
    title: 'The request isn’t valid',
    detail: 'Something in the request isn’t as it should be.',
  },
  stale: {
    title: 'Somebody else changed this at the same moment',
    detail: 'Nothing of yours was saved. Look at it again and repeat what you meant to do.',
  },
  form_of_another: {
    title: 'This page was made for somebody else',
    detail:
      'Somebody else is signed in in this browser now. Nothing was changed. Go back to the page, look at it again, and send it once more if it is still meant.',
  },
  precondition_failed: {
    title: 'It has changed since you read it',
    detail:
      'Nothing was saved, because “If-Match” names an older version. Read it again, and repeat the change if it is still meant.',
  },
  last_admin: {
    title: 'This is the last administrator',
    detail:
      'At least one active platform_admin who can sign in has to remain. Make somebody else an administrator first.',
  },
  team_name_taken: {
    title: 'There is a team of that name already',
    detail: 'Names are compared without regard to case. Choose another one.',
  },
  too_many_teams: {
    title: 'There are as many teams as there can be',
    detail: 'Delete a team that isn’t needed any more, then try again.',
  },
  too_many_tokens: {
    title: 'There are as many API tokens as there can be',
    detail: 'Revoke those that aren’t needed any more, then try again.',
  },
  not_pending: {
    title: 'This person isn’t waiting for a decision',
    detail: 'Somebody has decided already. To keep a person out who is in, disable the account.',
  },
  email_taken: {
    title: 'This email address is taken',
    detail: 'There is an account with this email address already: change that one instead.',
  },
  identity_taken: {
    title: 'That {provider} account belongs to another account here',
    detail:
      'Sign in with {provider} to use the other one, or ask an administrator to unlink it there. Nothing has changed.',
  },
  not_local: {
    title: 'This account is linked already',
    detail:
      'It signs in with {provider} already. To link another {provider} account, unlink the present one first, or ask an administrator to.',
  },
  last_identity: {
    title: 'This is the last way to sign in',
    detail: 'Without it nobody could sign in to this account. Add another way to sign in first.',
  },
  import_invalid: {
    title: 'The file has problems',
    detail: 'Nobody was imported. Correct what the preview lists, and try again.',
  },
  import_undone: {
    title: 'The import was undone',
    detail: 'Nobody was imported. Look at the preview again.',
  },
  payload_too_large: {
    title: 'That’s too large',
    detail: 'The request body is larger than this address takes.',
  },
  too_many_requests: {
    title: 'Too many requests',
    detail: 'Your address has started very many sign-ins within a minute. Wait a moment and try again.',
  },
  store_unavailable: {
    title: 'We can’t look that up right now',
    detail:
      'The store that keeps sessions and users can’t be reached. You’re not signed out; try again in a moment.',
  },
  not_ready: {
    title: 'Passwords can’t be checked yet',
    detail: 'This server has started, and isn’t ready to check passwords. Try again in a moment.',
  },
  internal: {
    title: 'Something went wrong on our side',
    detail: 'It has been logged. Try again, and quote the reference if it happens once more.',
  },
};
