import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Audit } from '../audit/audit.js';
import { changeStatus } from '../directory/change-status.js';
import type { Directory } from '../directory/directory.js';
import { pageCursors, parseUserQuery } from '../directory/user-query.js';
import { EntranceError } from '../errors.js';
import { actorOf } from '../guards/guards.js';
import type { SessionStore } from '../session/session-store.js';
import { teamNamesOf } from '../teams/team-names.js';
import type { Teams } from '../teams/teams.js';
import { parseBody } from './parse-body.js';
import { userJson } from './user-json.js';

export interface UsersApi {
  readonly list: RequestHandler;
  readonly get: RequestHandler<{ id: string }>;
  readonly patch: RequestHandler<{ id: string }>;
}

const changes = z.strictObject({ status: z.enum(['active', 'disabled']) });

/** `/auth/users`. */
export function createUsersApi(stores: {
  readonly directory: Directory;
  readonly teams: Teams;
  readonly sessions: SessionStore;
  readonly audit: Audit;
}): UsersApi {
  return {
    async list(request, response) {
      const query = parseUserQuery(request.query, { sort: 'email' });
      const page = await stores.directory.list(query);
      const names = await teamNamesOf(stores.teams, page.users);
      response.json({
        users: page.users.map((user) => userJson(user, names)),
        next_cursor: pageCursors(page, query).next,
      });
    },
    async get(request, response) {
      const user = await stores.directory.find(request.params.id);
      if (user === undefined)
        throw new EntranceError('not_found', { detail: 'There is no user with this ID.' });
      response.json(userJson(user, await teamNamesOf(stores.teams, [user])));
    },
    async patch(request, response) {
      const { status } = parseBody(request, changes);
      const user = await changeStatus(stores, request.params.id, status, actorOf(request));
      response.json(userJson(user, await teamNamesOf(stores.teams, [user])));
    },
  };
}
