import type { Grant, User } from '../identity/user.js';
import { membershipsIn } from '../teams/membership.js';
import type { Team } from '../teams/teams.js';

export function teamJson(team: Team, members: number) {
  return {
    id: team.id,
    name: team.name,
    description: team.description,
    origin: team.origin,
    members,
    created_at: team.createdAt,
  };
}

export function memberJson(user: User, team: Team) {
  return {
    id: user.id,
    email: user.email,
    full_name: user.fullName,
    status: user.status,
    memberships: membershipsIn(user, team).map(membershipJson),
  };
}

function membershipJson(grant: Grant) {
  return grant.origin === 'manual'
    ? { origin: grant.origin }
    : { origin: grant.origin, mapped_from: grant.sources, confirmed_at: grant.confirmedAt };
}
