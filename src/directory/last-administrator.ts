import type { Actor } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import type { User } from '../identity/user.js';
import { existingUser } from './change-user.js';
import type { Directory } from './directory.js';
import type { Editing } from './edit-user.js';

/** Why somebody has to stay an active administrator, said before it is tried: the directory holds the rule itself. */
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
 * The user whom somebody may disable, demote, unlink or delete.
 * @throws EntranceError `not_found`, `last_admin`
 */
export async function removableUser(directory: Directory, { id, by }: Editing): Promise<User> {
  const user = await existingUser(directory, id);
  const reason = await reasonToKeep(directory, user, by);
  if (reason !== undefined) throw new EntranceError('last_admin', { detail: reason });
  return user;
}
