import type { Actor } from '../audit/event.js';
import { changeUser } from '../directory/change-user.js';
import type { Directory } from '../directory/directory.js';
import { type Edit, endIn, isManual, manualGrant, withManual } from '../directory/user-edits.js';
import type { Grant, User } from '../identity/user.js';
import { nameOfTeam, type Team } from './teams.js';

export interface MembershipChange {
  readonly team: Team;
  readonly userId: string;
  readonly by: Actor;
  /** The time at which a membership ends by itself, ISO 8601; one without an end if it is left out. */
  readonly until?: string | undefined;
  /** Throws if the user isn't the one that the change was decided on. */
  check?(user: User): void;
}

/** If the user has one already, it gets the new end. @throws EntranceError `not_found`, `stale` */
export async function addMember(directory: Directory, change: MembershipChange): Promise<User> {
  const { team, userId, by, until } = change;
  return changeUser(directory, userId, (before) => {
    change.check?.(before);
    const held = before.teams.find((grant) => isByHand(grant, team));
    if (held !== undefined && endIn(held) === until) return undefined;
    const others = before.teams.filter((grant) => grant !== held);
    return {
      changes: { teams: [...others, manualGrant(team.id, until)] },
      events: [{ action: 'team-member-add', by, target: before, team: nameOfTeam(team), until }],
    };
  });
}

/**
 * Takes back a membership that was given by hand. A user who is also in the team by single sign-on stays in it: see
 * `membershipsIn`.
 * @throws EntranceError `not_found`, `stale`
 */
export async function removeMember(directory: Directory, change: MembershipChange): Promise<User> {
  const { team, userId, by } = change;
  return changeUser(directory, userId, (before) => {
    change.check?.(before);
    if (!before.teams.some((grant) => isByHand(grant, team))) return undefined;
    return {
      changes: { teams: before.teams.filter((grant) => !isByHand(grant, team)) },
      events: [{ action: 'team-member-remove', by, target: before, team: nameOfTeam(team) }],
    };
  });
}

/** Memberships by single sign-on stay. `known` has the teams by their IDs. */
export function settingTeams(ids: readonly string[], known: ReadonlyMap<string, Team>): Edit {
  return (user, by) => {
    const before = user.teams.filter(isManual).map(({ name }) => name);
    const after = [...new Set(ids)];
    const event = (action: 'team-member-add' | 'team-member-remove') => (id: string) =>
      ({ action, by, target: user, team: nameOfTeam(known.get(id) ?? { id, name: id }) }) as const;
    const events = [
      ...after.filter((id) => !before.includes(id)).map(event('team-member-add')),
      ...before.filter((id) => !after.includes(id)).map(event('team-member-remove')),
    ];
    return events.length === 0 ? undefined : { changes: { teams: withManual(user.teams, after) }, events };
  };
}

/** The grants by which a user is in a team: at most one `manual` and one `sso` grant. */
export function membershipsIn({ teams }: User, { id }: Pick<Team, 'id'>): readonly Grant[] {
  return teams.filter(({ name }) => name === id);
}

function isByHand(grant: Grant, { id }: Team): boolean {
  return grant.name === id && isManual(grant);
}
