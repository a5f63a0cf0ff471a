import { isComplete } from '../identity/claimed.js';
import type { ExplainedAccess, ExplainedGrant } from './explain.js';

/** The answer of `GET /auth/users/{id}/access`, which `entrance access explain --json` prints too. */
export function accessJson({ user, seen, judgedBy, roles, teams }: ExplainedAccess) {
  const grantJson = ({ name, origin, sources, confirmedAt }: ExplainedGrant) => ({
    name,
    origin,
    sources: sources.map((source) => ({ ...source, setting: source.setting ?? null })),
    confirmed_at: confirmedAt,
  });
  return {
    user_id: user.id,
    email: user.email,
    email_confirmed: user.emailDoubt === undefined,
    judged_by: judgedBy ?? null,
    roles: roles.map(grantJson),
    teams: teams.map(grantJson),
    last_seen:
      seen === undefined
        ? null
        : {
            at: seen.at,
            provider: seen.provider ?? null,
            groups: isComplete(seen.groups) ? seen.groups : null,
            app_roles: isComplete(seen.appRoles) ? seen.appRoles : null,
            verified_domain: seen.verifiedDomain ?? null,
          },
  };
}
