import type { Response } from 'express';
import * as z from 'zod';
import { endIn, heldRoleName, roleName } from '../directory/user-edits.js';
import { EntranceError } from '../errors.js';
import { identitiesOf, tenantOf } from '../identity/linked-identities.js';
import { typedText } from '../identity/typed-text.js';
import { LONGEST_NAME, type User, userStatuses } from '../identity/user.js';
import { type TeamNames, teamNamesOf, teamsOf } from '../teams/team-names.js';
import { type Teams, teamNameSchema } from '../teams/teams.js';
import { sendVersioned } from './versions.js';

export const moment = z.iso.datetime();

const identitySchema = z
  .strictObject({
    provider: z.string(),
    provider_id: z.string(),
    tenant_id: z.string().nullable(),
    linked_at: moment,
  })
  .meta({ id: 'Identity', description: 'Somebody at a provider.' });

export const userSchema = z
  .strictObject({
    id: z.string().describe('UUID version 7.'),
    email: z.string(),
    email_confirmed: z
      .boolean()
      .describe(
        'False if the identity provider doesn’t vouch for the address, gives this person another one now, or gives it to somebody else: it isn’t to be used until the person signs in again and the provider vouches for it.',
      ),
    full_name: z.string(),
    provider: z.string().describe('The ID of a provider, or `local`.'),
    provider_id: z.string().nullable().describe('Who it is at the provider. Null until the first sign-in.'),
    tenant_id: z
      .string()
      .nullable()
      .describe('The directory (tenant) ID, of a provider that has directories.'),
    identities: z
      .array(identitySchema)
      .describe('All identities that the person signs in with: the one above, and further ones.'),
    status: z.enum(userStatuses),
    roles: z.array(
      z.strictObject({
        name: z.string(),
        origin: z.enum(['manual', 'sso']),
        until: moment
          .optional()
          .describe('When the role ends by itself; left out for a role without an end.'),
      }),
    ),
    teams: z.array(z.string()).describe('The names of the teams.'),
    created_at: moment,
    last_login_at: moment.nullable(),
  })
  .meta({ id: 'User', description: 'A person.' });

/** The end of a role or membership in a request. */
export const untilSchema = z.strictObject({ until: z.iso.datetime({ offset: true }).optional() });

/** @throws EntranceError `invalid_request` for a time that has passed */
export function parseUntil({ until }: z.infer<typeof untilSchema>, now: number): string | undefined {
  if (until === undefined) return undefined;
  if (Date.parse(until) > now) return new Date(until).toISOString();
  throw new EntranceError('invalid_request', { detail: 'until: it has to be a time to come.' });
}

export const fullNameSchema = typedText(LONGEST_NAME);

/** Roles in a request, by name: the roles that are given by hand. */
export const roleNamesSchema = z.array(roleName).max(100);

/** Roles in a request for a user who may hold some of these roles already. */
export const heldRoleNamesSchema = z.array(heldRoleName).max(100);

/** Teams in a request, by name: the teams that are given by hand. */
export const teamNamesSchema = z.array(teamNameSchema).max(100);

/** Answers with a user; the entity tag holds the user's version. */
export async function sendUser(response: Response, teams: Teams, user: User): Promise<void> {
  sendVersioned(response, user, userJson(user, await teamNamesOf(teams, [user])));
}

export function userJson(user: User, teamNames: TeamNames): z.infer<typeof userSchema> {
  return {
    id: user.id,
    email: user.email,
    email_confirmed: user.emailDoubt === undefined,
    full_name: user.fullName,
    provider: user.provider,
    provider_id: user.providerId,
    tenant_id: tenantIn(user.providerScope),
    identities: identitiesOf(user).map(({ provider, providerId, providerScope, linkedAt }) => ({
      provider,
      provider_id: providerId,
      tenant_id: tenantIn(providerScope),
      linked_at: linkedAt,
    })),
    status: user.status,
    roles: user.roles.map((grant) => {
      const until = endIn(grant);
      return { name: grant.name, origin: grant.origin, ...(until === undefined ? {} : { until }) };
    }),
    teams: [...teamsOf(user, teamNames)],
    created_at: user.createdAt,
    last_login_at: user.lastLoginAt,
  };
}

function tenantIn(providerScope: string | null): string | null {
  return providerScope === null ? null : (tenantOf({ providerScope }) ?? null);
}
