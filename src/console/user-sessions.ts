import type { RequestHandler, Response } from 'express';
import { type Editing, revokeSessions } from '../directory/edit-user.js';
import { actorOf, sessionOf } from '../guards/guards.js';
import type { SessionsModel } from '../pages/parts.js';
import type { Session } from '../session/reading.js';
import type { ListedSession } from '../session/session-store.js';
import { plural } from '../words.js';
import type { ConsoleDependencies } from './dependencies.js';
import { timeInWords } from './time-in-words.js';

export interface UserSessionPages {
  readonly endAll: RequestHandler<{ id: string }>;
  readonly end: RequestHandler<{ id: string; session: string }>;
  /** The same for the person who asks, from the page of their account. */
  readonly endOwnOthers: RequestHandler;
  readonly endOwn: RequestHandler<{ session: string }>;
}

export function createUserSessionPages(deps: ConsoleDependencies): UserSessionPages {
  const { pages } = deps;
  const hrefOf = (id: string) => pages.at(`/admin/users/${encodeURIComponent(id)}`);
  const account = pages.at('/admin/account');
  return {
    endAll(request, response) {
      const { id } = request.params;
      const own = sessionOf(request).handle;
      return endOthers(response, { id, by: actorOf(request) }, own, hrefOf(id));
    },
    end(request, response) {
      const { id, session } = request.params;
      const back = pages.formPath(request) ?? hrefOf(id);
      return endOne(response, { id, by: actorOf(request) }, session, back);
    },
    endOwnOthers(request, response) {
      const { handle, record } = sessionOf(request);
      return endOthers(response, { id: record.userId, by: actorOf(request) }, handle, account);
    },
    endOwn(request, response) {
      const { userId: id } = sessionOf(request).record;
      return endOne(response, { id, by: actorOf(request) }, request.params.session, account);
    },
  };

  /** On their own page a person keeps the session with which they ask. */
  async function endOthers(response: Response, editing: Editing, own: string, back: string): Promise<void> {
    const ended = await revokeSessions(deps, editing, (handle) => handle !== own);
    pages.redirect(response, back, `${plural(ended, 'session')} ended.`);
  }

  async function endOne(response: Response, editing: Editing, session: string, back: string): Promise<void> {
    const ended = await revokeSessions(deps, editing, (handle) => handle === session);
    if (ended > 0) pages.redirect(response, back, 'The session has ended.');
    else pages.redirect(response, back, 'That session had ended already.', 'info');
  }
}

/** The sessions of one person; `at` is the path under which the forms end them. */
export function sessionsModel(
  at: string,
  listed: readonly ListedSession[],
  viewer: { readonly session: Session; readonly mayAct: boolean },
  { pages, clock }: ConsoleDependencies,
): SessionsModel {
  const own = viewer.session.handle;
  const others = listed.filter(({ handle }) => handle !== own);
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
