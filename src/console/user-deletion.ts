import type { RequestHandler } from 'express';
import type { Audit } from '../audit/audit.js';
import { existingUser } from '../directory/change-user.js';
import type { Directory } from '../directory/directory.js';
import { deleteUser } from '../directory/edit-user.js';
import { EntranceError } from '../errors.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { ConfirmModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import type { User } from '../identity/user.js';
import type { ForgettingStores } from '../revalidation/end-and-forget.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SessionStore } from '../session/session-store.js';
import { reasonToKeep } from './last-way-in.js';

export interface UserDeletionPages {
  readonly ask: RequestHandler<{ id: string }>;
  readonly remove: RequestHandler<{ id: string }>;
}

/** Deletes an account, after a question that names what follows. */
export function createUserDeletion(
  deps: ForgettingStores & {
    readonly directory: Directory;
    readonly sessions: SessionStore;
    readonly audit: Audit;
    readonly pages: Pages;
  },
): UserDeletionPages {
  const { directory, pages } = deps;
  return {
    async ask(request, response) {
      const session = sessionOf(request).record;
      const user = await mayBeDeleted(request.params.id, session);
      const href = pages.at(`/admin/users/${user.id}`);
      const confirm: ConfirmModel = {
        heading: `Delete ${user.fullName}?`,
        consequence: [
          `${user.fullName} will be signed out everywhere, at once, and lose all roles and teams. The API tokens they made stop working.`,
          'This can’t be undone, and it keeps nobody out: whoever may sign in comes back as a new person. To keep somebody out, disable the account.',
        ],
        action: `${href}/delete`,
        confirmLabel: 'Delete account',
        danger: true,
        cancelHref: href,
        fields: [],
      };
      pages.send(
        request,
        response,
        'confirm',
        { title: confirm.heading, session, section: 'users' },
        confirm,
      );
    },

    async remove(request, response) {
      const user = await mayBeDeleted(request.params.id, sessionOf(request).record);
      await deleteUser(deps, { id: user.id, by: actorOf(request) });
      pages.leaveNotice(response, { tone: 'success', text: `The account of ${user.fullName} is deleted.` });
      response.redirect(303, pages.at('/admin/users'));
    },
  };

  async function mayBeDeleted(id: string, viewer: SessionRecord): Promise<User> {
    const user = await existingUser(directory, id);
    const reason = await reasonToKeep(directory, user, viewer);
    if (reason !== undefined) throw new EntranceError('last_admin', { detail: reason });
    return user;
  }
}
