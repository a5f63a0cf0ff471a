import type { SortKey, UserPage, UserQuery } from '../directory/directory.js';
import { providersOf } from '../directory/user-order.js';
import { mayChange, sessionOf } from '../guards/guards.js';
import { roleNames } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import type { UsersModel } from '../pages/models/users.js';
import type { AddressDoubt, Option } from '../pages/parts.js';
import { exportPeople } from '../people/export-people.js';
import { pageCursors, parseUserQuery } from '../requests/user-query.js';
import { sendFile } from '../send-file.js';
import { type TeamNames, teamNamesOf, teamsOf } from '../teams/team-names.js';
import type { Team } from '../teams/teams.js';
import { plural } from '../words.js';
import { addressDoubts } from './address-doubt.js';
import type { Handlers } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { roleOptions } from './role-choice.js';
import { queryOf, withQuery } from './search-form.js';
import { timeInWords } from './time-in-words.js';
import { roleBadge, statusBadge } from './user-words.js';
import { filterFields, filtersOf, type Offered, sortOptions } from './users-filters.js';

const PAGE_SIZE = 25;

const columns = [
  { key: 'full_name', label: 'Name', sortable: true },
  { key: 'provider', label: 'Signs in with', sortable: false },
  { key: 'roles', label: 'Roles', sortable: false },
  { key: 'teams', label: 'Teams', sortable: false },
  { key: 'status', label: 'Status', sortable: false },
  { key: 'created_at', label: 'Created', sortable: true },
  { key: 'last_login_at', label: 'Last sign-in', sortable: true },
] as const;

const TIMES: readonly SortKey[] = ['created_at', 'last_login_at'];

const DEFAULT_SORT = '-last_login_at';

/** Data that a list of users needs and that isn't part of a user. */
interface KnownOfUsers {
  readonly names: TeamNames;
  readonly doubts: ReadonlyMap<string, AddressDoubt>;
}

/** The list of users. The URL holds search, filters and order, so that the page can be bookmarked and shared. */
export function createUsersPages(deps: ConsoleDependencies) {
  const { config, directory, teams, nameOfProvider, pages, clock } = deps;
  const { providerNames, providers } = config.sso;
  // If no provider is on, there may still be accounts of providers that were on.
  const ids = providers.length > 0 ? providers.map(({ id }) => id) : Object.keys(providerNames);
  const providerChoices = [...ids, 'local'].map((value) => ({ value, label: nameOfProvider(value) }));

  return {
    async show(request, response) {
      const query = parseUserQuery(request.query, { sort: DEFAULT_SORT, limit: PAGE_SIZE });
      const [page, total, allTeams, roles] = await Promise.all([
        directory.list(query),
        directory.count(),
        teams.list(),
        roleOptions(deps),
      ]);
      const [names, doubts] = await Promise.all([
        teamNamesOf(teams, page.users),
        addressDoubts(deps, page.users),
      ]);
      const offered = { providers: providerChoices, roles, teams: allTeams };
      const mayAct = mayChange(sessionOf(request).record);
      const options = { title: 'Users', section: 'users' } as const;
      pages.show(request, response, 'users', options, {
        ...model(query, page, total, { names, doubts }, offered),
        addHref: mayAct ? pages.at('/admin/users/add') : undefined,
        act: mayAct ? bulkAct(query, allTeams, roles) : undefined,
      });
    },

    /** The list as a CSV file. */
    async export(request, response) {
      const { cursor, limit, ...asked } = parseUserQuery(request.query, { sort: DEFAULT_SORT });
      const text = exportPeople(deps, asked);
      await sendFile(response, { name: 'users.csv', type: 'text/csv', text, byteOrderMark: true });
    },
  } satisfies Handlers;

  function bulkAct(query: UserQuery, teams: readonly Team[], roles: readonly Option[]): UsersModel['act'] {
    return {
      action: pages.at('/admin/users/bulk'),
      teams: teams.map(({ id, name }) => ({ value: id, label: name, selected: false })),
      roles,
      list: queryOf({ ...filtersOf(query), sort: sortOf(query) }),
    };
  }

  function model(
    query: UserQuery,
    page: UserPage,
    total: number,
    known: KnownOfUsers,
    offered: Offered,
  ): UsersModel {
    const sort = sortOf(query);
    const filters = filtersOf(query);
    const isFiltered = Object.values(filters).some((value) => value !== undefined);
    const hrefWith = (changes: Record<string, string | undefined>) =>
      hrefOf('/admin/users', { ...filters, sort, ...changes });
    const cursors = pageCursors(page, query);
    const hrefOfNext = cursors.next === null ? undefined : hrefWith({ cursor: cursors.next });
    return {
      search: {
        action: pages.at('/admin/users'),
        ...filterFields(query, offered),
        sort,
        sorts: sortOptions.map((option) => ({ ...option, selected: option.value === sort })),
        clearHref: isFiltered ? hrefOf('/admin/users', {}) : undefined,
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
      exportHref: hrefOf('/admin/users/export', { ...filters, sort }),
      count: isFiltered ? undefined : plural(total, 'user'),
      empty: page.users.length > 0 ? undefined : emptyState(isFiltered, hrefOfNext),
    };
  }

  function row(user: User, { names, doubts }: KnownOfUsers): UsersModel['users'][number] {
    return {
      id: user.id,
      href: pages.at(`/admin/users/${user.id}`),
      name: user.fullName,
      email: user.email,
      addressDoubt: doubts.get(user.id),
      provider: providersOf(user).map(nameOfProvider).join(', '),
      roles: roleNames(user.roles).map(roleBadge),
      teams: teamsOf(user, names),
      status: statusBadge(user),
      created: timeInWords(user.createdAt, clock.now()),
      lastSignIn: user.lastLoginAt === null ? undefined : timeInWords(user.lastLoginAt, clock.now()),
    };
  }

  function hrefOf(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
    return withQuery(pages.at(path), parameters);
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
          href: hrefOf('/admin/users', {}),
          label: 'Show everybody',
        }
      : { title: 'Nobody here yet', detail: 'People appear here when they sign in for the first time.' };
  }
}

function sortOf({ descending, sort }: UserQuery): string {
  return `${descending ? '-' : ''}${sort}`;
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
