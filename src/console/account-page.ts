import type { RequestHandler } from 'express';
import type { NameOfProvider } from '../config/provider-name.js';
import { existingUser } from '../directory/change-user.js';
import type { Directory } from '../directory/directory.js';
import { sessionOf } from '../guards/guards.js';
import type { AccountModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import type { Provider } from '../providers/provider.js';
import { emailInWords } from './user-words.js';

/** One's own account, for everybody who is signed in. */
export function createAccountPage({
  directory,
  providers,
  nameOfProvider,
  pages,
}: {
  readonly directory: Directory;
  readonly providers: readonly Provider[];
  readonly nameOfProvider: NameOfProvider;
  readonly pages: Pages;
}): RequestHandler {
  return async (request, response) => {
    const session = sessionOf(request).record;
    const user = await existingUser(directory, session.userId);
    pages.send(request, response, 'account', { title: 'My account', session }, model(user));
  };

  function model(user: User): AccountModel {
    const isLocal = user.provider === 'local';
    return {
      name: user.fullName,
      email: emailInWords(user),
      provider: isLocal ? 'A password' : nameOfProvider(user.provider),
      identifiers: [
        ...(user.providerId === null ? [] : [{ label: 'Object ID', value: user.providerId }]),
        ...(user.tenantId === null ? [] : [{ label: 'Directory (tenant) ID', value: user.tenantId }]),
      ],
      links: isLocal ? providers.map((provider) => linkTo(provider, user)) : [],
      explanation: isLocal
        ? undefined
        : `To link another ${nameOfProvider(user.provider)} account, ask an administrator to unlink this one.`,
    };
  }

  function linkTo({ id, config: { name } }: Provider, user: User): AccountModel['links'][number] {
    return {
      id,
      name,
      action: pages.at(`/admin/account/link/${id}`),
      warning: holdsRole(user.roles, PLATFORM_ADMIN)
        ? `Keep another local administrator: while ${name} can’t be reached, nobody else gets in.`
        : undefined,
    };
  }
}
