import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { actorOf } from '../guards/guards.js';
import { parseRoleName, withoutBlanksAround } from '../identity/role-name.js';
import type { User } from '../identity/user.js';
import { plural } from '../words.js';
import { type BulkAction, bulkAction } from './bulk-actions.js';
import { type Handlers, textOf } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';

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
      const action = await bulkAction(deps, asked, actorOf(request));
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
      const action = await bulkAction(deps, asked, actorOf(request));
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
