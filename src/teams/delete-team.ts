import type { Actor } from '../audit/event.js';
import { changeUser } from '../directory/change-user.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import type { User } from '../identity/user.js';
import { nameOfTeam, type Team, type Teams } from './teams.js';

/** Members who are changed at the same time. */
const BATCH = 100;

/**
 * Deletes a team and all memberships of it, also those by single sign-on. Where it breaks off, the team is still there
 * with those who are left, and deleting it once more goes on.
 * @throws EntranceError `stale` where somebody else changed the team
 */
export async function deleteTeam(
  { teams, directory }: { readonly teams: Teams; readonly directory: Directory },
  team: Team,
  by: Actor,
): Promise<void> {
  await removeAll(directory, team, by);
  const outcome = await teams.delete(team, [{ action: 'team-delete', by, team: nameOfTeam(team) }]);
  if (outcome === 'stale') throw new EntranceError('stale');
  await removeAll(directory, team, by); // who was added meanwhile
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
    if (!(error instanceof EntranceError && error.code === 'not_found')) throw error; // deleted meanwhile
  }
}
