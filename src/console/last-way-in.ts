import type { Directory } from '../directory/directory.js';
import type { User } from '../identity/user.js';
import type { SessionRecord } from '../session/session-record.js';

/** Why somebody has to stay an active administrator, said before it is tried: the directory holds the rule itself. */
export async function reasonToKeep(
  directory: Directory,
  user: User,
  viewer: SessionRecord,
): Promise<string | undefined> {
  if (user.id === viewer.userId)
    return 'This is your own account. Ask another administrator to disable, delete or demote it.';
  return (await directory.isLastAdmin(user))
    ? 'This is the last administrator who can sign in. Make somebody else an administrator first.'
    : undefined;
}
