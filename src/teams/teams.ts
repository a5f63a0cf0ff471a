import * as z from 'zod';
import type { Happening, TeamName } from '../audit/event.js';
import { nameOrder } from '../directory/name-key.js';
import { EntranceError } from '../errors.js';
import { fold, foldAccents } from '../identity/fold.js';
import { searchText } from '../identity/text.js';
import { optionalTypedText, typedText } from '../identity/typed-text.js';
import { type Grant, LONGEST_TEAM_NAME } from '../identity/user.js';

/** Our record of a team. The memberships are stored with each user, in `User.teams`. */
export interface Team {
  /** UUID version 7. */
  readonly id: string;
  /** Unique among teams, compared without regard to case and to invisible characters. */
  readonly name: string;
  readonly description: string | null;
  /** `sso` if a mapping of the operator names the team; `manual` if a person or an API token made it. */
  readonly origin: Grant['origin'];
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  /** Grows by one with each change. A change names the version that it was decided on. */
  readonly version: number;
}

export type NewTeam = Omit<Team, 'version'>;
export type TeamChanges = Partial<Pick<Team, 'name' | 'description'>>;

export type TeamConflict =
  | 'team_name_taken'
  /** There are `MOST_TEAMS` teams already. */
  | 'too_many_teams'
  /** The team was changed or deleted after it was read: read it again and decide again. */
  | 'stale';

export type TeamOutcome = { readonly team: Team } | { readonly conflict: TeamConflict };

/** The most teams. A list reads all of them at once, which takes Redis about a millisecond. */
export const MOST_TEAMS = 1_000;

export const teamNameSchema = typedText(LONGEST_TEAM_NAME);
/** An empty description is stored as null. */
export const teamDescriptionSchema = optionalTypedText(500).nullable();
export const newTeamSchema = z.strictObject({
  name: teamNameSchema,
  description: teamDescriptionSchema.default(null),
});

/** Every write is atomic, with its events. Rejects with `store_unavailable` if the store can't be reached. */
export interface Teams {
  find(id: string): Promise<Team | undefined>;
  findAll(ids: readonly string[]): Promise<ReadonlyMap<string, Team>>;
  /** The teams that exist, by their names in the form of `teamKey`. `names` may be in any case. */
  findIds(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  list(): Promise<readonly Team[]>;
  /** Conflicts: `team_name_taken`, `too_many_teams`. */
  create(team: NewTeam, events: readonly Happening[]): Promise<TeamOutcome>;
  /** Changes the team whose version is still `team.version`. Conflicts: `team_name_taken`, `stale`. */
  update(team: Team, changes: TeamChanges, events: readonly Happening[]): Promise<TeamOutcome>;
  /** Deletes the team whose version is still `team.version`. The memberships stay. */
  delete(team: Team, events: readonly Happening[]): Promise<'deleted' | 'stale'>;
}

/** @throws EntranceError `not_found` */
export async function existingTeam(teams: Teams, id: string): Promise<Team> {
  const team = await teams.find(id);
  if (team === undefined) throw new EntranceError('not_found', { detail: 'There is no team with this ID.' });
  return team;
}

/** A name in the form in which names are compared: without invisible characters and case. */
export function teamKey(name: string): string {
  return fold(searchText(name));
}

/** The name of a team in the audit log. */
export function nameOfTeam({ id, name }: Pick<Team, 'id' | 'name'>): TeamName {
  return { id, name };
}

/** The text by which teams are ordered, as users are by their names. It is unique among teams. */
export function teamOrder(name: string): string {
  return nameOrder(searchText(name));
}

export function sortedByName(teams: readonly Team[]): Team[] {
  return teams
    .map((team) => ({ team, key: teamOrder(team.name) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ team }) => team);
}

/** Whether a search for this text finds the name: by its beginning, without regard to case and accents. */
export function isFoundBy(q: string, name: string): boolean {
  return foldAccents(searchText(name)).startsWith(foldAccents(searchText(q)));
}
