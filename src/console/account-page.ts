import type { RequestHandler } from 'express';
import { waysIn } from '../config/ways-in.js';
import { existingUser } from '../directory/change-user.js';
import { mayChange, sessionOf } from '../guards/guards.js';
import { identitiesOf, waysInOf, withoutIdentity } from '../identity/linked-identities.js';
import { isRecent } from '../identity/recent-sign-in.js';
import { holdsRole, PLATFORM_ADMIN } from '../identity/roles.js';
import type { LinkedIdentity, User } from '../identity/user.js';
import type { AccountModel, OwnTokens } from '../pages/models/account.js';
import type { SessionRecord } from '../session/session-record.js';
import { statusAmong } from '../tokens/tokens.js';
import type { ConsoleDependencies } from './dependencies.js';
import { identifiersOf, identityQuery } from './identity-words.js';
import { timeInWords } from './time-in-words.js';
import { statusBadges } from './tokens-pages.js';
import { sessionsModel } from './user-sessions.js';
import { emailInWords } from './user-words.js';

/** The account of the person who is signed in. Everybody may open this page. */
export function createAccountPage(deps: ConsoleDependencies): RequestHandler {
  const { config, directory, sessions, tokens, providers, nameOfProvider, pages, clock } = deps;
  return async (request, response) => {
    const session = sessionOf(request);
    const { userId } = session.record;
    const [user, listed, ownTokens] = await Promise.all([
      existingUser(directory, userId),
      sessions.listOfUser(userId),
      mayChange(session.record) ? tokensOf(userId) : undefined,
    ]);
    pages.show(
      request,
      response,
      'account',
      { title: 'My account' },
      {
        ...model(user, session.record),
        sessions: sessionsModel('/admin/account/sessions', listed, { session, mayAct: true }, deps),
        tokens: ownTokens,
      },
    );
  };

  async function tokensOf(userId: string): Promise<OwnTokens> {
    const all = await tokens.list();
    const now = clock.now();
    const status = statusAmong(all, now);
    const own = all.filter(({ createdBy }) => createdBy === userId);
    return {
      href: pages.at('/admin/tokens'),
      rows: own.map((token) => ({
        name: token.name,
        status: statusBadges[status(token)],
        expires: timeInWords(token.expiresAt, now),
      })),
    };
  }

  function model(user: User, session: SessionRecord): Omit<AccountModel, 'sessions' | 'tokens'> {
    const isLocal = user.provider === 'local';
    const ways = waysInOf(user);
    const further = providers.filter(({ id }) => !ways.includes(id));
    const mayAdd = isLocal || isRecent(session.createdAt, clock.now());
    return {
      name: user.fullName,
      email: emailInWords(user),
      password: isLocal ? 'A password' : undefined,
      ways: identitiesOf(user).map((identity) => wayOf(user, identity)),
      links: mayAdd
        ? further.map(({ id }) => ({
            name: nameOfProvider(id),
            action: pages.at(`/admin/account/link/${id}`),
          }))
        : [],
      warning:
        isLocal && holdsRole(user.roles, PLATFORM_ADMIN)
          ? 'Keep another local administrator: while the other account can’t be reached, nobody else gets in.'
          : undefined,
      signInAgainHref:
        !mayAdd && further.length > 0
          ? pages.at(
              `/auth/sso/login/${session.provider}?next=${encodeURIComponent(pages.at('/admin/account'))}`,
            )
          : undefined,
    };
  }

  function wayOf(user: User, identity: LinkedIdentity): AccountModel['ways'][number] {
    const left = waysInOf({ ...user, ...withoutIdentity(user, identity) });
    const isLast = !left.some((way) => waysIn(config).includes(way));
    return {
      name: nameOfProvider(identity.provider),
      linked: timeInWords(identity.linkedAt, clock.now()),
      identifiers: identifiersOf(identity, nameOfProvider),
      unlinkHref: isLast ? undefined : pages.at(`/admin/account/unlink?${identityQuery(identity)}`),
    };
  }
}
