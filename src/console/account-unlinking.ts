import type { RequestHandler } from 'express';
import * as z from 'zod';
import type { Audit } from '../audit/audit.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import type { NameOfProvider } from '../config/provider-name.js';
import { waysIn } from '../config/ways-in.js';
import { existingUser } from '../directory/change-user.js';
import type { Directory } from '../directory/directory.js';
import { namedIdentity } from '../directory/named-identity.js';
import { unlinkIdentity } from '../directory/unlink.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { ConfirmModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import { isFirstIdentity } from '../identity/linked-identities.js';
import type { ForgettingStores } from '../revalidation/end-and-forget.js';
import type { SessionStore } from '../session/session-store.js';
import { parseSent } from '../validation.js';
import { answerForm, parseForm } from './form.js';

/** The one identity that a page is about. */
export const identityFields = z.object({ provider: z.string().max(64), provider_id: z.string().max(1_024) });

export interface AccountUnlinkingPages {
  readonly ask: RequestHandler;
  readonly unlink: RequestHandler;
}

/** Parts one's own account from one of several identities, after a question that names what follows. */
export function createAccountUnlinking(
  deps: ForgettingStores & {
    readonly config: Pick<Config, 'localAccounts' | 'sso'>;
    readonly directory: Directory;
    readonly sessions: SessionStore;
    readonly audit: Audit;
    readonly nameOfProvider: NameOfProvider;
    readonly pages: Pages;
    readonly clock: Clock;
  },
): AccountUnlinkingPages {
  const { config, directory, nameOfProvider, pages, clock } = deps;
  const backHref = pages.at('/admin/account');
  return {
    async ask(request, response) {
      const session = sessionOf(request).record;
      const named = parseSent(identityFields, request.query, 'query string');
      const user = await existingUser(directory, session.userId);
      const identity = namedIdentity(user, named);
      const name = nameOfProvider(identity.provider);
      const confirm: ConfirmModel = {
        heading: `Unlink your account from ${name}?`,
        consequence: [
          isFirstIdentity(identity, user)
            ? `You can’t sign in with ${name} any more, and are signed out everywhere. Your name and address become those of the account that you sign in with next.`
            : `You can’t sign in with ${name} any more, and are signed out wherever you did.`,
          `Roles and teams that come from ${name} go. You can link it again later, from this account.`,
        ],
        action: pages.at('/admin/account/unlink'),
        confirmLabel: 'Unlink',
        danger: true,
        cancelHref: backHref,
        fields: Object.entries(named).map(([field, value]) => ({ name: field, value })),
      };
      pages.send(request, response, 'confirm', { title: confirm.heading, session }, confirm);
    },

    unlink: (request, response) =>
      answerForm(pages, response, backHref, async () => {
        const { userId: id } = sessionOf(request).record;
        const identity = namedIdentity(await existingUser(directory, id), parseForm(request, identityFields));
        const now = new Date(clock.now()).toISOString();
        await unlinkIdentity(deps, { id, by: actorOf(request), identity, waysIn: waysIn(config), now });
        return `Your account is unlinked from ${nameOfProvider(identity.provider)}.`;
      }),
  };
}
