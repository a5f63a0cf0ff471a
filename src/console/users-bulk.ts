import * as z from 'zod';
import { editUser } from '../directory/edit-user.js';
import { reasonToKeep, removableUser } from '../directory/last-administrator.js';
import { type Edit, givingRole, settingStatus } from '../directory/user-edits.js';
import { EntranceError } from '../errors.js';
import { actorOf } from '../guards/guards.js';
import { parseRoleName, withoutBlanksAround } from '../identity/role-name.js';
import { PLATFORM_ADMIN } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import { addMember } from '../teams/membership.js';
import { existingTeam, type Team } from '../teams/teams.js';
import { plural } from '../words.js';
import { type Handlers, textOf } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';
import { roleBadge } from './user-words.js';

/** The most people of one action: those of a page of the list, and some to spare. */
const MOST_CHOSEN = 100;
/** The most people whom a text names; it counts the others. */
const MOST_NAMED = 20;

const inWords = new Intl.ListFormat('en');

const several = z.preprocess(
  (sent) => (Array.isArray(sent) ? sent : sent === undefined || sent === '' ? [] : [sent]),
  z.array(z.string().max(100)).max(MOST_CHOSEN),
);
const shared = {
  do: z.enum(['disable', 'enable', 'join', 'give']),
  team: z.string().max(100).default(''),
  role: z.string().overwrite(withoutBlanksAround).default(''),
  /** The query string of the list, to which the answer leads back. */
  list: z.string().max(2_000).default(''),
};
const askForm = z.object({ ...shared, id: several });
const doForm = z.object({
  ...shared,
  ids: z
    .string()
    .transform((ids) => ids.split(' ').filter((id) => id !== ''))
    .refine((ids) => ids.length <= MOST_CHOSEN),
});

type Asked = Omit<z.infer<typeof askForm>, 'id'>;

/** An action on several people, and what it says about itself. */
interface BulkAction {
  /** “Disable Ada and Bob?” */
  readonly question: (who: string) => string;
  readonly confirmLabel: string;
  readonly danger: boolean;
  readonly endsSessions: boolean;
  readonly consequence: string;
  /** “Ada and Bob are disabled and signed out everywhere.” */
  readonly done: (who: string, count: number) => string;
  /** Whether the person is already as the action would make them. */
  isDone(user: User): boolean;
  /** The reason why it can't be done, as far as it is known before it is tried. */
  problem(user: User): Promise<string | undefined>;
  run(id: string): Promise<User>;
}

