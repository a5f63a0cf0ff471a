import { quoted } from '../identity/quoted.js';
import type { SsoConfig } from './config.js';
import { domain } from './domain.js';
import { entraSettings, readEntra } from './entra.js';
import { isPublicMail } from './public-mail.js';
import { boolean, listOf } from './schemas.js';
import type { Setting } from './setting.js';
import type { SettingsReader } from './settings-reader.js';

const trustedDomain = domain('which is no domain: leave SSO_TRUSTED_DOMAINS out to admit any');
const adminDomain = domain(
  'which would make everybody an administrator: name your own domains, or leave SSO_AUTO_ADMIN_DOMAINS out',
).refine((name) => !isPublicMail(name), {
  error: ({ input }) =>
    `holds ${quoted(String(input))}, where anybody can have an address: everybody there would be an administrator`,
});

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
    schema: listOf(adminDomain),
  } satisfies Setting<readonly string[]>,
  preserveAdminAuth: {
    name: 'SSO_PRESERVE_ADMIN_AUTH',
    default: 'true',
    example: 'false',
    meaning:
      'Keep the local password form beside single sign-on. With `false` local sign-in is off on the server, not merely hidden.',
    schema: boolean,
  } satisfies Setting<boolean>,
};

export function readSso(settings: SettingsReader): SsoConfig {
  const enabled = settings.get(ssoSettings.enabled);
  const trustedDomains = settings.get(ssoSettings.trustedDomains);
  const autoCreateUsers = settings.get(ssoSettings.autoCreateUsers);
  const requireApproval = settings.get(ssoSettings.requireApproval);
  const autoAdminDomains = settings.get(ssoSettings.autoAdminDomains);
  const preserveAdminAuth = settings.get(ssoSettings.preserveAdminAuth);
  const entraEnabled = settings.get(entraSettings.enabled);
  const entra = readEntra(settings, enabled && entraEnabled);

  if (enabled && !entraEnabled && !settings.isRejected(entraSettings.enabled)) {
    settings.reject(
      ssoSettings.enabled,
      noProvider(preserveAdminAuth),
      'SSO_ENABLED=true with SSO_ENTRA_ENABLED=true, or SSO_ENABLED=false',
    );
  }
  return {
    enabled,
    trustedDomains,
    autoCreateUsers,
    requireApproval,
    autoAdminDomains,
    preserveAdminAuth,
    entra,
  };
}

function noProvider(preserveAdminAuth: boolean): string {
  const problem = 'is true, but no provider is on';
  return preserveAdminAuth
    ? problem
    : `${problem}; as SSO_PRESERVE_ADMIN_AUTH is false, there would be no way in`;
}
