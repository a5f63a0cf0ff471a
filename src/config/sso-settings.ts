import { quoted } from '../identity/quoted.js';
import { domain } from './domain.js';
import { providerDomains } from './provider-domains.js';
import { isPublicMail } from './public-mail.js';
import { boolean, line, listOf } from './schemas.js';
import type { OptionalSetting, Setting } from './setting.js';

const trustedDomain = domain('which is no domain: leave SSO_TRUSTED_DOMAINS out to admit any');

/** A domain in this variable; all people with an address there are administrators. */
export function adminDomain(variable: string) {
  return domain(
    `which would make everybody an administrator: name your own domains, or leave ${variable} out`,
  ).refine((name) => !isPublicMail(name), {
    error: ({ input }) =>
      `holds ${quoted(String(input))}, where anybody can have an address: everybody there would be an administrator`,
  });
}

export const ssoSettings = {
  enabled: {
    name: 'SSO_ENABLED',
    default: 'false',
    example: 'true',
    meaning: 'The master switch of single sign-on.',
    schema: boolean,
  } satisfies Setting<boolean>,
  trustedDomains: {
    name: 'SSO_TRUSTED_DOMAINS',
    default: '[]',
    defaultInWords: '`[]` (any)',
    example: 'acmecorp.com,acmecorp.de',
    meaning:
      'The email domains that may sign in by single sign-on. Exact, in any case; subdomains are domains of their own.',
    schema: listOf(trustedDomain),
  } satisfies Setting<readonly string[]>,
  autoCreateUsers: {
    name: 'SSO_AUTO_CREATE_USERS',
    default: 'true',
    example: 'false',
    meaning: 'Create users at their first sign-in; `false` admits only users who are known already.',
    schema: boolean,
  } satisfies Setting<boolean>,
  requireApproval: {
    name: 'SSO_REQUIRE_ADMIN_APPROVAL',
    default: 'false',
    example: 'true',
    meaning:
      'New users wait until an administrator approves them. People who were added before their first sign-in don’t wait. While no administrator can sign in, people whose groups make them one don’t wait either.',
    schema: boolean,
  } satisfies Setting<boolean>,
  autoAdminDomains: {
    name: 'SSO_AUTO_ADMIN_DOMAINS',
    default: '[]',
    example: 'admins.acmecorp.com',
    meaning:
      'Everybody with a verified email address of one of these domains is `platform_admin`. Exact, in any case; subdomains are domains of their own.',
    schema: listOf(adminDomain('SSO_AUTO_ADMIN_DOMAINS')),
  } satisfies Setting<readonly string[]>,
  preserveAdminAuth: {
    name: 'SSO_PRESERVE_ADMIN_AUTH',
    default: 'true',
    example: 'false',
    meaning:
      'Keep the local password form beside single sign-on. With `false` local sign-in is off on the server, not merely hidden.',
    schema: boolean,
  } satisfies Setting<boolean>,
  defaultProvider: {
    name: 'SSO_DEFAULT_PROVIDER',
    example: 'entra',
    defaultInWords: 'none',
    meaning:
      'The ID of the provider that the sign-in page leads to at once. `/admin/login?stay` shows the page, and so does a sign-out or an error.',
    schema: line(64),
  } satisfies OptionalSetting<string>,
  providerDomains: {
    name: 'SSO_PROVIDER_DOMAINS',
    default: '{}',
    example: '{"acmecorp.com":"entra"}',
    meaning:
      'A JSON object from email domains to IDs of providers. The sign-in page then asks for an email address and leads to its provider. Exact, in any case; subdomains are domains of their own. Nothing is looked up: the page says nothing about who has an account.',
    schema: providerDomains,
  } satisfies Setting<ReadonlyMap<string, string>>,
};
