import type { RequestHandler } from 'express';
import type { Audit } from '../audit/audit.js';
import type { Actor } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { Directory } from '../directory/directory.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { SessionsModel } from '../http/page-models.js';
import type { Pages } from '../http/pages.js';
import type { User } from '../identity/user.js';
import { revokeSessions } from '../session/end-sessions.js';
import type { Session } from '../session/reading.js';
import type { ListedSession, SessionStore } from '../session/session-store.js';
import { plural } from '../words.js';
import { timeInWords } from './time-in-words.js';

export interface UserSessionPages {
  readonly endAll: RequestHandler<{ id: string }>;
  readonly end: RequestHandler<{ id: string; session: string }>;
}

/** Ends sessions from the user's page. */
export function createUserSessionPages(deps: {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly audit: Audit;
  readonly pages: Pages;
}): UserSessionPages {
  const { pages } = deps;
  return {
    /** One's own page keeps the session that asks. */
    async endAll(request, response) {
      const { id } = request.params;
      const own = sessionOf(request).handle;
      const ended = await end(actorOf(request), id, (handle) => handle !== own);
      pages.leaveNotice(response, { tone: 'success', text: `${plural(ended, 'session')} ended.` });
      response.redirect(303, pages.at(`/admin/users/${encodeURIComponent(id)}`));
    },
    async end(request, response) {
      const { id, session } = request.params;
      const ended = await end(actorOf(request), id, (handle) => handle === session);
      pages.leaveNotice(
        response,
        ended > 0
          ? { tone: 'success', text: 'The session has ended.' }
          : { tone: 'info', text: 'That session had ended already.' },
      );
      response.redirect(303, pages.at(`/admin/users/${encodeURIComponent(id)}`));
    },
  };

  async function end(by: Actor, userId: string, isMeant: (handle: string) => boolean): Promise<number> {
    const user = await deps.directory.find(userId);
    return user === undefined ? 0 : revokeSessions(deps, user, isMeant, by);
  }
}

/** Where somebody is signed in, as their page shows it. */
export function sessionsModel(
  user: User,
  listed: readonly ListedSession[],
  viewer: { readonly session: Session; readonly mayAct: boolean },
  { pages, clock }: { readonly pages: Pages; readonly clock: Clock },
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
