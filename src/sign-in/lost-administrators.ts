import type { Logger } from 'pino';
import type { LocalAccountsConfig, ProviderConfig } from '../config/config.js';
import type { Admitted } from './admit-user.js';

/**
 * Logs an error if a sign-in took `platform_admin` from the last person who held it and could sign in. The role goes
 * even then, since the provider was certain about it (contract §11). A local administrator who can sign in counts as
 * one who is left.
 */
export function noticeLostAdministrators(
  log: Logger,
  { user, tookLastAdmin }: Admitted,
  provider: ProviderConfig,
  localAccounts: LocalAccountsConfig,
): void {
  if (tookLastAdmin === undefined) return;
  log.error(
    { userId: user.id },
    `no platform_admin is left who can sign in: the last one came without a group, app role or domain that gives it. Give somebody one at ${provider.name} (${provider.settings.adminGroups}), or ${localWayBack(localAccounts)} and restart`,
  );
}

function localWayBack({ enabled, administrator }: LocalAccountsConfig): string {
  if (enabled) return 'set PLATFORM_ADMIN_EMAIL to a new local administrator';
  return administrator === undefined
    ? 'set SSO_PRESERVE_ADMIN_AUTH=true and PLATFORM_ADMIN_EMAIL to a new local administrator'
    : `set SSO_PRESERVE_ADMIN_AUTH=true, so that ${administrator.email} can sign in with a password`;
}
