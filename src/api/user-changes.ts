import type { Request } from 'express';
import * as z from 'zod';
import { existingUser } from '../directory/change-user.js';
import { deleteUser, editUser } from '../directory/edit-user.js';
import {
  allOf,
  type Edit,
  givingRole,
  grantingRoles,
  renaming,
  roleName,
  settingStatus,
} from '../directory/user-edits.js';
import { EntranceError } from '../errors.js';
import { principalOf } from '../guards/guards.js';
import type { Dependencies } from '../stores.js';
import { settingTeams } from '../teams/membership.js';
import { type Teams, teamKey } from '../teams/teams.js';
import { parseSent } from '../validation.js';
import { changeOfUser } from './change-of-user.js';
import { assertMayGiveRoles } from './may-grant.js';
import { type Operation, operation } from './operation.js';
import {
  fullNameSchema,
  heldRoleNamesSchema,
  parseUntil,
  sendUser,
  teamNamesSchema,
  untilSchema,
  userSchema,
} from './user-json.js';

const changes = z.strictObject({
  full_name: fullNameSchema.optional(),
  status: z.enum(['active', 'disabled']).optional(),
  roles: heldRoleNamesSchema.optional(),
  teams: teamNamesSchema.optional(),
});

/** The operations that change or delete the user at `/auth/users/{id}`. */
export function createUserChangeOperations(deps: Dependencies): readonly Operation[] {
  const { directory, teams, clock } = deps;
  return [
    operation({
      id: 'updateUser',
      method: 'patch',
      path: '/auth/users/{id}',
      summary: 'Change a user: name, status, and the roles and teams that are given by hand',
      access: 'users:write',
      changesUser: true,
      body: changes,
      answers: { 200: { description: 'The user as it is now.', schema: userSchema } },
      problems: ['not_found', 'last_admin', 'stale'],
      versioned: true,
      async handle(request, response, wanted) {
        const editing = { ...request.params, ...changeOfUser(request) };
        const edit = allOf(await editsFor(request, wanted));
        await sendUser(response, teams, await editUser(deps, editing, edit));
      },
    }),

    operation({
      id: 'giveRole',
      method: 'put',
      path: '/auth/users/{id}/roles/{role}',
      summary: 'Give a user a role by hand, until a time or without an end',
      access: 'users:write',
      changesUser: true,
      body: untilSchema,
      bodyIsOptional: true,
      answers: { 200: { description: 'The user as it is now.', schema: userSchema } },
      problems: ['not_found', 'last_admin', 'stale'],
      versioned: true,
      async handle(request, response, wanted) {
        const { id, role } = request.params;
        const name = parseSent(roleName, role, 'role');
        assertMayGiveRoles(principalOf(request), [name]);
        const edit = givingRole(name, parseUntil(wanted, clock.now()));
        const editing = { id, ...changeOfUser(request) };
        await sendUser(response, teams, await editUser(deps, editing, edit));
      },
    }),

    operation({
      id: 'deleteUser',
      method: 'delete',
      path: '/auth/users/{id}',
      summary: 'Delete a user and end their sessions; whoever comes back is a new person',
      access: 'users:write',
      changesUser: true,
      answers: { 204: { description: 'The user is gone.' } },
      problems: ['not_found', 'last_admin', 'stale'],
      versioned: true,
      async handle(request, response) {
        await deleteUser(deps, { ...request.params, ...changeOfUser(request) });
        response.status(204).end();
      },
    }),
  ];

  async function editsFor(
    request: Request<{ id: string }>,
    { full_name, status, roles, teams: names }: z.infer<typeof changes>,
  ): Promise<readonly Edit[]> {
    const mayGive = (added: readonly string[]) => assertMayGiveRoles(principalOf(request), added);
    return [
      ...(full_name === undefined ? [] : [renaming(full_name)]),
      ...(status === undefined ? [] : [settingStatus(status)]),
      ...(roles === undefined ? [] : [grantingRoles(() => roles, mayGive)]),
      ...(names === undefined ? [] : [await teamsEdit(request.params.id, names)]),
    ];
  }

  async function teamsEdit(id: string, names: readonly string[]): Promise<Edit> {
    const [user, ids] = await Promise.all([existingUser(directory, id), idsOfTeams(teams, names)]);
    const known = await teams.findAll([...ids, ...user.teams.map(({ name }) => name)]);
    return settingTeams(ids, known);
  }
}

/** @throws EntranceError `invalid_request` that names the teams that don't exist */
export async function idsOfTeams(teams: Teams, names: readonly string[]): Promise<readonly string[]> {
  const ids = await teams.findIds(names);
  const missing = names.filter((name) => !ids.has(teamKey(name)));
  if (missing.length === 0) return [...ids.values()];
  throw new EntranceError('invalid_request', {
    detail: `teams: there is no team ${missing.map((name) => `“${name}”`).join(', ')}. POST /auth/teams creates one.`,
  });
}
