import { existingUser } from '../directory/change-user.js';
import { exportPeople } from '../people/export-people.js';
import { pageCursors, parseUserQuery, userQueryString } from '../requests/user-query.js';
import { sendFile } from '../send-file.js';
import type { Dependencies } from '../stores.js';
import { teamNamesOf } from '../teams/team-names.js';
import { type Operation, operation } from './operation.js';
import { pageSchema } from './page-schema.js';
import { sendUser, userJson, userSchema } from './user-json.js';

/** The operations that read `/auth/users`. */
export function createUserOperations({ directory, teams }: Dependencies): readonly Operation[] {
  return [
    operation({
      id: 'listUsers',
      method: 'get',
      path: '/auth/users',
      summary: 'The users: search, filter, sort',
      access: 'users:read',
      query: userQueryString,
      answers: {
        200: {
          description: 'A page of users; or a stream of all that match, without `limit` and `cursor`.',
          schema: pageSchema('users', userSchema),
          streams: ['text/csv'],
        },
      },
      problems: ['too_many_requests'],
      async handle(request, response) {
        response.vary('Accept');
        if (request.accepts('application/json', 'text/csv') === 'text/csv') {
          const { cursor, limit, ...asked } = parseUserQuery(request.query, { sort: 'email' });
          const text = exportPeople({ directory, teams }, asked);
          return sendFile(response, { name: 'users.csv', type: 'text/csv', text });
        }
        const query = parseUserQuery(request.query, { sort: 'email' });
        const page = await directory.list(query);
        const names = await teamNamesOf(teams, page.users);
        response.json({
          users: page.users.map((user) => userJson(user, names)),
          next_cursor: pageCursors(page, query).next,
        });
      },
    }),

    operation({
      id: 'getUser',
      method: 'get',
      path: '/auth/users/{id}',
      summary: 'One user',
      access: 'users:read',
      answers: { 200: { description: 'The user.', schema: userSchema } },
      problems: ['not_found'],
      versioned: true,
      async handle(request, response) {
        await sendUser(response, teams, await existingUser(directory, request.params.id));
      },
    }),
  ];
}
