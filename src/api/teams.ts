import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import type { Directory } from '../directory/directory.js';
import { pageCursors, parseUserQuery } from '../directory/user-query.js';
import { EntranceError } from '../errors.js';
import { actorOf } from '../guards/guards.js';
import { uuidv7 } from '../identity/uuid.js';
import { deleteTeam } from '../teams/delete-team.js';
import { addMember, membershipsIn, removeMember } from '../teams/membership.js';
import { teamPage } from '../teams/team-query.js';
import {
  LONGEST_TEAM_NAME,
  nameOfTeam,
  type Team,
  type TeamChanges,
  type TeamOutcome,
  type Teams,
} from '../teams/teams.js';
import { parseBody } from './parse-body.js';
import { memberJson, teamJson } from './team-json.js';
import { assertMatches, sendVersioned } from './versions.js';

type TeamHandler = RequestHandler<{ id: string }>;
type MemberHandler = RequestHandler<{ id: string; user: string }>;

export interface TeamsApi {
  readonly list: RequestHandler;
  readonly create: RequestHandler;
  readonly get: TeamHandler;
  readonly patch: TeamHandler;
  readonly remove: TeamHandler;
  readonly listMembers: TeamHandler;
  readonly putMember: MemberHandler;
  readonly removeMember: MemberHandler;
}

const name = z.string().trim().min(1).max(LONGEST_TEAM_NAME);
const description = z.string().trim().max(500).nullable();
const newTeam = z.strictObject({ name, description: description.default(null) });
const changes = z.strictObject({ name: name.optional(), description: description.optional() });

const MAX_ROUNDS = 10;

/** `/auth/teams`. */
export function createTeamsApi({
  teams,
  directory,
  clock,
}: {
  readonly teams: Teams;
  readonly directory: Directory;
  readonly clock: Clock;
}): TeamsApi {
  return {
    async list(request, response) {
      const { teams: listed, nextCursor } = teamPage(await teams.list(), request.query);
      const members = await directory.countInTeams(listed.map(({ id }) => id));
      response.json({
        teams: listed.map((team) => teamJson(team, members.get(team.id) ?? 0)),
        next_cursor: nextCursor,
      });
    },

    async create(request, response) {
      const wanted = parseBody(request, newTeam);
      const now = clock.now();
      const made = {
        id: uuidv7(now),
        ...wanted,
        origin: 'manual' as const,
        createdAt: new Date(now).toISOString(),
      };
      const outcome = await teams.create(made, [
        { action: 'team-create', by: actorOf(request), team: nameOfTeam(made) },
      ]);
      const team = written(outcome);
      response.status(201).location(`${request.baseUrl}${request.path}/${team.id}`);
      sendVersioned(response, team, teamJson(team, 0));
    },

    async get(request, response) {
      await send(response, await existing(request.params.id));
    },

    async patch(request, response) {
      const wanted = withoutUndefined(parseBody(request, changes));
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const team = await existing(request.params.id);
        assertMatches(request, team);
        const events = [
          { action: 'team-update', by: actorOf(request), team: nameOfTeam({ ...team, ...wanted }) } as const,
        ];
        const outcome = await teams.update(team, wanted, events);
        if (!('conflict' in outcome && outcome.conflict === 'stale')) return send(response, written(outcome));
      }
      throw new EntranceError('stale');
    },

    async remove(request, response) {
      const team = await existing(request.params.id);
      assertMatches(request, team);
      await deleteTeam({ teams, directory }, team, actorOf(request));
      response.status(204).end();
    },

    async listMembers(request, response) {
      const team = await existing(request.params.id);
      const query = { ...parseUserQuery(request.query, { sort: 'email' }), team: team.id };
      const page = await directory.list(query);
      response.json({
        members: page.users.map((user) => memberJson(user, team)),
        next_cursor: pageCursors(page, query).next,
      });
    },

    async putMember(request, response) {
      const team = await existing(request.params.id);
      const user = await addMember(directory, {
        team,
        userId: request.params.user,
        by: actorOf(request),
        check: (before) => assertMatches(request, before),
      });
      sendVersioned(response, user, memberJson(user, team));
    },

    /** Who is in the team by single sign-on as well stays in it, and the answer says so. */
    async removeMember(request, response) {
      const team = await existing(request.params.id);
      const user = await removeMember(directory, {
        team,
        userId: request.params.user,
        by: actorOf(request),
        check: (before) => assertMatches(request, before),
      });
      if (membershipsIn(user, team).length > 0) sendVersioned(response, user, memberJson(user, team));
      else response.status(204).end();
    },
  };

  async function existing(id: string): Promise<Team> {
    const team = await teams.find(id);
    if (team === undefined)
      throw new EntranceError('not_found', { detail: 'There is no team with this ID.' });
    return team;
  }

  async function send(response: Parameters<TeamHandler>[1], team: Team): Promise<void> {
    const members = await directory.countInTeams([team.id]);
    sendVersioned(response, team, teamJson(team, members.get(team.id) ?? 0));
  }
}

function written(outcome: TeamOutcome): Team {
  if ('conflict' in outcome) throw new EntranceError(outcome.conflict);
  return outcome.team;
}

/** Members that weren't sent stay as they are. */
function withoutUndefined({ name, description }: z.infer<typeof changes>): TeamChanges {
  return { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
}
