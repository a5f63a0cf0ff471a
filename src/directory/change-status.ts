import type { Audit } from '../audit/audit.js';
import type { Actor } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import type { User, UserStatus } from '../identity/user.js';
import { endSessions } from '../session/end-sessions.js';
import type { SessionStore } from '../session/session-store.js';
import type { Directory } from './directory.js';

const MAX_ROUNDS = 10;

/**
 * Disables or enables a user, and records who did it. Disabling ends all their sessions, on every instance at once.
 * @throws EntranceError `not_found`, `last_admin`, or `stale` where others keep changing the user
 */
export async function changeStatus(
  stores: { readonly directory: Directory; readonly sessions: SessionStore; readonly audit: Audit },
  id: string,
  status: UserStatus,
  by: Actor,
): Promise<User> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const user = await stores.directory.find(id);
    if (user === undefined)
      throw new EntranceError('not_found', { detail: 'There is no user with this ID.' });
    const events = [
      { action: status === 'active' ? 'user-enable' : 'user-disable', by, target: user } as const,
    ];
    const outcome =
      user.status === status
        ? { user }
        : await stores.directory.update(user, { status }, { keepAnAdmin: true, events });
    if ('user' in outcome) {
      if (status !== 'active') await endSessions(stores, user, 'user_disabled', by);
      return outcome.user;
    }
    if (outcome.conflict === 'last_admin') throw new EntranceError('last_admin');
  }
  throw new EntranceError('stale');
}
