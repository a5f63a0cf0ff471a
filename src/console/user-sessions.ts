import type { RequestHandler } from 'express';
import { revokeSessions } from '../directory/edit-user.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { User } from '../identity/user.js';
import type { SessionsModel } from '../pages/parts.js';
import type { Session } from '../session/reading.js';
import type { ListedSession } from '../session/session-store.js';
import { plural } from '../words.js';
import type { ConsoleDependencies } from './dependencies.js';
import { timeInWords } from './time-in-words.js';

export interface UserSessionPages {
  readonly endAll: RequestHandler<{ id: string }>;
  readonly end: RequestHandler<{ id: string; session: string }>;
}

export function createUserSessionPages(deps: ConsoleDependencies): UserSessionPages {
  const { pages } = deps;
  const hrefOf = (id: string) => pages.at(`/admin/users/${encodeURIComponent(id)}`);
  return {
    /** On their own page a person keeps the session with which they ask. */
    async endAll(request, response) {
      const own = sessionOf(request).handle;
      const editing = { ...request.params, by: actorOf(request) };
      const ended = await revokeSessions(deps, editing, (handle) => handle !== own);
      pages.redirect(response, hrefOf(editing.id), `${plural(ended, 'session')} ended.`);
    },
    async end(request, response) {
      const { id, session } = request.params;
      const ended = await revokeSessions(deps, { id, by: actorOf(request) }, (handle) => handle === session);
      if (ended > 0) pages.redirect(response, hrefOf(id), 'The session has ended.');
      else pages.redirect(response, hrefOf(id), 'That session had ended already.', 'info');
    },
  };
}

export function sessionsModel(
  user: User,
  listed: readonly ListedSession[],
  viewer: { readonly session: Session; readonly mayAct: boolean },
  { pages, clock }: ConsoleDependencies,
): SessionsModel {
  const own = viewer.session.handle;
  const others = listed.filter(({ handle }) => handle !== own);
  const at = `/admin/users/${user.id}/sessions`;
  return {
    summary: listed.length === 0 ? 'Not signed in' : `Signed in on ${plural(listed.length, 'device')}`,
    rows: listed.map(({ handle, record }) => ({
      device: record.device,
      address: record.address,
      lastSeen: timeInWords(new Date(record.lastSeenAt).toISOString(), clock.now()),
      isCurrent: handle === own,
      endAction: viewer.mayAct && handle !== own ? pages.at(`${at}/${handle}/end`) : undefined,
    })),
    endAll:
      viewer.mayAct && others.length > 1
        ? {
            action: pages.at(`${at}/end`),
            label: others.length === listed.length ? 'End all' : 'End all others',
          }
        : undefined,
  };
}
