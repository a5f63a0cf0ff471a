import type { Logger } from 'pino';
import type { Audit } from '../audit/audit.js';
import type { Actor } from '../audit/event.js';
import type { Directory } from '../directory/directory.js';
import { isActiveAdmin } from '../directory/user-keys.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { Admitted } from './admit-user.js';

/** Says aloud when a sign-in took `platform_admin` from the last who had it: what the provider is certain of holds even then (contract §11). */
export async function noticeLostAdministrators(
  { directory, audit, log }: { readonly directory: Directory; readonly audit: Audit; readonly log: Logger },
  { user, before }: Admitted,
  by: Actor,
): Promise<void> {
  if (before === undefined || !isActiveAdmin(before) || isActiveAdmin(user)) return;
  const others = await directory.list({
    role: PLATFORM_ADMIN,
    status: 'active',
    sort: 'email',
    descending: false,
    limit: 1,
  });
  if (others.users.length > 0 || others.next !== null) return;
  log.error(
    { userId: user.id },
    'no active platform_admin is left: the last one signed in without a group, app role or domain that gives it. Give somebody one at Microsoft (SSO_ENTRA_ADMIN_GROUPS), or set PLATFORM_ADMIN_EMAIL to a new local administrator and restart',
  );
  await audit.record({ action: 'administrators-lost', by, target: user });
}
