import type { ErrorCode } from '../error-codes.js';
import { SIGN_IN_MINUTES } from '../lifetimes.js';

/** A rule of ours that refuses sign-ins, in words for the operator. */
export interface RefusalRule {
  readonly rule: string;
  /** Unless the provider has a better one. `{domains}` stands for the name of the setting. */
  readonly remedy: string;
}

/** The admission table (contract §4.5), in words for the operator. `error-texts.ts` has those for people. */
export const refusalRules = {
  tenant_not_allowed: {
    rule: 'the directory is one that may sign in',
    remedy: 'If people of the directory {tenant} may sign in, list it in the settings of the provider.',
  },
  email_missing: {
    rule: 'an email address is present',
    remedy: 'Have the provider send an email address. The person needs one there.',
  },
  email_unverified: {
    rule: 'the address is verified, if {domains} or SSO_AUTO_ADMIN_DOMAINS depends on it',
    remedy:
      'The provider doesn’t vouch for the address. The person has to verify it there, or use another account.',
  },
  domain_not_trusted: {
    rule: 'the domain is in {domains}',
    remedy:
      'If people of {domain} may sign in, add it to {domains}, written in full: a subdomain is a domain of its own.',
  },
  account_conflict: {
    rule: 'no other account has the email address',
    remedy:
      'Search for the address under /admin/users. A local account is linked from its own page, /admin/account; an account that nobody uses can be deleted.',
  },
  not_provisioned: {
    rule: 'the person is known, or SSO_AUTO_CREATE_USERS is true',
    remedy: 'Add the person under /admin/users/add, or set SSO_AUTO_CREATE_USERS=true.',
  },
  pending_approval: {
    rule: 'an administrator has approved the person (SSO_REQUIRE_ADMIN_APPROVAL)',
    remedy: 'Decide under /admin/approvals.',
  },
  rejected: {
    rule: 'an administrator has approved the person (SSO_REQUIRE_ADMIN_APPROVAL)',
    remedy:
      'Somebody rejected the person. Approve them on their page under /admin/users if they may come in after all.',
  },
  account_disabled: {
    rule: 'the account is active',
    remedy:
      'Somebody disabled the account. Enable it on its page under /admin/users if the person may come in again.',
  },
  not_admitted: {
    rule: 'the function admit of the host app admits the person',
    remedy: 'The app that Entrance is mounted in refused the person. Its own code says why.',
  },
  auth_context_missing: {
    rule: 'the provider confirms the authentication context that was asked for (acrs)',
    remedy:
      'The provider has to know the authentication context and to have a policy for it that applies to this person. It is asked for by a setting of the provider or by a route of your app.',
  },
  transaction_invalid: {
    rule: 'the sign-in was begun by this browser, and isn’t used yet',
    remedy:
      'If it happens to many: open the console at BASE_URL exactly, give all instances the same SESSION_SECRET, and let the proxy pass cookies on.',
  },
  transaction_expired: {
    rule: `the sign-in is completed within ${SIGN_IN_MINUTES} minutes`,
    remedy:
      'Nothing, if it happens to one person. If it happens to many, compare the clocks of the instances.',
  },
  identity_taken: {
    rule: 'no other account has this identity',
    remedy:
      'That account at the provider signs in to another account here. Unlink it on that account’s page under /admin/users, or leave the two as they are.',
  },
} as const satisfies Partial<Record<ErrorCode, RefusalRule>>;

/** The values for the texts of the rules, if they are known. */
export interface RefusalValues {
  readonly tenant: string | undefined;
  readonly domain: string | undefined;
  /** The name of the setting with the domains that may sign in. */
  readonly domains?: string | undefined;
  readonly remedies?: Partial<Readonly<Record<ErrorCode, string>>>;
}

/** The rule that a code stands for, with the values of the person filled in; undefined for a code of no rule. */
export function refusalRule(
  code: ErrorCode,
  { tenant, domain, domains = 'SSO_TRUSTED_DOMAINS', remedies = {} }: RefusalValues,
): RefusalRule | undefined {
  if (!isRuled(code)) return undefined;
  const { rule, remedy } = refusalRules[code];
  const values = { tenant: tenant ?? 'of the person', domain: domain ?? 'this domain', domains };
  const filled = (text: string) =>
    text.replaceAll(/\{(tenant|domains?)\}/g, (_, name: keyof typeof values) => values[name]);
  return { rule: filled(rule), remedy: filled(remedies[code] ?? remedy) };
}

function isRuled(code: ErrorCode): code is keyof typeof refusalRules {
  return Object.hasOwn(refusalRules, code);
}
