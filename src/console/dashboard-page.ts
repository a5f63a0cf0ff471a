import type { RequestHandler } from 'express';
import type { DaySignIns } from '../audit/audit.js';
import type { AuditEvent } from '../audit/event.js';
import { sessionOf } from '../guards/guards.js';
import type { DashboardModel, Figure } from '../pages/models/dashboard.js';
import type { ListedSession, SessionCount } from '../session/session-store.js';
import { plural, roughly } from '../words.js';
import { createAttention } from './attention.js';
import { outcomeLabels, sentence } from './audit-words.js';
import type { ConsoleDependencies } from './dependencies.js';
import { inWords, signInChart, totalsOf } from './sign-in-chart.js';
import { timeInWords } from './time-in-words.js';

const DAYS = 30;
const MOST_EVENTS = 8;
const MOST_PEOPLE = 5;
/** A person may have several sessions, so that more sessions than people are read. */
const MOST_SESSIONS = 20;

interface SignedIn extends SessionCount {
  readonly latest: readonly ListedSession[];
}

/** The first page of the console. Each number comes from a counter, so that its cost doesn't grow with the store. */
export function createDashboardPage(deps: ConsoleDependencies): RequestHandler {
  const { audit, directory, sessions, nameOfProvider, pages, clock } = deps;
  const findAttention = createAttention(deps);

  return async (request, response) => {
    const [days, signedIn, users, attention, events] = await Promise.all([
      audit.countSignIns(DAYS),
      signedInNow(),
      directory.count(),
      findAttention(sessionOf(request).record),
      audit.list({ limit: MOST_EVENTS }),
    ]);
    pages.show(
      request,
      response,
      'dashboard',
      { title: 'Dashboard', section: 'dashboard' },
      {
        figures: figures(days, signedIn, users),
        attention,
        signIns: signInChart(days),
        signedIn: people(signedIn),
        events: events.events.map(event),
        auditHref: pages.at('/admin/audit'),
      },
    );
  };

  async function signedInNow(): Promise<SignedIn> {
    const [count, { sessions: latest }] = await Promise.all([
      sessions.estimateCount(),
      sessions.list({ limit: MOST_SESSIONS }),
    ]);
    return { ...count, latest };
  }

  function figures(
    days: readonly DaySignIns[],
    { count, isExact }: SignedIn,
    users: number,
  ): readonly Figure[] {
    const today = days.at(-1);
    const { signedIn, refused } = today === undefined ? { signedIn: 0, refused: 0 } : totalsOf(today);
    return [
      {
        label: 'Signed in now',
        value: roughly(inWords(count), isExact),
        detail: count === 1 ? 'session' : 'sessions',
        href: pages.at('/admin/sessions'),
      },
      { label: 'Sign-ins today (UTC)', value: inWords(signedIn) },
      {
        label: 'Refused today (UTC)',
        value: inWords(refused),
        href: pages.at('/admin/audit?action=user-sign-in&outcome=failure'),
      },
      { label: 'Users', value: inWords(users), href: pages.at('/admin/users') },
    ];
  }

  function people({ count, isExact, latest }: SignedIn): DashboardModel['signedIn'] {
    const shown = oneForEachPerson(latest).slice(0, MOST_PEOPLE);
    const more = count - shown.length;
    return {
      people: shown.map(({ record }) => ({
        name: record.fullName,
        href: pages.at(`/admin/users/${encodeURIComponent(record.userId)}`),
        place: [record.device, record.address].filter((part) => part !== '').join(', '),
        lastSeen: timeInWords(new Date(record.lastSeenAt).toISOString(), clock.now()),
      })),
      more: more > 0 ? `And ${roughly(plural(more, 'more session'), isExact)}` : undefined,
    };
  }

  function event(one: AuditEvent): DashboardModel['events'][number] {
    const isRefusal = one.event.outcome === 'failure';
    return {
      sentence: sentence(one, nameOfProvider),
      time: timeInWords(one['@timestamp'], clock.now()),
      result: isRefusal ? { tone: 'warning', label: outcomeLabels.failure } : undefined,
    };
  }
}

function oneForEachPerson(sessions: readonly ListedSession[]): readonly ListedSession[] {
  const people = new Map<string, ListedSession>();
  for (const session of sessions)
    if (!people.has(session.record.userId)) people.set(session.record.userId, session);
  return [...people.values()];
}
