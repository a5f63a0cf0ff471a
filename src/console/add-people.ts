import type { Request, Response } from 'express';
import * as z from 'zod';
import { type PeopleProvider, providerOfPeople } from '../config/provider-name.js';
import { EntranceError } from '../errors.js';
import { actorOf } from '../guards/guards.js';
import { addressIn } from '../identity/email.js';
import { parseRoleName } from '../identity/role-name.js';
import { displayText } from '../identity/text.js';
import { LONGEST_NAME } from '../identity/user.js';
import type { AddPeopleModel, ImportModel } from '../pages/models/people.js';
import { type ImportPlan, importPeople, planImport } from '../people/import-people.js';
import { lookalikeWarning } from '../people/lookalikes.js';
import type { PeopleProblem } from '../people/people-columns.js';
import { MOST_PEOPLE } from '../people/people-csv.js';
import { addPerson, checkPerson, type NewPerson } from '../people/provision.js';
import { uploadedFile } from '../requests/upload.js';
import { plural } from '../words.js';
import type { Handlers } from './console-pages.js';
import type { ConsoleDependencies } from './dependencies.js';
import { parseForm } from './form.js';
import { questionAbout, type RoleQuestion, roleOptions } from './role-choice.js';

const MOST_ROWS = 50;
const MOST_WARNINGS = 200;

const field = z.string().max(1_024).catch('');
const person = z.object({
  email: field.transform(addressIn),
  full_name: field.transform((name) => displayText(name, LONGEST_NAME) ?? ''),
  role: field.transform((role) => role.trim()),
  other_role: field.transform((role) => role.trim()),
  provider: field,
  confirmed: z.literal('yes').optional().catch(undefined),
});
type PersonForm = z.infer<typeof person>;
const NOTHING: PersonForm = { email: '', full_name: '', role: '', other_role: '', provider: '' };

/**
 * Adds people before their first sign-in: one person by a form, or many by a file, which the page shows before anybody
 * is added.
 */
