import * as z from 'zod';
import type { Happening, TeamName } from '../audit/event.js';
import { nameOrder } from '../directory/name-key.js';
import { EntranceError } from '../errors.js';
import { fold, foldAccents } from '../identity/fold.js';
import { searchText } from '../identity/text.js';
import { optionalTypedText, typedText } from '../identity/typed-text.js';
import { type Grant, LONGEST_TEAM_NAME } from '../identity/user.js';

/** Our record of a team. Who is in it stands with each user, in `User.teams`. */
export interface Team {
  /** UUID version 7. */
  readonly id: string;
  /** No two teams have the same, compared without regard to case and to what can’t be seen. */
  readonly name: string;
  readonly description: string | null;
  /** `sso`: it came to be because a mapping of the operator's names it; `manual`: a person or an API token made it. */
  readonly origin: Grant['origin'];
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** Grows by one with each change; a change names the version it was decided on. */
  readonly version: number;
}

export type NewTeam = Omit<Team, 'version'>;
export type TeamChanges = Partial<Pick<Team, 'name' | 'description'>>;

export type TeamConflict =
  /** Another team has this name. */
  | 'team_name_taken'
  /** There are `MOST_TEAMS`. */
  | 'too_many_teams'
  /** The team changed since it was read, or was deleted: read again and decide again. */
  | 'stale';

export type TeamOutcome = { readonly team: Team } | { readonly conflict: TeamConflict };

/** All of them are read at once where they are listed: so many take Redis about a millisecond. */
export const MOST_TEAMS = 1_000;

export const teamNameSchema = typedText(LONGEST_TEAM_NAME);
/** An empty one is none. */
export const teamDescriptionSchema = optionalTypedText(500).nullable();
/** What people say of a new team. */
export const newTeamSchema = z.strictObject({
  name: teamNameSchema,
  description: teamDescriptionSchema.default(null),
});

/**
 * The teams. Every write is atomic; its events are recorded in the same step: both happen, or neither.
 * Rejects with an EntranceError `store_unavailable` when the store can't be reached.
 */
export interface Teams {
  find(id: string): Promise<Team | undefined>;
  /** Those that exist, by their IDs, in one command. */
  findAll(ids: readonly string[]): Promise<ReadonlyMap<string, Team>>;
  /** The IDs of those that exist, by their names as `teamKey` writes them, in one command. `names` in any case. */
  findIds(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** All of them, by name. */
  list(): Promise<readonly Team[]>;
  /** Conflicts: `team_name_taken`, `too_many_teams`. */
  create(team: NewTeam, events: readonly Happening[]): Promise<TeamOutcome>;
  /** Changes the team whose version is still `team.version`. Conflicts: `team_name_taken`, `stale`. */
  update(team: Team, changes: TeamChanges, events: readonly Happening[]): Promise<TeamOutcome>;
  /** Deletes the team whose version is still `team.version`, and no membership. */
  delete(team: Team, events: readonly Happening[]): Promise<'deleted' | 'stale'>;
}

/** @throws EntranceError `not_found` */
export async function existingTeam(teams: Teams, id: string): Promise<Team> {
  const team = await teams.find(id);
  if (team === undefined) throw new EntranceError('not_found', { detail: 'There is no team with this ID.' });
  return team;
}

/** A name as names are compared: by what people see of it. */
export function teamKey(name: string): string {
  return fold(searchText(name));
}

/** What the audit log calls a team. */
export function nameOfTeam({ id, name }: Pick<Team, 'id' | 'name'>): TeamName {
  return { id, name };
}

/** What teams are ordered by, as users are. No two teams have the same. */
export function teamOrder(name: string): string {
  return nameOrder(searchText(name));
}

/** The order of lists. */
export function sortedByName(teams: readonly Team[]): Team[] {
  return teams
    .map((team) => ({ team, key: teamOrder(team.name) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ team }) => team);
}

/** Whether somebody who types this text looks for the name: by its beginning, without regard to case and accents. */
export function isFoundBy(q: string, name: string): boolean {
  return foldAccents(searchText(name)).startsWith(foldAccents(searchText(q)));
}
