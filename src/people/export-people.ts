import type { Directory, UserQuery } from '../directory/directory.js';
import { MAX_PAGE } from '../directory/user-page.js';
import { csvLine } from '../identity/csv-line.js';
import { roleNames } from '../identity/roles.js';
import { confirmedEmail, type User } from '../identity/user.js';
import { type TeamNames, teamNamesOf, teamsOf } from '../teams/team-names.js';
import type { Teams } from '../teams/teams.js';

interface Stores {
  readonly directory: Directory;
  readonly teams: Teams;
}

/** The columns of the CSV. An address that isn't confirmed may belong to somebody else by now, so it is left out. */
const columns: readonly (readonly [
  name: string,
  value: (user: User, teamNames: TeamNames) => string | undefined,
])[] = [
  ['id', ({ id }) => id],
  ['email', confirmedEmail],
  ['full_name', ({ fullName }) => fullName],
  ['roles', ({ roles }) => roleNames(roles).join('; ')],
  ['teams', (user, teamNames) => teamsOf(user, teamNames).join('; ')],
  ['provider', ({ provider }) => provider],
  ['status', ({ status }) => status],
  ['created_at', ({ createdAt }) => createdAt],
  ['last_login_at', ({ lastLoginAt }) => lastLoginAt ?? undefined],
];

/** The users whom a query finds, as the text of a CSV file, one piece for each page that is read. */
export async function* exportPeople(
  { directory, teams }: Stores,
  query: Omit<UserQuery, 'limit' | 'cursor'>,
): AsyncGenerator<string> {
  yield csvLine(columns.map(([name]) => name));
  const asked = { ...query, limit: MAX_PAGE };
  let page = await directory.list(asked);
  while (true) {
    const names = await teamNamesOf(teams, page.users);
    yield page.users.map((user) => csvLine(columns.map(([, value]) => value(user, names)))).join('');
    if (page.next === null) return;
    page = await directory.list({ ...asked, cursor: { direction: 'after', position: page.next } });
  }
}
