import * as z from 'zod';
import { actorOf } from '../guards/guards.js';
import { emailProblem } from '../identity/email.js';
import type { TeamModel } from '../pages/models/teams.js';
import { addMember, membershipsIn, removeMember } from '../teams/membership.js';
import { existingTeam, type Team } from '../teams/teams.js';
import { parseSent } from '../validation.js';
import type { IdHandler } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { choiceAmong, findPerson, isUnclearAddress, typedPerson } from './find-person.js';
import { parseForm } from './form.js';

type Adding = Pick<NonNullable<TeamModel['act']>, 'addAction' | 'typed' | 'problem' | 'choice'>;

export interface TeamMemberPages {
  /** Adds the person whom a typed text means, or the one who was chosen. */
  readonly addMember: IdHandler;
  readonly removeMember: IdHandler;
  /** The form that adds somebody, with the people whom `person` in the page's address may mean. */
  adding(team: Team, query: unknown): Promise<Adding>;
}

/** Either `person`, the text that was typed, or `user`, the person who was chosen. */
const newMember = z.object({ person: typedPerson.default(''), user: z.string().default('') });
const member = z.object({ user: z.string() });
const pageQuery = z.object({ person: typedPerson.optional().catch(undefined) });

export function createTeamMembers(
  deps: ConsoleDependencies,
  hrefOf: (team: Pick<Team, 'id'>) => string,
): TeamMemberPages {
  const { teams, directory, pages } = deps;

  return {
    async addMember(request, response) {
      const { person, user } = parseForm(request, newMember);
      const href = hrefOf(request.params);
      const userId = user === '' ? (await findPerson(directory, person)).meant?.id : user;
      if (userId === undefined) return response.redirect(303, `${href}?${new URLSearchParams({ person })}`);
      await pages.answerForm(response, href, async () => {
        const team = await existingTeam(teams, request.params.id);
        const { fullName } = await addMember(directory, { team, userId, by: actorOf(request) });
        return `${fullName} is in the team.`;
      });
    },

    removeMember: (request, response) =>
      pages.answerForm(response, hrefOf(request.params), async () => {
        const { user: userId } = parseForm(request, member);
        const team = await existingTeam(teams, request.params.id);
        const user = await removeMember(directory, { team, userId, by: actorOf(request) });
        return membershipsIn(user, team).length > 0
          ? `${user.fullName} stays in the team by single sign-on.`
          : `${user.fullName} has left the team.`;
      }),

    async adding(team, query) {
      const addAction = `${hrefOf(team)}/members`;
      const { person: typed } = parseSent(pageQuery, query, 'query string');
      if (typed === undefined) return { addAction };
      const found = await findPerson(directory, typed);
      if (found.people.length === 0) return { addAction, typed, problem: nobodyLike(typed, found.hasMore) };
      const form = { method: 'post', action: addAction, fields: [], typed, confirmLabel: 'Add' } as const;
      return { addAction, typed, choice: choiceAmong(found, form, deps) };
    },
  };
}

function nobodyLike(typed: string, hasMore: boolean): string {
  if (typed === '') return 'Type a name or an email address.';
  if (isUnclearAddress(typed)) return `The address ${emailProblem(typed)}.`;
  if (hasMore) return 'Nobody found yet among many people. Type more of the name, or the email address.';
  return `Nobody here has that ${typed.includes('@') ? 'email address' : 'name'}. Check it, or add the person under Users first.`;
}
