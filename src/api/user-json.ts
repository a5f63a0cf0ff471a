import type { User } from '../identity/user.js';
import { type TeamNames, teamsOf } from '../teams/team-names.js';

/** A user as the API shows it (contract §3). */
export function userJson(user: User, teamNames: TeamNames) {
  return {
    id: user.id,
    email: user.email,
    full_name: user.fullName,
    provider: user.provider,
    provider_id: user.providerId,
    tenant_id: user.tenantId,
    status: user.status,
    roles: user.roles.map(({ name, origin }) => ({ name, origin })),
    teams: teamsOf(user, teamNames),
    created_at: user.createdAt,
    last_login_at: user.lastLoginAt,
  };
}
