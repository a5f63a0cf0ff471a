import { EntranceError } from '../errors.js';
import type { User, UserStatus } from '../identity/user.js';
import type { SessionStore } from '../session/session-store.js';
import type { Directory } from './directory.js';

const MAX_ROUNDS = 10;

/**
 * Disables or enables a user. Disabling ends all their sessions, on every instance at once.
 * @throws EntranceError `not_found`, `last_admin`, or `stale` where others keep changing the user
 */
export async function changeStatus(
  { directory, sessions }: { readonly directory: Directory; readonly sessions: SessionStore },
  id: string,
  status: UserStatus,
): Promise<User> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const user = await directory.find(id);
    if (user === undefined)
      throw new EntranceError('not_found', { detail: 'There is no user with this ID.' });
    const outcome =
      user.status === status ? { user } : await directory.update(user, { status }, { keepAnAdmin: true });
    if ('user' in outcome) {
      if (status !== 'active') await sessions.revokeOfUser(id);
      return outcome.user;
    }
    if (outcome.conflict === 'last_admin') throw new EntranceError('last_admin');
  }
  throw new EntranceError('stale');
}
