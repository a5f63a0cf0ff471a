import type { RequestHandler } from 'express';
import type { Config } from '../config/config.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { principalOf } from '../guards/guards.js';
import type { SessionRecord } from '../session/session-record.js';
import { teamNamesOf } from '../teams/team-names.js';
import type { Teams } from '../teams/teams.js';
import { tokenJson } from './tokens.js';
import { userJson } from './user-json.js';

/** `GET /auth/me`: the user, with the session or the token beside. */
export function createMe({
  directory,
  teams,
  config,
}: {
  readonly teams: Teams;
  readonly directory: Directory;
  readonly config: Config;
}): RequestHandler {
  return async (request, response) => {
    const principal = principalOf(request);
    if (principal.kind === 'session') {
      const { record } = principal.session;
      const user = await directory.find(record.userId);
      if (user === undefined) throw new EntranceError('not_signed_in');
      response.json({ ...userJson(user, await teamNamesOf(teams, [user])), session: sessionJson(record) });
      return;
    }
    const { token } = principal;
    const maker = token.createdBy === null ? undefined : await directory.find(token.createdBy);
    const person = maker === undefined ? {} : userJson(maker, await teamNamesOf(teams, [maker]));
    response.json({ ...person, token: tokenJson(token) });
  };

  function sessionJson(record: SessionRecord) {
    return {
      created_at: new Date(record.createdAt).toISOString(),
      expires_at: new Date(record.createdAt + config.session.absoluteTimeout).toISOString(),
      roles: record.roles,
    };
  }
}
