import type { UserQuery } from '../directory/directory.js';
import type { UserSearch } from '../pages/models/users.js';
import type { Team } from '../teams/teams.js';
import { type Choice, filterOptions } from './search-form.js';
import { statusOptions } from './user-words.js';

export const sortOptions: readonly Choice[] = [
  { value: '-last_login_at', label: 'Latest sign-in first' },
  { value: 'last_login_at', label: 'Earliest sign-in first' },
  { value: 'full_name', label: 'Name, A to Z' },
  { value: '-full_name', label: 'Name, Z to A' },
  { value: 'email', label: 'Email, A to Z' },
  { value: '-created_at', label: 'Newest account first' },
  { value: 'created_at', label: 'Oldest account first' },
];

/** The filters of a query as they stand in the address of the page; undefined for a filter that isn't set. */
export function filtersOf(query: UserQuery): Readonly<Record<string, string | undefined>> {
  const { q, provider, role, status, team, notSignedInSince } = query;
  return { q, provider, role, status, team, not_signed_in_since: notSignedInSince?.slice(0, 10) };
}

export interface Offered {
  readonly providers: readonly Choice[];
  /** The roles that somebody has, or that a setting gives. */
  readonly roles: readonly Choice[];
  readonly teams: readonly Pick<Team, 'id' | 'name'>[];
}

export function filterFields(query: UserQuery, { providers, roles, teams }: Offered) {
  return {
    q: query.q ?? '',
    provider: query.provider ?? '',
    role: query.role ?? '',
    status: query.status ?? '',
    notSignedInSince: query.notSignedInSince?.slice(0, 10) ?? '',
    providers: filterOptions(providers, 'Any sign-in', query.provider),
    roles: filterOptions(withChosen(roles, query.role), 'Any role', query.role),
    statuses: filterOptions(statusOptions, 'Any status', query.status),
    teams:
      teams.length === 0
        ? undefined
        : filterOptions(
            teams.map(({ id, name }) => ({ value: id, label: name })),
            'Any team',
            query.team,
          ),
  } satisfies Partial<UserSearch>;
}

/** The choices, with the one that the address names. */
function withChosen(choices: readonly Choice[], chosen: string | undefined): readonly Choice[] {
  return chosen === undefined || choices.some(({ value }) => value === chosen)
    ? choices
    : [...choices, { value: chosen, label: chosen }];
}
