import type { RequestHandler } from 'express';
import type { SortKey, UserPage, UserQuery } from '../directory/directory.js';
import { mayChange, sessionOf } from '../guards/guards.js';
import { roleNames } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import type { UsersModel } from '../pages/models/users.js';
import type { AddressDoubt } from '../pages/parts.js';
import { pageCursors, parseUserQuery } from '../requests/user-query.js';
import { type TeamNames, teamNamesOf, teamsOf } from '../teams/team-names.js';
import { plural } from '../words.js';
import { addressDoubts } from './address-doubt.js';
import type { ConsoleDependencies } from './dependencies.js';
import { timeInWords } from './time-in-words.js';
import { roleBadge, roleLabels, statusBadge, statusOptions } from './user-words.js';

const PAGE_SIZE = 25;

const columns = [
  { key: 'full_name', label: 'Name', sortable: true },
  { key: 'provider', label: 'Signs in with', sortable: false },
  { key: 'roles', label: 'Roles', sortable: false },
  { key: 'teams', label: 'Teams', sortable: false },
  { key: 'status', label: 'Status', sortable: false },
  { key: 'last_login_at', label: 'Last sign-in', sortable: true },
] as const;

const TIMES: readonly SortKey[] = ['created_at', 'last_login_at'];

const sortOptions = [
  { value: '-last_login_at', label: 'Latest sign-in first' },
  { value: 'last_login_at', label: 'Earliest sign-in first' },
  { value: 'full_name', label: 'Name, A to Z' },
  { value: '-full_name', label: 'Name, Z to A' },
  { value: 'email', label: 'Email, A to Z' },
  { value: '-created_at', label: 'Newest account first' },
];
const DEFAULT_SORT = '-last_login_at';

/** Data that a list of users needs and that isn't part of a user. */
interface KnownOfUsers {
  readonly names: TeamNames;
  readonly doubts: ReadonlyMap<string, AddressDoubt>;
}

/** The list of users. The URL holds search, filters and order, so that the page can be bookmarked and shared. */
export function createUsersPage(deps: ConsoleDependencies): RequestHandler {
  const { config, directory, teams, nameOfProvider, pages, clock } = deps;
  const { providerNames, providers } = config.sso;
  // If no provider is on, there may still be accounts of providers that were on.
  const ids = providers.length > 0 ? providers.map(({ id }) => id) : Object.keys(providerNames);
  return async (request, response) => {
    const query = parseUserQuery(request.query, { sort: DEFAULT_SORT, limit: PAGE_SIZE });
    const [page, total] = await Promise.all([directory.list(query), directory.count()]);
    const [names, doubts] = await Promise.all([
      teamNamesOf(teams, page.users),
      addressDoubts(deps, page.users),
    ]);
    const mayAdd = mayChange(sessionOf(request).record);
    pages.show(
      request,
      response,
      'users',
      { title: 'Users', section: 'users' },
      {
        ...model(query, page, total, { names, doubts }),
        addHref: mayAdd ? pages.at('/admin/users/add') : undefined,
      },
    );
  };

  function model(query: UserQuery, page: UserPage, total: number, known: KnownOfUsers): UsersModel {
    const sort = `${query.descending ? '-' : ''}${query.sort}`;
    const filters = { q: query.q, provider: query.provider, role: query.role, status: query.status };
    const isFiltered = Object.values(filters).some((value) => value !== undefined);
    const hrefWith = (changes: Record<string, string | undefined>) =>
      usersHref({ ...filters, sort, ...changes });
    const cursors = pageCursors(page, query);
    const hrefOfNext = cursors.next === null ? undefined : hrefWith({ cursor: cursors.next });
    const options = (all: readonly { value: string; label: string }[], any: string, chosen = '') =>
      [{ value: '', label: any }, ...all].map((option) => ({ ...option, selected: option.value === chosen }));
    return {
      search: {
        action: pages.at('/admin/users'),
        q: query.q ?? '',
        provider: query.provider ?? '',
        role: query.role ?? '',
        status: query.status ?? '',
        sort,
        providers: options(
          [...ids, 'local'].map((value) => ({ value, label: nameOfProvider(value) })),
          'Any sign-in',
          query.provider,
        ),
        roles: options(roleOptions(query.role), 'Any role', query.role),
        statuses: options(statusOptions, 'Any status', query.status),
        sorts: sortOptions.map((option) => ({ ...option, selected: option.value === sort })),
        clearHref: isFiltered ? usersHref({}) : undefined,
      },
      columns: columns.map(({ key, label, sortable }) => ({
        key,
        label,
        ...(sortable ? sorting(key, query, hrefWith) : {}),
      })),
      users: page.users.map((user) => row(user, known)),
      newerHref: cursors.previous === null ? undefined : hrefWith({ cursor: cursors.previous }),
      olderHref: hrefOfNext,
      newestFirst: query.descending && TIMES.includes(query.sort),
      count: isFiltered ? undefined : plural(total, 'user'),
      empty: page.users.length > 0 ? undefined : emptyState(isFiltered, hrefOfNext),
    };
  }

  function row(user: User, { names, doubts }: KnownOfUsers): UsersModel['users'][number] {
    return {
      href: pages.at(`/admin/users/${user.id}`),
      name: user.fullName,
      email: user.email,
      addressDoubt: doubts.get(user.id),
      provider: nameOfProvider(user.provider),
      roles: roleNames(user.roles).map(roleBadge),
      teams: teamsOf(user, names),
      status: statusBadge(user),
      lastSignIn: user.lastLoginAt === null ? undefined : timeInWords(user.lastLoginAt, clock.now()),
    };
  }

  function usersHref(parameters: Readonly<Record<string, string | undefined>>): string {
    const given = Object.entries(parameters).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const query = new URLSearchParams(given).toString();
    return `${pages.at('/admin/users')}${query === '' ? '' : `?${query}`}`;
  }

  function emptyState(isFiltered: boolean, hrefOfNext: string | undefined): UsersModel['empty'] {
    if (hrefOfNext !== undefined) {
      return {
        title: 'Nobody found yet',
        detail: 'There are more people to look at. More letters find somebody sooner.',
        href: hrefOfNext,
        label: 'Keep looking',
      };
    }
    return isFiltered
      ? {
          title: 'Nobody matches',
          detail: 'Try fewer letters, or other filters.',
          href: usersHref({}),
          label: 'Show everybody',
        }
      : { title: 'Nobody here yet', detail: 'People appear here when they sign in for the first time.' };
  }
}

function roleOptions(chosen: string | undefined) {
  const builtIn = Object.entries(roleLabels).map(([value, label]) => ({ value, label }));
  const isOther = chosen !== undefined && builtIn.every(({ value }) => value !== chosen);
  return isOther ? [...builtIn, { value: chosen, label: chosen }] : builtIn;
}

/**
 * The link of a column's heading sorts by that column. If the list is sorted by it already, the link reverses the
 * order.
 */
function sorting(key: string, query: UserQuery, hrefWith: (changes: Record<string, string>) => string) {
  const isCurrent = query.sort === key;
  return {
    href: hrefWith({ sort: isCurrent && !query.descending ? `-${key}` : key }),
    ...(isCurrent ? { sorted: query.descending ? ('descending' as const) : ('ascending' as const) } : {}),
  };
}
