import type { Logger } from 'pino';
import type { Audit } from '../audit/audit.js';
import type { Actor } from '../audit/event.js';
import type { Admitted } from './admit-user.js';

/** Says aloud when a sign-in took `platform_admin` from the last who had it: what the provider is certain of holds even then (contract §11). */
export async function noticeLostAdministrators(
  { audit, log }: { readonly audit: Audit; readonly log: Logger },
  { user, tookLastAdmin = false }: Admitted,
  by: Actor,
): Promise<void> {
  if (!tookLastAdmin) return;
  log.error(
    { userId: user.id },
    'no platform_admin is left who can sign in: the last one came without a group, app role or domain that gives it. Give somebody one at Microsoft (SSO_ENTRA_ADMIN_GROUPS), or set PLATFORM_ADMIN_EMAIL to a new local administrator and restart',
  );
  await audit.record({ action: 'administrators-lost', by, target: user });
}