/** Disables, enables, adds to a team or gives a role to several people, after one question. */
export function createBulkPages(deps: ConsoleDependencies) {
  const { directory, sessions, teams, pages } = deps;
  const listHref = (list: string) => {
    const query = new URLSearchParams(list).toString();
    return pages.at(`/admin/users${query === '' ? '' : `?${query}`}`);
  };

  return {
    async ask(request, response) {
      const { id: ids, ...asked } = parseForm({ body: request.query }, askForm);
      const href = listHref(asked.list);
      const problem = await problemOf(asked, ids);
      if (problem !== undefined) return pages.redirect(response, href, problem, 'warning');
      const action = await actionFor(asked, actorOf(request));
      const { able, already, unable, gone } = await sorted([...new Set(ids)], action);
      const rest = [
        ...unable.map(({ user, reason }) => `Nothing is done to ${user.fullName}. ${reason}`),
        ...(already.length > 0 ? [`Nothing changes for ${namesOf(already)}.`] : []),
        ...(gone > 0
          ? [`${plural(gone, 'account')} of those you chose ${gone === 1 ? 'is' : 'are'} gone.`]
          : []),
      ];
      if (able.length === 0)
        return pages.redirect(response, href, ['Nothing was done.', ...rest].join(' '), 'warning');
      const open = await Promise.all(able.map((user) => sessions.listOfUser(user.id)));
      const signedIn = open.filter(({ length }) => length > 0).length;
      const count = open.reduce((sum, { length }) => sum + length, 0);
      pages.ask(request, response, 'users', {
        heading: action.question(able.length === 1 ? namesOf(able) : plural(able.length, 'person', 'people')),
        consequence: [
          ...(able.length === 1 ? [] : [`${namesOf(able)}.`]),
          ...(action.endsSessions ? [sessionsInWords(count, signedIn)] : []),
          action.consequence,
          ...rest,
        ],
        action: pages.at('/admin/users/bulk'),
        confirmLabel: action.confirmLabel,
        danger: action.danger,
        cancelHref: href,
        fields: { ...asked, ids: able.map(({ id }) => id).join(' ') },
      });
    },

    async carryOut(request, response) {
      const { ids, ...asked } = parseForm(request, doForm);
      const href = listHref(asked.list);
      const problem = await problemOf(asked, ids);
      if (problem !== undefined) return pages.redirect(response, href, problem, 'warning');
      const action = await actionFor(asked, actorOf(request));
      const done: User[] = [];
      const refused: string[] = [];
      const waiting = [...new Set(ids)];
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        try {
          done.push(await action.run(id));
        } catch (error) {
          if (!(error instanceof EntranceError)) throw error;
          const user = await directory.find(id).catch(() => undefined);
          refused.push(`${user?.fullName ?? 'One account'}: ${textOf(error)}`);
          if (error.status >= 500) break;
        }
      }
      const untried =
        waiting.length === 0 ? [] : [`${plural(waiting.length, 'more person', 'more people')} not tried.`];
      const text = [
        done.length === 0 ? 'Nothing was done.' : action.done(namesOf(done), done.length),
        ...(refused.length > 0 ? ['Not done for', ...refused] : []),
        ...untried,
      ];
      pages.redirect(response, href, text.join(' '), refused.length > 0 ? 'warning' : 'success');
    },
  } satisfies Handlers;

  /** Tells the person what the form lacks; undefined if it is complete. */
  async function problemOf(asked: Asked, ids: readonly string[]): Promise<string | undefined> {
    if (ids.length === 0) return 'Choose people first: tick the boxes beside their names.';
    if (asked.do === 'join' && (await teams.find(asked.team)) === undefined)
      return 'Choose the team to add the people to.';
    if (asked.do !== 'give') return undefined;
    if (asked.role === '') return 'Choose the role to give to the people.';
    const parsed = parseRoleName(asked.role);
    return 'problem' in parsed ? `The role can’t be given: ${parsed.problem}.` : undefined;
  }

  async function sorted(ids: readonly string[], action: BulkAction) {
    const found = await Promise.all(ids.map((id) => directory.find(id)));
    const users = found.filter((user) => user !== undefined);
    const already = users.filter(action.isDone);
    const reasons = await Promise.all(
      users
        .filter((user) => !already.includes(user))
        .map(async (user) => ({ user, reason: await action.problem(user) })),
    );
    return {
      able: reasons.flatMap(({ user, reason }) => (reason === undefined ? [user] : [])),
      unable: reasons.filter(({ reason }) => reason !== undefined),
      already,
      gone: ids.length - users.length,
    };
  }

  async function actionFor(asked: Asked, by: ReturnType<typeof actorOf>): Promise<BulkAction> {
    const edit = (change: Edit) => (id: string) => editUser(deps, { id, by }, change);
    switch (asked.do) {
      case 'disable':
        return {
          question: (who) => `Disable ${who}?`,
          confirmLabel: 'Disable accounts',
          danger: true,
          endsSessions: true,
          consequence: 'They can’t sign in again until somebody enables the accounts. Nothing is deleted.',
          done: (who, count) => `${who} ${areOrIs(count)} disabled and signed out everywhere.`,
          isDone: ({ status }) => status === 'disabled',
          problem: async (user) => undecided(user) ?? reasonToKeep(directory, user, by),
          run: async (id) => {
            await removableUser(directory, { id, by });
            return edit(settingStatus('disabled'))(id);
          },
        };
      case 'enable':
        return {
          question: (who) => `Enable ${who}?`,
          confirmLabel: 'Enable accounts',
          danger: false,
          endsSessions: false,
          consequence: 'They can sign in again, with the roles that they have.',
          done: (who, count) => `${who} ${areOrIs(count)} enabled and can sign in again.`,
          isDone: ({ status }) => status === 'active',
          problem: async (user) => undecided(user),
          run: edit(settingStatus('active')),
        };
      case 'join':
        return joining(await existingTeam(teams, asked.team), by);
      case 'give':
        return giving(asked.role, edit(givingRole(asked.role)));
    }
  }

  function joining(team: Team, by: ReturnType<typeof actorOf>): BulkAction {
    return {
      question: (who) => `Add ${who} to the team ${team.name}?`,
      confirmLabel: 'Add to team',
      danger: false,
      endsSessions: false,
      consequence:
        'Nobody is signed out. They stay in the team until somebody removes them, whatever single sign-on says.',
      done: (who, count) => `${who} ${areOrIs(count)} in the team ${team.name}.`,
      isDone: (user) => user.teams.some(({ name, origin }) => name === team.id && origin === 'manual'),
      problem: async () => undefined,
      run: (userId) => addMember(directory, { team, userId, by }),
    };
  }

  function giving(role: string, run: BulkAction['run']): BulkAction {
    const { label } = roleBadge(role);
    const power =
      role === PLATFORM_ADMIN
        ? ['They may then do everything here: see and change every account, and create API tokens.']
        : [];
    return {
      question: (who) => `Give ${label} to ${who}?`,
      confirmLabel: 'Give role',
      danger: role === PLATFORM_ADMIN,
      endsSessions: true,
      consequence: [...power, 'They have the role from the next sign-in on.'].join(' '),
      done: (who, count) =>
        `${who} ${count === 1 ? 'has' : 'have'} the role ${label} from the next sign-in on.`,
      isDone: (user) => user.roles.some(({ name, origin }) => name === role && origin === 'manual'),
      problem: async () => undefined,
      run,
    };
  }
}

function undecided({ status }: User): string | undefined {
  return status === 'pending' || status === 'rejected'
    ? 'the account waits for a decision, or was rejected: approve it first.'
    : undefined;
}

function sessionsInWords(count: number, people: number): string {
  if (count === 0) return 'None of them is signed in now.';
  const sessions = count === 1 ? '1 session ends' : `${count} sessions end`;
  return `${sessions}, at once: ${plural(people, 'person', 'people')} ${people === 1 ? 'is' : 'are'} signed out.`;
}

function namesOf(users: readonly User[]): string {
  const names = users.map(({ fullName }) => fullName);
  const rest = names.length - MOST_NAMED;
  return inWords.format(rest > 0 ? [...names.slice(0, MOST_NAMED), `${rest} more`] : names);
}

function areOrIs(count: number): string {
  return count === 1 ? 'is' : 'are';
}
