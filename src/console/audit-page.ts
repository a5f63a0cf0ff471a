import type { RequestHandler } from 'express';
import { type AuditEvent, actionNames, outcomes } from '../audit/event.js';
import { exportFormats } from '../audit/export.js';
import type { AuditPage, AuditQuery } from '../audit/listing.js';
import { sendExport } from '../audit/send-export.js';
import { EntranceError } from '../errors.js';
import type { User } from '../identity/user.js';
import type { AuditModel, AuditRow } from '../pages/models/audit.js';
import type { Fact, PersonChoice } from '../pages/parts.js';
import { auditCursors, parseAuditFilter, parseAuditQuery } from '../requests/audit-query.js';
import {
  labelledOptions,
  NO_EVENTS,
  peopleIn,
  personToChoose,
  presets,
  type SentFilters,
  sentFilters,
} from './audit-filters.js';
import { actionLabels, outcomeLabels, remedyInWords, sentenceParts } from './audit-words.js';
import type { ConsoleDependencies } from './dependencies.js';
import { withQuery } from './search-form.js';
import { dayInWords, timeInWords } from './time-in-words.js';
import { emailInWords } from './user-words.js';

const PAGE_SIZE = 25;

export interface AuditPages {
  readonly show: RequestHandler;
  readonly export: RequestHandler<{ format: string }>;
}

interface People {
  /** The IDs of those who still have an account. */
  readonly known: ReadonlySet<string>;
  /** The person whose events are shown. */
  readonly person: User | undefined;
  readonly choice: PersonChoice | undefined;
}

