import * as z from 'zod';
import { accessJson } from '../access/access-json.js';
import { explainAccess } from '../access/explain.js';
import { existingUser } from '../directory/change-user.js';
import type { Dependencies } from '../stores.js';
import { type Operation, operation } from './operation.js';
import { moment } from './user-json.js';

const grantSchema = z.strictObject({
  name: z.string().describe('Of the role, or of the team.'),
  origin: z.enum(['manual', 'sso']),
  sources: z
    .array(
      z.strictObject({
        kind: z.enum(['group', 'app_role', 'domain', 'default']),
        value: z
          .string()
          .describe('The group’s ID, the app role’s value or the domain; empty for the default role.'),
        setting: z
          .string()
          .nullable()
          .describe(
            'The setting by which it gives this; null if it does no more, or if `judged_by` is null.',
          ),
      }),
    )
    .describe('What it rests on; nothing where it was given by hand.'),
  confirmed_at: moment.nullable().describe('When a sign-in last confirmed it.'),
});

const accessSchema = z
  .strictObject({
    user_id: z.string(),
    email: z.string(),
    email_confirmed: z.boolean(),
    judged_by: z
      .string()
      .nullable()
      .describe(
        'The provider whose settings were looked at; null if it isn’t known which one gave the grants.',
      ),
    roles: z.array(grantSchema),
    teams: z.array(grantSchema),
    last_seen: z
      .strictObject({
        at: moment,
        provider: z.string().nullable().describe('The provider that said it; null if it isn’t known.'),
        groups: z.array(z.string()).nullable().describe('IDs; null where not all are known.'),
        app_roles: z.array(z.string()).nullable().describe('Values; null where not all are known.'),
        verified_domain: z.string().nullable(),
      })
      .nullable()
      .describe('What the last sign-in through a provider said; null where there was none.'),
  })
  .meta({ id: 'Access', description: 'Why somebody holds their roles and is in their teams.' });

export function createAccessOperation(deps: Dependencies): Operation {
  return operation({
    id: 'explainAccess',
    method: 'get',
    path: '/auth/users/{id}/access',
    summary: 'Why a user holds their roles and is in their teams',
    access: 'users:read',
    answers: { 200: { description: 'Each grant and what it rests on.', schema: accessSchema } },
    problems: ['not_found'],
    async handle(request, response) {
      const user = await existingUser(deps.directory, request.params.id);
      response.json(accessJson(await explainAccess(deps, user, deps.config.sso)));
    },
  });
}
