import type { Audit } from '../audit/audit.js';
import type { Actor } from '../audit/event.js';
import type { User } from '../identity/user.js';
import { endSessions } from '../session/end-sessions.js';
import type { SessionStore } from '../session/session-store.js';
import { changeUser } from './change-user.js';
import type { Directory } from './directory.js';
import type { Editing } from './edit-user.js';
import { type Edit, isManual } from './user-edits.js';
import { identityOf } from './user-keys.js';

/**
 * Parts an account from its identity and ends its sessions. It is then as if it had been added ahead: whoever brings its
 * verified address claims it, and what single sign-on gave doesn't wait for them. Nobody gets a password by this, which
 * would outlive their leaving. Nothing happens to an account without an identity.
 * @throws EntranceError `not_found`, `last_admin`, `stale`
 */
export async function unlinkUser(
  stores: { readonly directory: Directory; readonly sessions: SessionStore; readonly audit: Audit },
  { id, by, check }: Editing,
): Promise<User> {
  const unlink = unlinking(by);
  const user = await changeUser(stores.directory, id, (before) => {
    check?.(before);
    return unlink(before);
  });
  if (user.provider !== 'local' && identityOf(user) === undefined)
    await endSessions(stores, user, 'identity_unlinked', by);
  return user;
}

function unlinking(by: Actor): Edit {
  return (user) =>
    identityOf(user) === undefined
      ? undefined
      : {
          changes: {
            providerId: null,
            tenantId: null,
            lastLoginAt: null,
            roles: user.roles.filter(isManual),
            teams: user.teams.filter(isManual),
          },
          events: [{ action: 'user-unlink', by, target: user }],
        };
}
