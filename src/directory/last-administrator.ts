import type { Actor } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import type { User } from '../identity/user.js';
import { existingUser } from './change-user.js';
import type { Directory } from './directory.js';
import type { Editing } from './edit-user.js';

/**
 * The reason why a user has to stay an active administrator, for a page that says so before somebody tries a change.
 * The directory enforces the rule itself.
 */
export async function reasonToKeep(
  directory: Directory,
  user: User,
  { user: viewer }: Actor,
): Promise<string | undefined> {
  if (user.id === viewer?.id)
    return 'This is your own account. Ask another administrator to disable, delete or demote it.';
  return (await directory.isLastAdmin(user))
    ? 'This is the last administrator who can sign in. Make somebody else an administrator first.'
    : undefined;
}

/**
 * The user, if somebody may disable, demote, unlink or delete them.
 * @throws EntranceError `not_found`, `last_admin`
 */
export async function removableUser(directory: Directory, { id, by }: Editing): Promise<User> {
  const user = await existingUser(directory, id);
  const reason = await reasonToKeep(directory, user, by);
  if (reason !== undefined) throw new EntranceError('last_admin', { detail: reason });
  return user;
}
