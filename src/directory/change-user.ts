import type { Happening } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import type { User } from '../identity/user.js';
import type { Directory, UserChanges } from './directory.js';

/** The most attempts at a change while others change the same user. */
export const MAX_ROUNDS = 10;

export interface UserChange {
  readonly changes: UserChanges;
  readonly events: readonly Happening[];
}

/**
 * Changes a user as `decide` says for the present user; undefined leaves the user as it is. If somebody else changes
 * the user at the same time, `decide` is called again. Gives the user after the change. Never demotes the last
 * administrator.
 * @throws EntranceError `not_found`, `last_admin`, `identity_taken`, or `stale` if others keep changing the user; and
 *   the errors of `decide`
 */
export async function changeUser(
  directory: Directory,
  id: string,
  decide: (user: User) => UserChange | undefined,
): Promise<User> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const before = await existingUser(directory, id);
    const wanted = decide(before);
    if (wanted === undefined) return before;
    const { changes, events } = wanted;
    const outcome = await directory.update(before, changes, { keepAnAdmin: true, events });
    if ('user' in outcome) return outcome.user;
    if (outcome.conflict === 'last_admin' || outcome.conflict === 'identity_taken')
      throw new EntranceError(outcome.conflict);
  }
  throw new EntranceError('stale');
}

/** @throws EntranceError `not_found` */
export async function existingUser(directory: Directory, id: string): Promise<User> {
  const user = await directory.find(id);
  if (user !== undefined) return user;
  throw new EntranceError('not_found', {
    detail: 'There is no user with this ID. Perhaps the account was deleted.',
  });
}
