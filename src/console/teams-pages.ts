import type { RequestHandler } from 'express';
import { actorOf, mayChange, sessionOf } from '../guards/guards.js';
import { waysInOf } from '../identity/linked-identities.js';
import type { User } from '../identity/user.js';
import type { TeamModel, TeamsModel } from '../pages/models/teams.js';
import { pageCursors, parseUserQuery } from '../requests/user-query.js';
import { createTeam, deleteTeam, editTeam } from '../teams/edit-team.js';
import { membershipsIn } from '../teams/membership.js';
import { existingTeam, newTeamSchema, type Team } from '../teams/teams.js';
import { plural } from '../words.js';
import type { IdHandler } from './console-pages.js';
import { askForName, type DeletionQuestion, hasTypedName } from './deletion-question.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';
import { createTeamMembers, type TeamMemberPages } from './team-members.js';
import { emailInWords } from './user-words.js';

export interface TeamPages extends Pick<TeamMemberPages, 'addMember' | 'removeMember'> {
  readonly list: RequestHandler;
  readonly create: RequestHandler;
  readonly show: IdHandler;
  readonly edit: IdHandler;
  readonly askToDelete: IdHandler;
  readonly remove: IdHandler;
}

const PAGE_SIZE = 25;

export function createTeamPages(deps: ConsoleDependencies): TeamPages {
  const { teams, directory, nameOfProvider, pages } = deps;
  const hrefOf = ({ id }: Pick<Team, 'id'>) => pages.at(`/admin/teams/${encodeURIComponent(id)}`);
  const all = pages.at('/admin/teams');
  const members = createTeamMembers(deps, hrefOf);

  /** The provider that put somebody into a team, if the person signs in with one provider only. */
  const giverOf = (user: User) => {
    const [first, ...others] = waysInOf(user);
    return first === undefined || others.length > 0 ? 'single sign-on' : nameOfProvider(first);
  };

  return {
    async list(request, response) {
      const listed = await teams.list();
      const counts = await directory.countInTeams(listed.map(({ id }) => id));
      const model: TeamsModel = {
        count: listed.length === 0 ? undefined : plural(listed.length, 'team'),
        teams: listed.map((team) => ({
          href: hrefOf(team),
          name: team.name,
          description: team.description ?? undefined,
          origin: originBadge(team),
          members: (counts.get(team.id) ?? 0).toLocaleString('en'),
        })),
        create: mayChange(sessionOf(request).record) ? { action: all } : undefined,
      };
      pages.show(request, response, 'teams', { title: 'Teams', section: 'teams' }, model);
    },

    create: (request, response) =>
      pages.answerForm(response, all, async () => {
        const wanted = parseForm(request, newTeamSchema);
        const team = await createTeam(deps, { ...wanted, origin: 'manual' }, actorOf(request));
        return `The team ${team.name} is there.`;
      }),

    async show(request, response) {
      const team = await existingTeam(teams, request.params.id);
      const query = {
        ...parseUserQuery(request.query, { sort: 'full_name', limit: PAGE_SIZE }),
        team: team.id,
      };
      const [page, counts] = await Promise.all([directory.list(query), directory.countInTeams([team.id])]);
      const { next, previous } = pageCursors(page, query);
      const hrefWith = (cursor: string | null) =>
        cursor === null ? undefined : `${hrefOf(team)}?${new URLSearchParams({ cursor })}`;
      const mayAct = mayChange(sessionOf(request).record);
      const model: TeamModel = {
        heading: team.name,
        description: team.description ?? undefined,
        origin: originBadge(team),
        count: people(counts.get(team.id) ?? 0),
        members: page.users.map((user) => {
          const origins = membershipsIn(user, team).map(({ origin }) => origin);
          return {
            href: pages.at(`/admin/users/${user.id}`),
            name: user.fullName,
            email: emailInWords(user),
            id: user.id,
            bySso: origins.includes('sso') ? giverOf(user) : undefined,
            removeAction: mayAct && origins.includes('manual') ? `${hrefOf(team)}/members/remove` : undefined,
          };
        }),
        newerHref: hrefWith(previous),
        olderHref: hrefWith(next),
        act: mayAct
          ? {
              ...(await members.adding(team, request.query)),
              editAction: hrefOf(team),
              name: team.name,
              dangers: [
                {
                  label: 'Delete team',
                  consequence: 'Takes everybody out of the team, for good. Their accounts stay.',
                  href: `${hrefOf(team)}/delete`,
                  final: true,
                },
              ],
            }
          : undefined,
        backHref: all,
      };
      pages.show(request, response, 'team', { title: team.name, section: 'teams' }, model);
    },

    edit: (request, response) =>
      pages.answerForm(response, hrefOf(request.params), async () => {
        const wanted = parseForm(request, newTeamSchema);
        await editTeam(teams, { id: request.params.id, by: actorOf(request) }, wanted);
        return 'The team is changed.';
      }),

    addMember: members.addMember,
    removeMember: members.removeMember,

    async askToDelete(request, response) {
      const team = await existingTeam(teams, request.params.id);
      askForName(pages, request, response, await deletionOf(team));
    },

    async remove(request, response) {
      const team = await existingTeam(teams, request.params.id);
      if (!hasTypedName(pages, request, response, await deletionOf(team))) return;
      await pages.answerForm(response, all, async () => {
        await deleteTeam(deps, team, actorOf(request));
        return `The team ${team.name} is deleted.`;
      });
    },
  };

  async function deletionOf(team: Team): Promise<DeletionQuestion> {
    const counts = await directory.countInTeams([team.id]);
    return {
      section: 'teams',
      question: {
        heading: `Delete the team ${team.name}?`,
        consequence: [
          `${people(counts.get(team.id) ?? 0)} in it will be in it no more. Their accounts stay as they are.`,
          'If a mapping of single sign-on names the team, it comes back with the next sign-in.',
        ],
        action: `${hrefOf(team)}/delete`,
        confirmLabel: 'Delete team',
        cancelHref: hrefOf(team),
      },
      label: `Type “${team.name}” to confirm`,
      names: [team.name],
    };
  }
}

function originBadge({ origin }: Team) {
  return origin === 'sso' ? ({ tone: 'neutral', label: 'SSO' } as const) : undefined;
}

function people(count: number): string {
  return plural(count, 'person', 'people');
}
