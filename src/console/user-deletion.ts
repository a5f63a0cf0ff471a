import { deleteUser } from '../directory/edit-user.js';
import { removableUser } from '../directory/last-administrator.js';
import { actorOf } from '../guards/guards.js';
import type { User } from '../identity/user.js';
import type { Handlers, IdHandler } from './console-pages.js';
import { askForName, type DeletionQuestion, hasTypedName } from './deletion-question.js';
import type { ConsoleDependencies } from './dependencies.js';

/** Deletes an account, after a question that names the consequences and asks for the person's name. */
export function createUserDeletion(deps: ConsoleDependencies) {
  const { directory, pages } = deps;
  return {
    async ask(request, response) {
      const user = await removableUser(directory, { ...request.params, by: actorOf(request) });
      askForName(pages, request, response, questionAbout(user));
    },

    async remove(request, response) {
      const editing = { ...request.params, by: actorOf(request) };
      const user = await removableUser(directory, editing);
      if (!hasTypedName(pages, request, response, questionAbout(user))) return;
      await deleteUser(deps, editing);
      pages.redirect(response, pages.at('/admin/users'), `The account of ${user.fullName} is deleted.`);
    },
  } satisfies Handlers<IdHandler>;

  function questionAbout({ id, fullName, email }: User): DeletionQuestion {
    const href = pages.at(`/admin/users/${id}`);
    return {
      section: 'users',
      question: {
        heading: `Delete ${fullName}?`,
        consequence: [
          `${fullName} will be signed out everywhere, at once, and lose all roles and teams. The API tokens they made stop working.`,
          'This can’t be undone, and it keeps nobody out: whoever may sign in comes back as a new person. To keep somebody out, disable the account.',
        ],
        action: `${href}/delete`,
        confirmLabel: 'Delete account',
        cancelHref: href,
      },
      label: `Type “${fullName}”, or the email address, to confirm`,
      names: [fullName, email],
    };
  }
}