/** The audit log as sentences. The URL holds the filters, so that the page can be bookmarked and shared. */
export function createAuditPages(deps: ConsoleDependencies): AuditPages {
  const { audit, directory, nameOfProvider, pages, clock } = deps;
  return {
    async show(request, response) {
      const query = parseAuditQuery(request.query, PAGE_SIZE);
      const sent = sentFilters(request.query);
      const options = { title: 'Audit', section: 'audit' } as const;
      const found = await peopleIn(deps, query.user);
      if (found.meant !== undefined && found.meant.id !== query.user)
        return response.redirect(303, href('/admin/audit', { ...sent, user: found.meant.id }));
      const choice = personToChoose(deps, sent, found);
      const page = choice === undefined ? await audit.list(query) : NO_EVENTS;
      const known = await accountsIn(page.events);
      const who = { known, person: found.meant, choice };
      pages.show(request, response, 'audit', options, model(query, sent, page, who));
    },
    async export(request, response) {
      const format = exportFormats.find((one) => one === request.params.format);
      if (format === undefined) throw new EntranceError('not_found');
      const events = audit.export(parseAuditFilter(request.query), 'newest first');
      await sendExport(response, events, format, { forSpreadsheets: true });
    },
  };

  /** The people of these events who still have an account: a link to an account that is gone leads nowhere. */
  async function accountsIn(events: readonly AuditEvent[]): Promise<ReadonlySet<string>> {
    const ids = new Set(events.flatMap(({ user }) => [user?.id, user?.target?.id]));
    const found = await Promise.all(
      [...ids].map((id) => (id === undefined ? undefined : directory.find(id))),
    );
    return new Set(found.flatMap((user) => (user === undefined ? [] : [user.id])));
  }

  function model(
    query: AuditQuery,
    sent: SentFilters,
    page: AuditPage,
    { known, person, choice }: People,
  ): AuditModel {
    const { older, newer } = auditCursors(page);
    const hrefWith = (cursor: string | null) =>
      cursor === null ? undefined : href('/admin/audit', { ...sent, cursor });
    const isFiltered = Object.keys(sent).length > 0;
    const isSearchedOn = page.events.length < query.limit && older !== null;
    return {
      search: {
        action: pages.at('/admin/audit'),
        user: sent.user ?? '',
        from: sent.from?.slice(0, 10) ?? '',
        to: sent.to?.slice(0, 10) ?? '',
        actions: labelledOptions(actionNames, actionLabels, 'Everything', query.action),
        outcomes: labelledOptions(outcomes, outcomeLabels, 'Any result', query.outcome),
        clearHref: isFiltered ? pages.at('/admin/audit') : undefined,
      },
      presets: presets(sent, clock.now(), pages.at('/admin/audit')),
      choice,
      person: person && {
        href: pages.at(`/admin/users/${person.id}`),
        label: person.fullName,
        email: emailInWords(person),
      },
      days: byDay(page.events).map(([date, events]) => ({
        date,
        heading: dayInWords(date),
        events: events.map((event) => row(event, known)),
      })),
      newerHref: hrefWith(newer),
      olderHref: hrefWith(older),
      exports:
        choice === undefined
          ? [
              { label: 'CSV', href: href('/admin/audit/export/csv', sent) },
              { label: 'NDJSON', href: href('/admin/audit/export/ndjson', sent) },
            ]
          : [],
      searchedOn: isSearchedOn
        ? 'There are older events that weren’t looked at yet: go on with “Older”.'
        : undefined,
      empty:
        page.events.length > 0 || isSearchedOn || choice !== undefined ? undefined : emptyState(isFiltered),
    };
  }

  function row(event: AuditEvent, known: ReadonlySet<string>): AuditRow {
    const { outcome } = event.event;
    return {
      sentence: sentenceParts(event, nameOfProvider).map(({ text, userId }) => ({
        text,
        href: userId !== undefined && known.has(userId) ? pages.at(`/admin/users/${userId}`) : undefined,
      })),
      result: outcome === 'success' ? undefined : { tone: 'warning', label: outcomeLabels[outcome] },
      address: event.source?.ip,
      time: timeInWords(event['@timestamp'], clock.now()),
      clock: event['@timestamp'].slice(11, 19),
      remedy: remedy(event),
      facts: facts(event),
      raw: JSON.stringify(event, undefined, 2),
    };
  }

  function remedy(event: AuditEvent): AuditRow['remedy'] {
    const account = event.user?.target;
    const text = remedyInWords(event, nameOfProvider);
    if (text === undefined || account?.id === undefined) return undefined;
    const label = `Open ${account.full_name ?? account.email ?? 'the account'}`;
    return { text, link: { href: pages.at(`/admin/users/${account.id}`), label } };
  }

  function emptyState(isFiltered: boolean): AuditModel['empty'] {
    return isFiltered
      ? {
          title: 'Nothing matches',
          detail:
            'Try another person, a longer time, or other filters. An account that is gone is found by its email address or ID.',
          href: pages.at('/admin/audit'),
          label: 'Show everything',
        }
      : { title: 'Nothing happened yet', detail: 'Sign-ins and changes appear here as they happen.' };
  }

  function href(path: string, parameters: Readonly<Record<string, string>>): string {
    return withQuery(pages.at(path), parameters);
  }
}

function byDay(events: readonly AuditEvent[]): ReadonlyArray<readonly [date: string, AuditEvent[]]> {
  const days = new Map<string, AuditEvent[]>();
  for (const event of events) {
    const date = event['@timestamp'].slice(0, 10);
    const known = days.get(date);
    if (known === undefined) days.set(date, [event]);
    else known.push(event);
  }
  return [...days];
}

function facts(event: AuditEvent): readonly Fact[] {
  const { user, entrance } = event;
  const list: ReadonlyArray<readonly [label: string, value: string | number | undefined]> = [
    ['Number', event.event.sequence],
    ['Action', event.event.action],
    ['Reason', event.event.reason],
    ['Person', user?.email ?? user?.id],
    ['Done to', user?.target?.email ?? user?.target?.id],
    ['Browser', event.user_agent?.original],
    ['Reference', event.http?.request.id],
    ['Directory (tenant) ID', event.organization?.id],
    ['The provider’s code', entrance.provider_code],
    ['Correlation ID', entrance.correlation_id],
    ['The app’s code', entrance.host_code],
    ['Sessions ended', entrance.sessions],
    ['Hash', event.event.hash],
  ];
  return list.flatMap(([label, value]) => (value === undefined ? [] : [{ label, value: `${value}` }]));
}
