import type { Response } from 'express';
import * as z from 'zod';
import { actorOf } from '../guards/guards.js';
import { teamPage, teamQuery } from '../requests/team-query.js';
import type { Dependencies } from '../stores.js';
import { createTeam, deleteTeam, editTeam } from '../teams/edit-team.js';
import {
  existingTeam,
  newTeamSchema,
  type Team,
  teamDescriptionSchema,
  teamNameSchema,
} from '../teams/teams.js';
import { type Operation, operation } from './operation.js';
import { pageSchema } from './page-schema.js';
import { teamJson, teamSchema } from './team-json.js';
import { assertMatches, sendVersioned } from './versions.js';

const changes = z.strictObject({
  name: teamNameSchema.optional(),
  description: teamDescriptionSchema.optional(),
});

export function createTeamOperations(deps: Dependencies): readonly Operation[] {
  const { teams, directory } = deps;
  return [
    operation({
      id: 'listTeams',
      method: 'get',
      path: '/auth/teams',
      summary: 'The teams, by name',
      access: 'users:read',
      query: teamQuery,
      answers: { 200: { description: 'A page of teams.', schema: pageSchema('teams', teamSchema) } },
      async handle(request, response) {
        const { teams: listed, nextCursor } = teamPage(await teams.list(), request.query);
        const members = await directory.countInTeams(listed.map(({ id }) => id));
        response.json({
          teams: listed.map((team) => teamJson(team, members.get(team.id) ?? 0)),
          next_cursor: nextCursor,
        });
      },
    }),

    operation({
      id: 'createTeam',
      method: 'post',
      path: '/auth/teams',
      summary: 'Create a team',
      access: 'teams:write',
      body: newTeamSchema,
      answers: { 201: { description: 'The new team.', schema: teamSchema, located: true } },
      problems: ['team_name_taken', 'too_many_teams'],
      versioned: true,
      async handle(request, response, wanted) {
        const team = await createTeam(deps, { ...wanted, origin: 'manual' }, actorOf(request));
        response.status(201).location(`${request.baseUrl}${request.path}/${team.id}`);
        sendVersioned(response, team, teamJson(team, 0));
      },
    }),

    operation({
      id: 'getTeam',
      method: 'get',
      path: '/auth/teams/{id}',
      summary: 'One team',
      access: 'users:read',
      answers: { 200: { description: 'The team.', schema: teamSchema } },
      problems: ['not_found'],
      versioned: true,
      handle: async (request, response) => send(response, await existingTeam(teams, request.params.id)),
    }),

    operation({
      id: 'updateTeam',
      method: 'patch',
      path: '/auth/teams/{id}',
      summary: 'Change a team’s name or description',
      access: 'teams:write',
      body: changes,
      answers: { 200: { description: 'The team as it is now.', schema: teamSchema } },
      problems: ['not_found', 'team_name_taken', 'stale'],
      versioned: true,
      async handle(request, response, wanted) {
        const check = (team: Team) => assertMatches(request, team);
        const editing = { id: request.params.id, by: actorOf(request), check };
        await send(response, await editTeam(teams, editing, wanted));
      },
    }),

    operation({
      id: 'deleteTeam',
      method: 'delete',
      path: '/auth/teams/{id}',
      summary: 'Delete a team, with all memberships of it',
      access: 'teams:write',
      answers: { 204: { description: 'The team is gone.' } },
      problems: ['not_found', 'stale'],
      versioned: true,
      async handle(request, response) {
        const team = await existingTeam(teams, request.params.id);
        assertMatches(request, team);
        await deleteTeam(deps, team, actorOf(request));
        response.status(204).end();
      },
    }),
  ];

  async function send(response: Response, team: Team): Promise<void> {
    const members = await directory.countInTeams([team.id]);
    sendVersioned(response, team, teamJson(team, members.get(team.id) ?? 0));
  }
}
