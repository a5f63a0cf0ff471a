import * as z from 'zod';
import { EntranceError } from '../errors.js';
import { principalOf } from '../guards/guards.js';
import { confirmedEmail, type User } from '../identity/user.js';
import { endOf, type SessionRecord } from '../session/session-record.js';
import type { Dependencies } from '../stores.js';
import { type TeamNames, teamNamesOf } from '../teams/team-names.js';
import { type Operation, operation } from './operation.js';
import { tokenJson, tokenSchema } from './token-json.js';
import { moment, userJson, userSchema } from './user-json.js';

/** An app may identify the caller by this answer, so an address that isn't confirmed is left out. */
const personSchema = userSchema.extend({
  email: z.string().nullable().describe('Null while the address isn’t confirmed.'),
});

function personJson(user: User, teamNames: TeamNames): z.infer<typeof personSchema> {
  return { ...userJson(user, teamNames), email: confirmedEmail(user) ?? null };
}

const callerSchema = z.union([
  personSchema
    .extend({
      session: z.strictObject({ created_at: moment, expires_at: moment, roles: z.array(z.string()) }),
    })
    .meta({ description: 'Somebody who is signed in.' }),
  personSchema.extend({ token: tokenSchema }).meta({ description: 'A token, and who made it.' }),
  z.strictObject({ token: tokenSchema }).meta({ description: 'A token that the operator made.' }),
]);

/** `GET /auth/me`: the user, and the session or the token that the request showed. */
export function createMeOperation({ directory, teams, config }: Dependencies): Operation {
  return operation({
    id: 'getCaller',
    method: 'get',
    path: '/auth/me',
    summary: 'Who is calling',
    access: 'principal',
    answers: { 200: { description: 'The caller.', schema: callerSchema } },
    async handle(request, response) {
      const principal = principalOf(request);
      if (principal.kind === 'session') {
        const { record } = principal.session;
        const user = await directory.find(record.userId);
        if (user === undefined) throw new EntranceError('not_signed_in');
        response.json({
          ...personJson(user, await teamNamesOf(teams, [user])),
          session: sessionJson(record),
        });
        return;
      }
      const { token } = principal;
      const maker = token.createdBy === null ? undefined : await directory.find(token.createdBy);
      const person = maker === undefined ? {} : personJson(maker, await teamNamesOf(teams, [maker]));
      response.json({ ...person, token: tokenJson(token) });
    },
  });

  function sessionJson(record: SessionRecord) {
    return {
      created_at: new Date(record.createdAt).toISOString(),
      expires_at: new Date(endOf(record, config.session)).toISOString(),
      roles: record.roles,
    };
  }
}
