import * as z from 'zod';
import { type Grant, grantSources, type User, userStatuses } from '../identity/user.js';
import { membershipsIn } from '../teams/membership.js';
import type { Team } from '../teams/teams.js';
import { moment } from './user-json.js';

export const teamSchema = z
  .strictObject({
    id: z.string().describe('UUID version 7.'),
    name: z.string(),
    description: z.string().nullable(),
    origin: z.enum(['manual', 'sso']).describe('`sso`: created because a mapping names it.'),
    members: z.int().nonnegative().describe('How many people are in it.'),
    created_at: moment,
  })
  .meta({ id: 'Team', description: 'A team.' });

export const memberSchema = z
  .strictObject({
    id: z.string().describe('The user’s ID.'),
    email: z.string(),
    email_confirmed: z.boolean(),
    full_name: z.string(),
    status: z.enum(userStatuses),
    memberships: z
      .array(
        z.discriminatedUnion('origin', [
          z.strictObject({ origin: z.literal('manual'), until: moment.optional() }),
          z.strictObject({
            origin: z.literal('sso'),
            mapped_from: z.array(z.strictObject({ kind: z.enum(grantSources), value: z.string() })),
            confirmed_at: moment,
          }),
        ]),
      )
      .describe('What the person is in the team by: by hand, by single sign-on, or both.'),
  })
  .meta({ id: 'Member', description: 'A person in a team.' });

export function teamJson(team: Team, members: number): z.infer<typeof teamSchema> {
  return {
    id: team.id,
    name: team.name,
    description: team.description,
    origin: team.origin,
    members,
    created_at: team.createdAt,
  };
}

export function memberJson(user: User, team: Team): z.infer<typeof memberSchema> {
  return {
    id: user.id,
    email: user.email,
    email_confirmed: user.emailDoubt === undefined,
    full_name: user.fullName,
    status: user.status,
    memberships: membershipsIn(user, team).map(membershipJson),
  };
}

function membershipJson(grant: Grant): z.infer<typeof memberSchema>['memberships'][number] {
  return grant.origin === 'manual'
    ? { origin: grant.origin, ...(grant.until === undefined ? {} : { until: grant.until }) }
    : { origin: grant.origin, mapped_from: [...grant.sources], confirmed_at: grant.confirmedAt };
}
