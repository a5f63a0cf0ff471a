import * as z from 'zod';
import { existingUser } from '../directory/change-user.js';
import { revokeSessions } from '../directory/edit-user.js';
import { actorOf, mayChange, sessionOf } from '../guards/guards.js';
import type { AllSessionsModel, SessionRow } from '../pages/models/sessions.js';
import { parseSessionQuery, sessionCursor } from '../requests/session-query.js';
import { endEverySession } from '../session/end-sessions.js';
import type { Session } from '../session/reading.js';
import type { SessionSearch } from '../session/session-search.js';
import type { ListedSession, SessionCount, SessionPage } from '../session/session-store.js';
import type { SessionWriter } from '../session/writing.js';
import { plural, roughly } from '../words.js';
import type { Handlers } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';
import { filterOptions, withQuery } from './search-form.js';
import { timeInWords } from './time-in-words.js';

const PAGE_SIZE = 25;

/** A form without a user means everybody. */
const ending = z.object({ user: z.string().optional() });

interface SessionsDependencies extends ConsoleDependencies {
  readonly sessionWriter: SessionWriter;
}

interface Listing {
  readonly search: SessionSearch;
  readonly page: SessionPage;
  readonly count: SessionCount;
  readonly isFirstPage: boolean;
  readonly viewer: Session;
}

/** The sessions of everybody. The URL holds the search, so that the page can be bookmarked and shared. */
export function createSessionsPages(deps: SessionsDependencies) {
  const { config, directory, sessions, sessionWriter, nameOfProvider, pages, clock } = deps;
  const all = pages.at('/admin/sessions');
  const endHref = (userId?: string) => withQuery(`${all}/end`, { user: userId });

  return {
    async list(request, response) {
      const { query, search } = parseSessionQuery(request.query, PAGE_SIZE);
      const [page, count] = await Promise.all([sessions.list(query), sessions.estimateCount()]);
      const isFirstPage = query.after === undefined;
      const viewer = sessionOf(request);
      const options = { title: 'Sessions', section: 'sessions' } as const;
      pages.show(request, response, 'sessions', options, model({ search, page, count, isFirstPage, viewer }));
    },

    async askToEnd(request, response) {
      const { user: id } = request.query;
      const own = sessionOf(request);
      if (typeof id === 'string' && id !== '') {
        const user = await existingUser(directory, id);
        const listed = await sessions.listOfUser(id);
        const isOneself = own.record.userId === id;
        const count = listed.filter(({ handle }) => handle !== own.handle).length;
        return pages.ask(request, response, 'sessions', {
          heading: isOneself ? 'End all your other sessions?' : `End all sessions of ${user.fullName}?`,
          consequence: [
            isOneself
              ? `You will be signed out on ${plural(count, 'other device')}, at once. This session stays.`
              : `${user.fullName} will be signed out on ${plural(count, 'device')}, at once.`,
            'The account stays as it is: whoever was signed out can sign in again.',
          ],
          action: `${all}/end`,
          fields: { user: id },
          confirmLabel: isOneself ? 'End all others' : 'End all sessions',
          cancelHref: all,
        });
      }
      const count = await sessions.count();
      pages.ask(request, response, 'sessions', {
        heading: `End ${count === 1 ? 'the only session' : `all ${plural(count, 'session')}`}?`,
        consequence: [
          'Everybody will be signed out on every device, at once.',
          'Your own session is among them: you will be signed out too, and have to sign in again.',
          'All accounts stay as they are: everybody can sign in again.',
        ],
        action: `${all}/end`,
        confirmLabel: count === 1 ? 'End the session' : 'End all sessions',
        cancelHref: all,
      });
    },

    async end(request, response) {
      const { user: id } = parseForm(request, ending);
      const by = actorOf(request);
      if (id !== undefined && id !== '') {
        const own = sessionOf(request).handle;
        const ended = await revokeSessions(deps, { id, by }, (handle) => handle !== own);
        return pages.redirect(response, all, `${plural(ended, 'session')} ended.`);
      }
      const ended = await endEverySession(deps, by);
      await sessionWriter.signOut(request, response);
      const text = `${plural(ended, 'session')} ended, yours among them. Sign in again to go on.`;
      pages.redirect(response, pages.at('/admin/login'), text);
    },
  } satisfies Handlers;

  function model({ search, page, count, isFirstPage, viewer }: Listing): AllSessionsModel {
    const { q, provider, device, address } = search;
    const filters = { q, provider, device, address };
    const isFiltered = Object.values(filters).some((value) => value !== undefined);
    const cursor = sessionCursor(page);
    const olderHref = cursor === null ? undefined : withQuery(all, { ...filters, cursor });
    const mayAct = mayChange(viewer.record);
    return {
      search: {
        action: all,
        q: q ?? '',
        device: device ?? '',
        address: address ?? '',
        providers: providerOptions(provider),
        clearHref: isFiltered ? all : undefined,
      },
      sessions: page.sessions.map((one) => row(one, viewer, mayAct)),
      newerHref: isFirstPage ? undefined : withQuery(all, filters),
      olderHref,
      count: isFiltered ? undefined : roughly(plural(count.count, 'session'), count.isExact),
      endAllHref: mayAct ? endHref() : undefined,
      empty: page.sessions.length > 0 ? undefined : emptyState(olderHref),
    };
  }

  function row({ handle, record }: ListedSession, viewer: Session, mayAct: boolean): SessionRow {
    const { userId } = record;
    const now = clock.now();
    const user = pages.at(`/admin/users/${encodeURIComponent(userId)}`);
    const isCurrent = handle === viewer.handle;
    return {
      person: { href: user, label: record.fullName },
      email: record.email,
      device: record.device,
      address: record.address,
      provider: nameOfProvider(record.provider),
      began: timeInWords(new Date(record.createdAt).toISOString(), now),
      lastSeen: timeInWords(new Date(record.lastSeenAt).toISOString(), now),
      isCurrent,
      endAction: mayAct && !isCurrent ? `${user}/sessions/${handle}/end` : undefined,
      endAllHref: mayAct ? endHref(userId) : undefined,
    };
  }

  function providerOptions(chosen: string | undefined) {
    const ids = [...config.sso.providers.map(({ id }) => id), 'local'];
    const choices = ids.map((value) => ({ value, label: nameOfProvider(value) }));
    return filterOptions(choices, 'Any sign-in', chosen);
  }

  /** The person who looks has a session, so that only a search finds none. */
  function emptyState(olderHref: string | undefined): AllSessionsModel['empty'] {
    return olderHref === undefined
      ? {
          title: 'No session matches',
          detail: 'Try fewer letters, or other filters.',
          href: all,
          label: 'Show all sessions',
        }
      : {
          title: 'No session found yet',
          detail: 'There are older sessions to look at.',
          href: olderHref,
          label: 'Keep looking',
        };
  }
}
