import type { RequestHandler } from 'express';
import { existingUser } from '../directory/change-user.js';
import { deleteUser } from '../directory/edit-user.js';
import { EntranceError } from '../errors.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { User } from '../identity/user.js';
import type { SessionRecord } from '../session/session-record.js';
import type { ConsoleDependencies } from './dependencies.js';
import { reasonToKeep } from './last-way-in.js';

export interface UserDeletionPages {
  readonly ask: RequestHandler<{ id: string }>;
  readonly remove: RequestHandler<{ id: string }>;
}

/** Deletes an account, after a question that names what follows. */
export function createUserDeletion(deps: ConsoleDependencies): UserDeletionPages {
  const { directory, pages } = deps;
  return {
    async ask(request, response) {
      const user = await mayBeDeleted(request.params.id, sessionOf(request).record);
      const href = pages.at(`/admin/users/${user.id}`);
      pages.ask(request, response, 'users', {
        heading: `Delete ${user.fullName}?`,
        consequence: [
          `${user.fullName} will be signed out everywhere, at once, and lose all roles and teams. The API tokens they made stop working.`,
          'This can’t be undone, and it keeps nobody out: whoever may sign in comes back as a new person. To keep somebody out, disable the account.',
        ],
        action: `${href}/delete`,
        confirmLabel: 'Delete account',
        cancelHref: href,
      });
    },

    async remove(request, response) {
      const user = await mayBeDeleted(request.params.id, sessionOf(request).record);
      await deleteUser(deps, { id: user.id, by: actorOf(request) });
      pages.redirect(response, pages.at('/admin/users'), `The account of ${user.fullName} is deleted.`);
    },
  };

  async function mayBeDeleted(id: string, viewer: SessionRecord): Promise<User> {
    const user = await existingUser(directory, id);
    const reason = await reasonToKeep(directory, user, viewer);
    if (reason !== undefined) throw new EntranceError('last_admin', { detail: reason });
    return user;
  }
}
