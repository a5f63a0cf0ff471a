import type { Actor } from '../audit/event.js';
import { changeUser } from '../directory/change-user.js';
import type { Directory } from '../directory/directory.js';
import type { Grant, User } from '../identity/user.js';
import { nameOfTeam, type Team } from './teams.js';

export interface MembershipChange {
  readonly team: Team;
  readonly userId: string;
  readonly by: Actor;
  /** Throws where the user isn't the one that the change was decided on. */
  check?(user: User): void;
}

/**
 * Puts a user into a team by hand, whatever single sign-on says. Nothing happens where that was done before.
 * @throws EntranceError `not_found`, `stale`
 */
export async function addMember(directory: Directory, change: MembershipChange): Promise<User> {
  const { team, userId, by } = change;
  const { user } = await changeUser(directory, userId, (before) => {
    change.check?.(before);
    if (before.teams.some((grant) => isManual(grant, team))) return undefined;
    return {
      changes: { teams: [...before.teams, { name: team.id, origin: 'manual' }] },
      events: [{ action: 'team-member-add', by, target: before, team: nameOfTeam(team) }],
    };
  });
  return user;
}

/**
 * Takes back what was given by hand. Who is in the team by single sign-on too stays in it: see `membershipsIn`.
 * @throws EntranceError `not_found`, `stale`
 */
export async function removeMember(directory: Directory, change: MembershipChange): Promise<User> {
  const { team, userId, by } = change;
  const { user } = await changeUser(directory, userId, (before) => {
    change.check?.(before);
    if (!before.teams.some((grant) => isManual(grant, team))) return undefined;
    return {
      changes: { teams: before.teams.filter((grant) => !isManual(grant, team)) },
      events: [{ action: 'team-member-remove', by, target: before, team: nameOfTeam(team) }],
    };
  });
  return user;
}

/** What a user is in a team by: at most one `manual` and one `sso` grant. */
export function membershipsIn({ teams }: User, { id }: Pick<Team, 'id'>): readonly Grant[] {
  return teams.filter(({ name }) => name === id);
}

function isManual(grant: Grant, { id }: Team): boolean {
  return grant.name === id && grant.origin === 'manual';
}
