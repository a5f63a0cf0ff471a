import { pageCursors, parseUserQuery, userQueryString } from '../requests/user-query.js';
import type { Dependencies } from '../stores.js';
import { addMember, membershipsIn, removeMember } from '../teams/membership.js';
import { existingTeam } from '../teams/teams.js';
import { changeOfUser } from './change-of-user.js';
import { type Operation, operation } from './operation.js';
import { pageSchema } from './page-schema.js';
import { memberJson, memberSchema } from './team-json.js';
import { parseUntil, untilSchema } from './user-json.js';
import { sendVersioned } from './versions.js';

/** `/auth/teams/{id}/members`. A membership is stored with the user, so its entity tag holds the user's version. */
export function createTeamMemberOperations({ teams, directory, clock }: Dependencies): readonly Operation[] {
  return [
    operation({
      id: 'listTeamMembers',
      method: 'get',
      path: '/auth/teams/{id}/members',
      summary: 'Who is in a team',
      access: 'users:read',
      query: userQueryString.omit({ team: true }),
      answers: { 200: { description: 'A page of members.', schema: pageSchema('members', memberSchema) } },
      problems: ['not_found'],
      async handle(request, response) {
        const team = await existingTeam(teams, request.params.id);
        const query = { ...parseUserQuery(request.query, { sort: 'email' }), team: team.id };
        const page = await directory.list(query);
        response.json({
          members: page.users.map((user) => memberJson(user, team)),
          next_cursor: pageCursors(page, query).next,
        });
      },
    }),

    operation({
      id: 'addTeamMember',
      method: 'put',
      path: '/auth/teams/{id}/members/{user}',
      summary: 'Put a user into a team, until a time or without an end',
      access: 'teams:write',
      changesUser: true,
      body: untilSchema,
      bodyIsOptional: true,
      answers: { 200: { description: 'The member.', schema: memberSchema } },
      problems: ['not_found', 'stale'],
      versioned: true,
      async handle(request, response, wanted) {
        const team = await existingTeam(teams, request.params.id);
        const user = await addMember(directory, {
          team,
          until: parseUntil(wanted, clock.now()),
          userId: request.params.user,
          ...changeOfUser(request),
        });
        sendVersioned(response, user, memberJson(user, team));
      },
    }),

    operation({
      id: 'removeTeamMember',
      method: 'delete',
      path: '/auth/teams/{id}/members/{user}',
      summary: 'Take back what was given by hand',
      access: 'teams:write',
      changesUser: true,
      answers: {
        200: {
          description: 'Single sign-on keeps the person in the team: what is left of the membership.',
          schema: memberSchema,
        },
        204: { description: 'The person isn’t in the team.' },
      },
      problems: ['not_found', 'stale'],
      versioned: true,
      async handle(request, response) {
        const team = await existingTeam(teams, request.params.id);
        const user = await removeMember(directory, {
          team,
          userId: request.params.user,
          ...changeOfUser(request),
        });
        if (membershipsIn(user, team).length > 0) sendVersioned(response, user, memberJson(user, team));
        else response.status(204).end();
      },
    }),
  ];
}
