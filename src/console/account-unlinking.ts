import * as z from 'zod';
import { existingUser } from '../directory/change-user.js';
import { namedIdentity, unlinkNamedIdentity } from '../directory/named-identity.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import { isFirstIdentity } from '../identity/linked-identities.js';
import { parseSent } from '../validation.js';
import type { Handlers } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';

export const identityFields = z.object({ provider: z.string().max(64), provider_id: z.string().max(1_024) });

/** Unlinks one of several identities from a person's own account, after a question that names the consequences. */
export function createAccountUnlinking(deps: ConsoleDependencies) {
  const { directory, nameOfProvider, pages } = deps;
  const backHref = pages.at('/admin/account');
  return {
    async ask(request, response) {
      const named = parseSent(identityFields, request.query, 'query string');
      const user = await existingUser(directory, sessionOf(request).record.userId);
      const identity = namedIdentity(user, named);
      const name = nameOfProvider(identity.provider);
      pages.ask(request, response, undefined, {
        heading: `Unlink your account from ${name}?`,
        consequence: [
          isFirstIdentity(identity, user)
            ? `You can’t sign in with ${name} any more, and are signed out everywhere. Your name and address become those of the account that you sign in with next.`
            : `You can’t sign in with ${name} any more, and are signed out wherever you did.`,
          `Roles and teams that come from ${name} go. You can link it again later, from this account.`,
        ],
        action: pages.at('/admin/account/unlink'),
        confirmLabel: 'Unlink',
        cancelHref: backHref,
        fields: named,
      });
    },

    unlink: (request, response) =>
      pages.answerForm(response, backHref, async () => {
        const named = parseForm(request, identityFields);
        const editing = { id: sessionOf(request).record.userId, by: actorOf(request) };
        await unlinkNamedIdentity(deps, editing, named);
        return `Your account is unlinked from ${nameOfProvider(named.provider)}.`;
      }),
  } satisfies Handlers;
}
