import * as z from 'zod';
import { providerOfPeople } from '../config/provider-name.js';
import { unlinkNamedIdentity } from '../directory/named-identity.js';
import { unlinkUser } from '../directory/unlink.js';
import { EntranceError } from '../errors.js';
import { actorOf, principalOf } from '../guards/guards.js';
import { importPeople, MOST_PROBLEMS, planImport } from '../people/import-people.js';
import { peopleColumns } from '../people/people-columns.js';
import { addPerson, checkPerson } from '../people/provision.js';
import { providerParameter } from '../requests/user-query.js';
import type { Dependencies } from '../stores.js';
import { optionalParameter, parseSent } from '../validation.js';
import { changeOfUser } from './change-of-user.js';
import { assertMayGiveRoles, mayGiveRole } from './may-grant.js';
import { type Operation, operation } from './operation.js';
import { idsOfTeams } from './user-changes.js';
import { fullNameSchema, roleNamesSchema, sendUser, teamNamesSchema, userSchema } from './user-json.js';

const newUser = z.strictObject({
  email: z.string().max(320),
  provider: z
    .string()
    .max(64)
    .optional()
    .describe(
      'The ID of the provider that the person will sign in with, as `GET /auth/sso/providers` gives it. No other provider’s word gives them the account. The first one that is set up if none is named.',
    ),
  full_name: fullNameSchema.optional(),
  roles: roleNamesSchema.default([]),
  teams: teamNamesSchema.default([]),
});

/** Bytes; text if the request names another encoding than UTF-8, or the host app has read the body already. */
const csvFile = z
  .unknown()
  .meta({ type: 'string' })
  .transform((body, context) => {
    if (typeof body === 'string' || body instanceof Uint8Array) return body;
    context.addIssue({ code: 'custom', message: 'a CSV file' });
    return z.NEVER;
  });

const importQuery = z.object({
  dry_run: z.enum(['true', 'false']).optional().describe('`true`: look, and change nothing.'),
  existing: z
    .enum(['refuse', 'skip'])
    .optional()
    .describe(
      'What becomes of a line whose person is there already: it is a problem, or with `skip` it is left out, as after an import that was cut off.',
    ),
});

const identityQuery = z.object({
  provider: optionalParameter(providerParameter).describe('The provider of the one identity that goes.'),
  provider_id: optionalParameter(z.string().max(1_024)).describe(
    'Who it is there, if the account has several identities of that provider.',
  ),
});

const problemSchema = z.strictObject({
  line: z.int().describe('0 where it is the file as a whole.'),
  column: z.enum(peopleColumns).nullable(),
  problem: z.string(),
});

const importSchema = z.strictObject({
  created: z.int().nonnegative().describe('How many were added: all, or with `dry_run` none.'),
  skipped: z.int().nonnegative().describe('How many lines were left out, with `existing=skip`.'),
  rows: z.array(
    z.strictObject({
      line: z.int(),
      email: z.string(),
      provider: z.string().describe('The ID of the provider; what the file says if there is none such.'),
      full_name: z.string(),
      roles: z.array(z.string()),
      teams: z.array(z.string()),
    }),
  ),
  problems: z.array(problemSchema).describe(`What has to be corrected first: the first ${MOST_PROBLEMS}.`),
  problem_count: z.int().nonnegative().describe('How many problems there are in all.'),
  warnings: z
    .array(problemSchema)
    .describe('What may not be meant, such as an address that looks like another one. It stops nothing.'),
});

/** The operations that add people before their first sign-in, and that unlink an account from its identity. */
export function createProvisioningOperations(deps: Dependencies): readonly Operation[] {
  const { config, teams } = deps;
  return [
    operation({
      id: 'createUser',
      method: 'post',
      path: '/auth/users',
      summary: 'Add a user before their first sign-in, which claims the account by its verified email',
      access: 'users:write',
      body: newUser,
      answers: { 201: { description: 'The new user.', schema: userSchema, located: true } },
      problems: ['email_taken'],
      versioned: true,
      async handle(request, response, wanted) {
        const checked = checkPerson(config, wanted);
        if ('problem' in checked) {
          const place = checked.field === 'email' ? 'email: this' : 'provider:';
          throw new EntranceError('invalid_request', { detail: `${place} ${checked.problem}` });
        }
        assertMayGiveRoles(principalOf(request), wanted.roles);
        const person = {
          email: checked.email,
          fullName: wanted.full_name ?? checked.email,
          roles: wanted.roles,
          teams: await idsOfTeams(teams, wanted.teams),
        };
        const user = await addPerson(deps, person, checked.provider.id, actorOf(request));
        response.status(201).location(`${request.baseUrl}${request.path}/${user.id}`);
        await sendUser(response, teams, user);
      },
    }),

    operation({
      id: 'importUsers',
      method: 'post',
      path: '/auth/users/import',
      summary:
        'Add the people of a CSV file, all or none: email, and optionally full_name, roles, teams, provider',
      access: 'users:write',
      query: importQuery,
      body: csvFile,
      consumes: 'text/csv',
      answers: { 200: { description: 'What was done, or would be.', schema: importSchema } },
      problems: ['import_invalid', 'import_undone'],
      async handle(request, response, file) {
        const query = parseSent(importQuery, request.query, 'query string');
        const isDryRun = query.dry_run === 'true';
        const skipsKnown = query.existing === 'skip';
        const principal = principalOf(request);
        const mayGive = (role: string) => mayGiveRole(principal, role);
        const providerOf = (named: string) => providerOfPeople(config, named);
        const plan = await planImport(deps, file, { providerOf, mayGive, skipsKnown });
        const created = isDryRun ? 0 : await importPeople(deps, plan, actorOf(request));
        const { rows, skipped, problems, problemCount, warnings } = plan;
        response.json({ created, skipped, rows, problems, problem_count: problemCount, warnings });
      },
    }),

    operation({
      id: 'unlinkUser',
      method: 'delete',
      path: '/auth/users/{id}/identity',
      summary:
        'Part an account from its identities: the next sign-in with its verified email claims it anew. With `provider`, part it from that one of several alone',
      access: 'users:write',
      query: identityQuery,
      changesUser: true,
      answers: { 200: { description: 'The user, who isn’t signed in any more.', schema: userSchema } },
      problems: ['not_found', 'last_admin', 'last_identity', 'stale'],
      versioned: true,
      async handle(request, response) {
        const named = parseSent(identityQuery, request.query, 'query string');
        const change = { ...request.params, ...changeOfUser(request) };
        if (named.provider === undefined && named.provider_id !== undefined)
          throw new EntranceError('invalid_request', {
            detail: 'provider_id: it means nothing without the provider. Give both.',
          });
        const user = await (named.provider === undefined
          ? unlinkUser(deps, change)
          : unlinkNamedIdentity(deps, change, { ...named, provider: named.provider }));
        await sendUser(response, teams, user);
      },
    }),
  ];
}
