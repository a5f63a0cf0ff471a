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
import { unlinkIdentity, unlinkUser } from '../directory/unlink.js';
import { EntranceError } from '../errors.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { ConfirmModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import { confirmedEmail, type User } from '../identity/user.js';
import type { ForgettingStores } from '../revalidation/end-and-forget.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SessionStore } from '../session/session-store.js';
import { parseSent } from '../validation.js';
import { identityFields } from './account-unlinking.js';
import { answerForm, parseForm } from './form.js';
import { reasonToKeep } from './last-way-in.js';

export interface UserUnlinkingPages {
  readonly ask: RequestHandler<{ id: string }>;
  readonly unlink: RequestHandler<{ id: string }>;
}

/** One identity of several; nothing for all of them. */
const someIdentity = z
  .object({ provider: z.undefined().optional(), provider_id: z.undefined().optional() })
  .transform(() => undefined)
  .or(identityFields);

/** Parts somebody's account from their identity, after a question that names what follows. */
export function createUserUnlinking(
  deps: ForgettingStores & {
    readonly config: Pick<Config, 'localAccounts' | 'sso'>;
    readonly directory: Directory;
    readonly sessions: SessionStore;
    readonly audit: Audit;
    readonly nameOfProvider: NameOfProvider;
    readonly pages: Pages;
    readonly clock: Clock;
  },
): UserUnlinkingPages {
  const { config, directory, nameOfProvider, pages, clock } = deps;
  const hrefOf = (id: string) => pages.at(`/admin/users/${encodeURIComponent(id)}`);
  return {
    async ask(request, response) {
      const session = sessionOf(request).record;
      const user = await mayBeUnlinked(request.params.id, session);
      const named = parseSent(someIdentity, request.query, 'query string');
      const { provider } = named ?? user;
      const name = nameOfProvider(provider);
      const confirm: ConfirmModel = {
        heading: `Unlink ${user.fullName} from ${name}?`,
        consequence: named === undefined ? consequencesOf(user, name) : consequencesOfOne(user, name),
        action: `${hrefOf(user.id)}/unlink`,
        confirmLabel: 'Unlink',
        danger: true,
        cancelHref: hrefOf(user.id),
        fields: Object.entries(named ?? {}).map(([field, value]) => ({ name: field, value })),
      };
      const options = { title: confirm.heading, session, section: 'users' } as const;
      pages.send(request, response, 'confirm', options, confirm);
    },

    unlink: (request, response) =>
      answerForm(pages, response, hrefOf(request.params.id), async () => {
        const { id, provider } = await mayBeUnlinked(request.params.id, sessionOf(request).record);
        const named = parseForm(request, someIdentity);
        const change = { id, by: actorOf(request) };
        const now = new Date(clock.now()).toISOString();
        if (named === undefined) {
          const { fullName } = await unlinkUser(deps, change);
          return `${fullName} is unlinked from ${nameOfProvider(provider)} and signed out everywhere.`;
        }
        const identity = namedIdentity(await existingUser(directory, id), named);
        const { fullName } = await unlinkIdentity(deps, { ...change, identity, waysIn: waysIn(config), now });
        return `${fullName} is unlinked from ${nameOfProvider(named.provider)}, and signed out wherever that was how they came in.`;
      }),
  };

  async function mayBeUnlinked(id: string, viewer: SessionRecord): Promise<User> {
    const user = await existingUser(directory, id);
    const reason = await reasonToKeep(directory, user, viewer);
    if (reason !== undefined) throw new EntranceError('last_admin', { detail: reason });
    return user;
  }
}

function consequencesOf({ fullName, email, ...user }: User, name: string): readonly string[] {
  return [
    `${fullName} will be signed out everywhere, at once, and loses the roles and teams that come from ${name}.`,
    confirmedEmail({ email, ...user }) === undefined
      ? `The address ${email} isn’t confirmed, so nobody gets this account by signing in with it.`
      : `Whoever signs in with the verified address ${email} next gets this account, with the roles and teams that were given here.`,
  ];
}

function consequencesOfOne({ fullName }: User, name: string): readonly string[] {
  return [
    `${fullName} can’t sign in with ${name} any more, and is signed out wherever they did. Roles and teams that come from ${name} go.`,
    `${fullName} can still sign in in another way, and link ${name} again.`,
  ];
}