export function createAddPeoplePages(deps: ConsoleDependencies) {
  const { config, directory, nameOfProvider, pages } = deps;
  const { providers } = config.sso;
  const providerOf = (named: string) => providerOfPeople(config, named);
  // Only administrators come here, and they may give every role.
  const rules = { providerOf, mayGive: () => true };

  return {
    show: (request, response) => send(request, response, NOTHING, undefined),

    async add(request, response) {
      const wanted = parseForm(request, person);
      const role = wanted.other_role || wanted.role;
      const checked = check(wanted);
      if ('problem' in checked) return send(request, response, wanted, checked.problem);
      const isAsked = role === '' || wanted.confirmed === 'yes';
      const question = isAsked ? undefined : await questionAbout(deps, role, checked.person.fullName);
      if (question !== undefined) return ask(request, response, { ...wanted, role }, question);
      try {
        const user = await addPerson(deps, checked.person, checked.provider.id, actorOf(request));
        const doubt = await lookalikeWarning(directory, user.email);
        const withProvider = providers.length === 0 ? '' : ` with ${checked.provider.name}`;
        const added = `${user.fullName} is added, and gets this account by signing in${withProvider}.`;
        const href = pages.at(`/admin/users/${user.id}`);
        if (doubt === undefined) pages.redirect(response, href, added);
        else pages.redirect(response, href, `${added} But ${user.email} ${doubt}`, 'warning');
      } catch (error) {
        if (!(error instanceof EntranceError) || error.code !== 'email_taken') throw error;
        return send(request, response, wanted, error.detail);
      }
    },

    async preview(request, response) {
      const file = await uploadedFile(request);
      sendPreview(request, response, await planImport(deps, file, { ...rules, skipsKnown: true }));
    },

    async importAll(request, response) {
      const file = await uploadedFile(request);
      // Known people are skipped only if the preview has said so.
      const skipsKnown = request.query.existing === 'skip';
      const plan = await planImport(deps, file, { ...rules, skipsKnown });
      if (plan.problems.length > 0) return sendPreview(request, response, plan);
      const count = await importPeople(deps, plan, actorOf(request));
      const text = `${plural(count, 'person is', 'people are')} added.`;
      pages.redirect(response, pages.at('/admin/users?sort=-created_at'), text);
    },
  } satisfies Handlers;

  function check(
    form: PersonForm,
  ): { readonly problem: string } | { readonly person: NewPerson; readonly provider: PeopleProvider } {
    const { email, full_name } = form;
    const role = form.other_role || form.role;
    if (email === '') return { problem: 'Enter an email address.' };
    const checked = checkPerson(config, form);
    if ('problem' in checked)
      return { problem: `${checked.field === 'email' ? `“${email}” ` : ''}${checked.problem}.` };
    const parsed = role === '' ? undefined : parseRoleName(role);
    if (parsed !== undefined && 'problem' in parsed) return { problem: `${parsed.problem}.` };
    const fullName = full_name || checked.email;
    return {
      provider: checked.provider,
      person: { email: checked.email, fullName, roles: role === '' ? [] : [role], teams: [] },
    };
  }

  /** Empty if there is only one provider. */
  function providerOptions(chosen: string): AddPeopleModel['person']['providers'] {
    if (providers.length < 2) return undefined;
    return providers.map(({ id, displayName }) => ({
      value: id,
      label: displayName,
      selected: id === chosen,
    }));
  }

  /** The form as it was sent goes on in the question, so that the answer adds the person. */
  function ask(
    request: Request,
    response: Response,
    { email, full_name, role, provider }: PersonForm,
    { meant: _meant, ...question }: RoleQuestion,
  ): void {
    pages.ask(request, response, 'users', {
      ...question,
      action: pages.at('/admin/users/add'),
      cancelHref: pages.at('/admin/users/add'),
      fields: { email, full_name, role, provider, confirmed: 'yes' },
    });
  }

  async function send(
    request: Request,
    response: Response,
    filled: PersonForm,
    problem: string | undefined,
  ): Promise<void> {
    const known = await roleOptions(deps);
    const isKnown = filled.other_role === '' && known.some(({ value }) => value === filled.role);
    const model: AddPeopleModel = {
      backHref: pages.at('/admin/users'),
      person: {
        action: pages.at('/admin/users/add'),
        email: filled.email,
        fullName: filled.full_name,
        roles: [
          { value: '', label: 'No role', selected: !isKnown },
          ...known.map((option) => ({ ...option, selected: isKnown && option.value === filled.role })),
        ],
        otherRole: isKnown ? '' : filled.other_role || filled.role,
        providers: providerOptions(filled.provider),
        problem,
      },
      file: {
        action: pages.at('/admin/users/import'),
        most: `${MOST_PEOPLE.toLocaleString('en')} people`,
        providers: providers.length < 2 ? undefined : providers.map(({ id }) => id),
      },
    };
    const status = problem === undefined ? 200 : 400;
    pages.show(request, response, 'add-people', { title: 'Add people', status, section: 'users' }, model);
  }

  function sendPreview(request: Request, response: Response, plan: ImportPlan): void {
    const { text, rows, skipped, problems, problemCount, warnings } = plan;
    const confirmation = pages.at(`/admin/users/import/confirm${skipped > 0 ? '?existing=skip' : ''}`);
    const model: ImportModel = {
      heading: headingOf(plan),
      problems: problems.map(placed),
      warnings: warnings.slice(0, MOST_WARNINGS).map(placed),
      problemCount: problemCount === 0 ? undefined : plural(problemCount, 'problem'),
      moreProblems: problemCount - problems.length,
      rows: rows.slice(0, MOST_ROWS).map((row) => ({
        line: row.line,
        email: row.email,
        name: row.full_name,
        roles: row.roles.join(', '),
        teams: row.teams.join(', '),
        provider: providers.length < 2 ? undefined : nameOfProvider(row.provider),
      })),
      moreRows: Math.max(0, rows.length - MOST_ROWS),
      confirm: problems.length === 0 && rows.length > 0 ? { action: confirmation, csv: text } : undefined,
      backHref: pages.at('/admin/users/add'),
    };
    const status = problems.length === 0 ? 200 : 422;
    pages.show(request, response, 'import', { title: 'Import', status, section: 'users' }, model);
  }
}

function headingOf({ rows, skipped, problems }: ImportPlan): string {
  if (problems.length > 0) return 'Nothing is added yet';
  if (rows.length === 0) return 'Everybody in this file is already there';
  const added = plural(rows.length, 'person', 'people');
  return skipped === 0
    ? `Add ${added}?`
    : `Add ${added}, and leave out ${skipped.toLocaleString('en')} who are there?`;
}

function placed({ line, column, problem }: PeopleProblem) {
  const place = line === 0 ? 'The file' : `Line ${line}`;
  return { place: column === null ? place : `${place}, ${column}`, problem };
}
