import type { AuditPage } from '../audit/listing.js';
import type { AuditModel } from '../pages/models/audit.js';
import type { PersonChoice } from '../pages/parts.js';
import type { ConsoleDependencies } from './dependencies.js';
import { choiceAmong, type FoundPeople, findPerson, NOBODY } from './find-person.js';
import { filterOptions, withQuery } from './search-form.js';

const DAY_MS = 86_400_000;
/** The last days up to now, today among them. */
const PRESETS = [
  { label: 'Today', days: 1 },
  { label: '7 days', days: 7 },
  { label: '30 days', days: 30 },
];
const NAMES = ['user', 'action', 'outcome', 'from', 'to'];

export const NO_EVENTS: AuditPage = { events: [], older: null, newer: null };

/** The filters as they stand in the address, for links that keep the filters. */
export type SentFilters = Readonly<Record<string, string>>;

export function sentFilters(query: Readonly<Record<string, unknown>>): SentFilters {
  return Object.fromEntries(
    NAMES.map((name) => [name, query[name]] as const).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  );
}

/** The people whom the filter means. An address is left as it is: it may be that of an account which is gone. */
export async function peopleIn(
  { directory }: Pick<ConsoleDependencies, 'directory'>,
  user: string | undefined,
): Promise<FoundPeople> {
  return user === undefined || user.includes('@') ? NOBODY : findPerson(directory, user);
}

/** The people to choose from, if several have the name that is searched; the other filters stay. */
export function personToChoose(
  deps: ConsoleDependencies,
  { user: typed = '', ...others }: SentFilters,
  { meant, ...found }: FoundPeople,
): PersonChoice | undefined {
  if (meant !== undefined || found.people.length === 0) return undefined;
  const form = {
    method: 'get',
    action: deps.pages.at('/admin/audit'),
    fields: Object.entries(others).map(([name, value]) => ({ name, value })),
    typed,
    confirmLabel: 'Show events',
  } as const;
  return choiceAmong(found, form, deps);
}

export function presets(sent: SentFilters, now: number, path: string): AuditModel['presets'] {
  const { from: _from, to: _to, ...others } = sent;
  return PRESETS.map(({ label, days }) => {
    const from = new Date(now - (days - 1) * DAY_MS).toISOString().slice(0, 10);
    const current = sent.from === from && sent.to === undefined;
    return { label, href: withQuery(path, { ...others, from }), current };
  });
}

export function labelledOptions<T extends string>(
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
