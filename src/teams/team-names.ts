import type { User } from '../identity/user.js';
import type { Teams } from './teams.js';

export type TeamNames = ReadonlyMap<string, string>;

/** The names of all teams of these users, by the team's ID, in one command. */
export async function teamNamesOf(teams: Teams, users: readonly Pick<User, 'teams'>[]): Promise<TeamNames> {
  const ids = new Set(users.flatMap((user) => user.teams.map(({ name }) => name)));
  const found = await teams.findAll([...ids]);
  return new Map([...found.values()].map(({ id, name }) => [id, name]));
}

/** The names of a user's teams, sorted and without repetition. A team that was deleted meanwhile is left out. */
export function teamsOf(user: Pick<User, 'teams'>, names: TeamNames): readonly string[] {
  const own = user.teams.flatMap(({ name }) => names.get(name) ?? []);
  return [...new Set(own)].sort((one, other) => one.localeCompare(other, 'en'));
}
