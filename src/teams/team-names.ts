import type { User } from '../identity/user.js';
import type { Teams } from './teams.js';

/** The names of teams, by their IDs. */
export type TeamNames = ReadonlyMap<string, string>;

/** The names of all teams that these users are in, in one command. */
export async function teamNamesOf(teams: Teams, users: readonly Pick<User, 'teams'>[]): Promise<TeamNames> {
  const ids = new Set(users.flatMap((user) => user.teams.map(({ name }) => name)));
  const found = await teams.findAll([...ids]);
  return new Map([...found.values()].map(({ id, name }) => [id, name]));
}

/** Each once, by name. A team that was deleted meanwhile has none. */
export function teamsOf(user: Pick<User, 'teams'>, names: TeamNames): readonly string[] {
  const own = user.teams.flatMap(({ name }) => names.get(name) ?? []);
  return [...new Set(own)].sort((one, other) => one.localeCompare(other, 'en'));
}
