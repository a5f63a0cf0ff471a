import * as z from 'zod';
import { existingUser } from '../directory/change-user.js';
import { editUser } from '../directory/edit-user.js';
import { removableUser } from '../directory/last-administrator.js';
import { givingRole, heldRoleName, roleName, takingRole } from '../directory/user-edits.js';
import { EntranceError } from '../errors.js';
import { actorOf } from '../guards/guards.js';
import { withoutBlanksAround } from '../identity/role-name.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import { addMember, removeMember } from '../teams/membership.js';
import { existingTeam } from '../teams/teams.js';
import type { Handlers, IdHandler } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';
import { questionAbout, type RoleQuestion } from './role-choice.js';
import { roleBadge } from './user-words.js';

/** The last day of a role or membership; empty for one without an end. */
const lastDay = z.iso.date().or(z.literal('')).default('');
const roleForm = z.object({ role: roleName, until: lastDay });
const wantedRoleForm = z.object({
  role: z.string().overwrite(withoutBlanksAround),
  until: lastDay,
  confirmed: z.literal('yes').optional(),
});
const heldRoleForm = z.object({ role: heldRoleName });
const teamForm = z.object({ team: z.string(), until: lastDay });

export function createUserGrants(deps: ConsoleDependencies) {
  const { directory, teams, pages, clock } = deps;
  const hrefOf = (id: string) => pages.at(`/admin/users/${encodeURIComponent(id)}`);

  return {
    /** Asks first if the role may do everything, or if nobody has it. */
    async giveRole(request, response) {
      const href = hrefOf(request.params.id);
      const { role: wanted, until, confirmed } = parseForm(request, wantedRoleForm);
      if (!confirmed) {
        const { fullName } = await existingUser(directory, request.params.id);
        if ((await questionAbout(deps, wanted, fullName)) !== undefined)
          return response.redirect(303, `${href}/roles/give?${new URLSearchParams({ role: wanted, until })}`);
      }
      await pages.answerForm(response, href, async () => {
        const { role, until } = parseForm(request, roleForm);
        const editing = { ...request.params, by: actorOf(request) };
        const user = await editUser(deps, editing, givingRole(role, endOfDay(until, clock.now())));
        return `${user.fullName} has the role ${roleBadge(role).label} now${untilDay(until)}, and uses it from the next sign-in on.`;
      });
    },

    async askToGiveRole(request, response) {
      const user = await existingUser(directory, request.params.id);
      const { role, until } = parseForm({ body: request.query }, roleForm);
      const { meant, ...question } =
        (await questionAbout(deps, role, user.fullName)) ?? usualQuestion(user, role);
      const action = `${hrefOf(user.id)}/roles`;
      pages.ask(request, response, 'users', {
        ...question,
        action,
        cancelHref: hrefOf(user.id),
        fields: { role, until, confirmed: 'yes' },
        other: meant && {
          href: `${action}/give?${new URLSearchParams({ role: meant.name, until })}`,
          label: `Give ${roleBadge(meant.name).label} instead`,
        },
      });
    },

    async askToTakeRole(request, response) {
      const user = await existingUser(directory, request.params.id);
      const { role } = parseForm({ body: request.query }, heldRoleForm);
      const { label } = roleBadge(role);
      pages.ask(request, response, 'users', {
        heading: `Take ${label} from ${user.fullName}?`,
        consequence: [
          `${user.fullName} will be signed out everywhere, at once, and has to sign in again.`,
          'What single sign-on gives stays: only the role that was given here is taken back.',
        ],
        action: `${hrefOf(user.id)}/roles/take`,
        confirmLabel: 'Take role',
        cancelHref: hrefOf(user.id),
        fields: { role },
      });
    },

    takeRole: (request, response) =>
      pages.answerForm(response, hrefOf(request.params.id), async () => {
        const { role } = parseForm(request, heldRoleForm);
        const editing = { ...request.params, by: actorOf(request) };
        if (role === PLATFORM_ADMIN) await removableUser(directory, editing);
        const user = await editUser(deps, editing, takingRole(role));
        return `${user.fullName} doesn’t have the role ${roleBadge(role).label} from here any more.`;
      }),

    joinTeam: (request, response) =>
      pages.answerForm(response, hrefOf(request.params.id), async () => {
        const { team: id, until: day } = parseForm(request, teamForm);
        const team = await existingTeam(teams, id);
        const until = endOfDay(day, clock.now());
        const change = { team, until, userId: request.params.id, by: actorOf(request) };
        const { fullName } = await addMember(directory, change);
        return `${fullName} is in the team ${team.name}${untilDay(day)}.`;
      }),

    leaveTeam: (request, response) =>
      pages.answerForm(response, hrefOf(request.params.id), async () => {
        const team = await existingTeam(teams, parseForm(request, teamForm).team);
        const change = { team, userId: request.params.id, by: actorOf(request) };
        const user = await removeMember(directory, change);
        return user.teams.some(({ name }) => name === team.id)
          ? `${user.fullName} stays in the team ${team.name} by single sign-on.`
          : `${user.fullName} has left the team ${team.name}.`;
      }),
  } satisfies Handlers<IdHandler>;
}

const DAY_MS = 86_400_000;

/**
 * The end of a day in UTC; undefined for no day.
 * @throws EntranceError `invalid_request` for a day that has passed
 */
function endOfDay(day: string, now: number): string | undefined {
  if (day === '') return undefined;
  const end = Date.parse(day) + DAY_MS;
  if (end > now) return new Date(end).toISOString();
  throw new EntranceError('invalid_request', { detail: 'Choose a last day that is today or later.' });
}

function untilDay(day: string): string {
  return day === '' ? '' : `, until the end of ${day} (UTC)`;
}

function usualQuestion({ fullName }: User, role: string): RoleQuestion {
  const { label } = roleBadge(role);
  return {
    heading: `Give ${label} to ${fullName}?`,
    consequence: ['If they are signed in, they are signed out everywhere, and have the role from then on.'],
    confirmLabel: 'Give role',
    danger: false,
  };
}
