import type { Actor } from '../audit/event.js';
import type { Clock } from '../clock.js';
import { changeUser, MAX_ROUNDS } from '../directory/change-user.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import type { User } from '../identity/user.js';
import { uuidv7 } from '../identity/uuid.js';
import { existingTeam, nameOfTeam, type Team, type TeamOutcome, type Teams } from './teams.js';

/** The members that are changed at the same time. */
const BATCH = 100;

export interface TeamEditing {
  readonly id: string;
  readonly by: Actor;
  /** Throws if the team isn’t the one that the edit was decided on. */
  check?(team: Team): void;
}

/** @throws EntranceError `team_name_taken`, `too_many_teams` */
export async function createTeam(
  { teams, clock }: { readonly teams: Teams; readonly clock: Clock },
  wanted: Pick<Team, 'name' | 'description' | 'origin'>,
  by: Actor,
): Promise<Team> {
  const now = clock.now();
  const team = { ...wanted, id: uuidv7(now), createdAt: new Date(now).toISOString() };
  return written(await teams.create(team, [{ action: 'team-create', by, team: nameOfTeam(team) }]));
}

/**
 * Changes a team, unless it has these values already. A field that `wanted` leaves out stays as it is.
 * @throws EntranceError `not_found`, `team_name_taken`, `stale` if others keep changing the team; and the errors of
 *   `check`
 */
export async function editTeam(
  teams: Teams,
  { id, by, check }: TeamEditing,
  wanted: { readonly name?: string | undefined; readonly description?: string | null | undefined },
): Promise<Team> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const team = await existingTeam(teams, id);
    check?.(team);
    const { name = team.name, description = team.description } = wanted;
    if (name === team.name && description === team.description) return team;
    const events = [{ action: 'team-update', by, team: nameOfTeam({ id, name }) } as const];
    const outcome = await teams.update(team, { name, description }, events);
    if (!('conflict' in outcome && outcome.conflict === 'stale')) return written(outcome);
  }
  throw new EntranceError('stale');
}

function written(outcome: TeamOutcome): Team {
  if ('conflict' in outcome) throw new EntranceError(outcome.conflict);
  return outcome.team;
}

/**
 * Deletes a team and all memberships in it, also those by single sign-on. If it breaks off, the team still exists with
 * the remaining members, and another deletion continues.
 * @throws EntranceError `stale` if somebody else changed the team
 */
export async function deleteTeam(
  { teams, directory }: { readonly teams: Teams; readonly directory: Directory },
  team: Team,
  by: Actor,
): Promise<void> {
  await removeAll(directory, team, by);
  const outcome = await teams.delete(team, [{ action: 'team-delete', by, team: nameOfTeam(team) }]);
  if (outcome === 'stale') throw new EntranceError('stale');
  await removeAll(directory, team, by); // members that were added meanwhile
}

async function removeAll(directory: Directory, team: Team, by: Actor): Promise<void> {
  const query = { team: team.id, sort: 'email', descending: false, limit: BATCH } as const;
  let page = await directory.list(query);
  for (;;) {
    await Promise.all(page.users.map(({ id }) => leave(directory, id, team, by)));
    if (page.next === null) return;
    page = await directory.list({ ...query, cursor: { direction: 'after', position: page.next } });
  }
}

async function leave(directory: Directory, userId: string, team: Team, by: Actor): Promise<void> {
  const isOther = ({ name }: User['teams'][number]) => name !== team.id;
  try {
    await changeUser(directory, userId, (user) =>
      user.teams.every(isOther)
        ? undefined
        : {
            changes: { teams: user.teams.filter(isOther) },
            events: [{ action: 'team-member-remove', by, target: user, team: nameOfTeam(team) }],
          },
    );
  } catch (error) {
    if (!(error instanceof EntranceError && error.code === 'not_found')) throw error; // the user was deleted meanwhile
  }
}
