import type { RequestHandler } from 'express';
import * as z from 'zod';
import type { Audit } from '../audit/audit.js';
import { changeStatus } from '../directory/change-status.js';
import type { Directory } from '../directory/directory.js';
import { pageCursors, parseUserQuery } from '../directory/user-query.js';
import { EntranceError } from '../errors.js';
import { actorOf } from '../guards/guards.js';
import type { SessionStore } from '../session/session-store.js';
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
  readonly sessions: SessionStore;
  readonly audit: Audit;
}): UsersApi {
  return {
    async list(request, response) {
      const query = parseUserQuery(request.query, { sort: 'email' });
      const page = await stores.directory.list(query);
      response.json({ users: page.users.map(userJson), next_cursor: pageCursors(page, query).next });
    },
    async get(request, response) {
      const user = await stores.directory.find(request.params.id);
      if (user === undefined)
        throw new EntranceError('not_found', { detail: 'There is no user with this ID.' });
      response.json(userJson(user));
    },
    async patch(request, response) {
      const { status } = parseBody(request, changes);
      response.json(userJson(await changeStatus(stores, request.params.id, status, actorOf(request))));
    },
  };
}
