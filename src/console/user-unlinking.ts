import * as z from 'zod';
import { removableUser } from '../directory/last-administrator.js';
import { unlinkNamedIdentity } from '../directory/named-identity.js';
import { unlinkUser } from '../directory/unlink.js';
import { actorOf } from '../guards/guards.js';
import { confirmedEmail, type User } from '../identity/user.js';
import { parseSent } from '../validation.js';
import { identityFields } from './account-unlinking.js';
import type { Handlers, IdHandler } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';

/** One identity, if the form names it; otherwise all identities of the account. */
const someIdentity = z
  .object({ provider: z.undefined().optional(), provider_id: z.undefined().optional() })
  .transform(() => undefined)
  .or(identityFields);

/** Unlinks an account from its identities, after a question that names the consequences. */
export function createUserUnlinking(deps: ConsoleDependencies) {
  const { directory, nameOfProvider, pages } = deps;
  const hrefOf = (id: string) => pages.at(`/admin/users/${encodeURIComponent(id)}`);
  return {
    async ask(request, response) {
      const user = await removableUser(directory, { ...request.params, by: actorOf(request) });
      const named = parseSent(someIdentity, request.query, 'query string');
      const { provider } = named ?? user;
      const name = nameOfProvider(provider);
      pages.ask(request, response, 'users', {
        heading: `Unlink ${user.fullName} from ${name}?`,
        consequence: named === undefined ? consequencesOf(user, name) : consequencesOfOne(user, name),
        action: `${hrefOf(user.id)}/unlink`,
        confirmLabel: 'Unlink',
        cancelHref: hrefOf(user.id),
        fields: { ...named },
      });
    },

    unlink: (request, response) =>
      pages.answerForm(response, hrefOf(request.params.id), async () => {
        const editing = { ...request.params, by: actorOf(request) };
        const { provider } = await removableUser(directory, editing);
        const named = parseForm(request, someIdentity);
        if (named === undefined) {
          const { fullName } = await unlinkUser(deps, editing);
          return `${fullName} is unlinked from ${nameOfProvider(provider)} and signed out everywhere.`;
        }
        const { fullName } = await unlinkNamedIdentity(deps, editing, named);
        return `${fullName} is unlinked from ${nameOfProvider(named.provider)}, and signed out wherever that was how they came in.`;
      }),
  } satisfies Handlers<IdHandler>;
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
