import type { RequestHandler } from 'express';
import type { AuditPage, AuditQuery } from '../audit/audit.js';
import { type AuditEvent, actionNames, outcomes } from '../audit/event.js';
import { exportFormats } from '../audit/export.js';
import { sendExport } from '../audit/send-export.js';
import { EntranceError } from '../errors.js';
import type { AuditModel, AuditRow } from '../pages/models/audit.js';
import type { Fact } from '../pages/parts.js';
import { auditCursors, parseAuditFilter, parseAuditQuery } from '../requests/audit-query.js';
import { actionLabels, outcomeLabels, remedyInWords, sentenceParts } from './audit-words.js';
import type { ConsoleDependencies } from './dependencies.js';
import { filterOptions, withQuery } from './search-form.js';
import { dayInWords, timeInWords } from './time-in-words.js';

const PAGE_SIZE = 25;
const DAY_MS = 86_400_000;
/** The last days up to now, today among them. */
const PRESETS = [
  { label: 'Today', days: 1 },
  { label: '7 days', days: 7 },
  { label: '30 days', days: 30 },
];

export interface AuditPages {
  readonly show: RequestHandler;
  readonly export: RequestHandler<{ format: string }>;
}

/** The audit log as sentences. The URL holds the filters, so that the page can be bookmarked and shared. */
export function createAuditPages({
  audit,
  directory,
  nameOfProvider,
  pages,
  clock,
}: ConsoleDependencies): AuditPages {
  return {
    async show(request, response) {
      const query = parseAuditQuery(request.query, PAGE_SIZE);
      const sent = sentFilters(request.query);
      const options = { title: 'Audit', section: 'audit' } as const;
      const page = await audit.list(query);
      const known = await accountsIn(page.events);
      pages.show(request, response, 'audit', options, model(query, sent, page, known));
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
    sent: Readonly<Record<string, string>>,
    page: AuditPage,
    known: ReadonlySet<string>,
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
        actions: options(actionNames, actionLabels, 'Everything', query.action),
        outcomes: options(outcomes, outcomeLabels, 'Any result', query.outcome),
        clearHref: isFiltered ? pages.at('/admin/audit') : undefined,
      },
      presets: presets(sent),
      days: byDay(page.events).map(([date, events]) => ({
        date,
        heading: dayInWords(date),
        events: events.map((event) => row(event, known)),
      })),
      newerHref: hrefWith(newer),
      olderHref: hrefWith(older),
      exports: [
        { label: 'CSV', href: href('/admin/audit/export/csv', sent) },
        { label: 'NDJSON', href: href('/admin/audit/export/ndjson', sent) },
      ],
      searchedOn: isSearchedOn
        ? 'There are older events that weren’t looked at yet: go on with “Older”.'
        : undefined,
      empty: page.events.length > 0 || isSearchedOn ? undefined : emptyState(isFiltered),
    };
  }

  function presets(sent: Readonly<Record<string, string>>): AuditModel['presets'] {
    const { from: _from, to: _to, ...others } = sent;
    return PRESETS.map(({ label, days }) => {
      const from = new Date(clock.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
      const current = sent.from === from && sent.to === undefined;
      return { label, href: href('/admin/audit', { ...others, from }), current };
    });
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
          detail: 'Try another person, a longer time, or other filters.',
          href: pages.at('/admin/audit'),
          label: 'Show everything',
        }
      : { title: 'Nothing happened yet', detail: 'Sign-ins and changes appear here as they happen.' };
  }

  function href(path: string, parameters: Readonly<Record<string, string>>): string {
    return withQuery(pages.at(path), parameters);
  }
}

/** The events by their day, in the order in which they come. */
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

function options<T extends string>(
  values: readonly T[],
  labels: Readonly<Record<T, string>>,
  any: string,
  chosen: T | undefined,
) {
  return filterOptions(
    values.map((value) => ({ value, label: labels[value] })),
    any,
    chosen,
  );
}

/** The filters as they stand in the address, for links that keep the filters. */
function sentFilters(query: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const names = ['user', 'action', 'outcome', 'from', 'to'];
  return Object.fromEntries(
    names
      .map((name) => [name, query[name]] as const)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== ''),
  );
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
