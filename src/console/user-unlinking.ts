import type { RequestHandler } from 'express';
import type { Audit } from '../audit/audit.js';
import type { NameOfProvider } from '../config/provider-name.js';
import { existingUser } from '../directory/change-user.js';
import type { Directory } from '../directory/directory.js';
import { unlinkUser } from '../directory/unlink.js';
import { EntranceError } from '../errors.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { ConfirmModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import { confirmedEmail, type User } from '../identity/user.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SessionStore } from '../session/session-store.js';
import { answerForm } from './form.js';
import { reasonToKeep } from './last-way-in.js';

export interface UserUnlinkingPages {
  readonly ask: RequestHandler<{ id: string }>;
  readonly unlink: RequestHandler<{ id: string }>;
}

/** Parts somebody's account from their identity, after a question that names what follows. */
export function createUserUnlinking(deps: {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly audit: Audit;
  readonly nameOfProvider: NameOfProvider;
  readonly pages: Pages;
}): UserUnlinkingPages {
  const { directory, nameOfProvider, pages } = deps;
  const hrefOf = (id: string) => pages.at(`/admin/users/${encodeURIComponent(id)}`);
  return {
    async ask(request, response) {
      const session = sessionOf(request).record;
      const user = await mayBeUnlinked(request.params.id, session);
      const confirm: ConfirmModel = {
        heading: `Unlink ${user.fullName} from ${nameOfProvider(user.provider)}?`,
        consequence: [
          `${user.fullName} will be signed out everywhere, at once, and loses the roles and teams that come from ${nameOfProvider(user.provider)}.`,
          confirmedEmail(user) === undefined
            ? `The address ${user.email} isn’t confirmed, so nobody gets this account by signing in with it.`
            : `Whoever signs in with the verified address ${user.email} next gets this account, with the roles and teams that were given here.`,
        ],
        action: `${hrefOf(user.id)}/unlink`,
        confirmLabel: 'Unlink',
        danger: true,
        cancelHref: hrefOf(user.id),
        fields: [],
      };
      const options = { title: confirm.heading, session, section: 'users' } as const;
      pages.send(request, response, 'confirm', options, confirm);
    },

    unlink: (request, response) =>
      answerForm(pages, response, hrefOf(request.params.id), async () => {
        const { id, provider } = await mayBeUnlinked(request.params.id, sessionOf(request).record);
        const { fullName } = await unlinkUser(deps, { id, by: actorOf(request) });
        return `${fullName} is unlinked from ${nameOfProvider(provider)} and signed out everywhere.`;
      }),
  };

  async function mayBeUnlinked(id: string, viewer: SessionRecord): Promise<User> {
    const user = await existingUser(directory, id);
    const reason = await reasonToKeep(directory, user, viewer);
    if (reason !== undefined) throw new EntranceError('last_admin', { detail: reason });
    return user;
  }
}
