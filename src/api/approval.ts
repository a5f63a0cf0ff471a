import * as z from 'zod';
import { editUser } from '../directory/edit-user.js';
import { approving, rejecting, rejectionReason } from '../people/approval.js';
import type { Dependencies } from '../stores.js';
import { changeOfUser } from './change-of-user.js';
import { type Operation, operation } from './operation.js';
import { sendUser, userSchema } from './user-json.js';

/** The operations that decide about people whom `GET /auth/users?status=pending` lists. */
export function createApprovalOperations(deps: Dependencies): readonly Operation[] {
  const { clock, teams } = deps;
  return [
    operation({
      id: 'approveUser',
      method: 'post',
      path: '/auth/users/{id}/approve',
      summary: 'Let in somebody who waits for approval, or who was rejected',
      access: 'users:write',
      changesUser: true,
      answers: { 200: { description: 'The user, who may sign in now.', schema: userSchema } },
      problems: ['not_found', 'not_pending', 'stale'],
      versioned: true,
      async handle(request, response) {
        const editing = { ...request.params, ...changeOfUser(request) };
        await sendUser(response, teams, await editUser(deps, editing, approving(clock.now())));
      },
    }),

    operation({
      id: 'rejectUser',
      method: 'post',
      path: '/auth/users/{id}/reject',
      summary: 'Keep out somebody who waits for approval; the person sees the reason',
      access: 'users:write',
      changesUser: true,
      body: z.strictObject({ reason: rejectionReason.nullable().default(null) }),
      bodyIsOptional: true,
      answers: { 200: { description: 'The user, who is kept out.', schema: userSchema } },
      problems: ['not_found', 'not_pending', 'stale'],
      versioned: true,
      async handle(request, response, { reason }) {
        const editing = { ...request.params, ...changeOfUser(request) };
        await sendUser(response, teams, await editUser(deps, editing, rejecting(reason, clock.now())));
      },
    }),
  ];
}
