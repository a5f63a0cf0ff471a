import type { Request } from 'express';
import * as z from 'zod';
import { existingUser } from '../directory/change-user.js';
import { type Editing, revokeSessions } from '../directory/edit-user.js';
import { EntranceError } from '../errors.js';
import { actorOf, principalOf } from '../guards/guards.js';
import type { User } from '../identity/user.js';
import type { ListedSession } from '../session/session-store.js';
import type { Dependencies } from '../stores.js';
import { assertMayChange } from './may-grant.js';
import { type Operation, operation } from './operation.js';
import { pageSchema } from './page-schema.js';
import { moment } from './user-json.js';

const sessionSchema = z
  .strictObject({
    id: z.string().describe('Names the session and opens no door.'),
    device: z.string(),
    address: z.string(),
    provider: z.string().describe('The ID of a provider, or `local`.'),
    created_at: moment,
    last_seen_at: moment,
    current: z.boolean().describe('Whether it is the one that asks.'),
  })
  .meta({ id: 'Session', description: 'Where somebody is signed in.' });

/** `/auth/users/{id}/sessions`: lists the sessions of a user, and ends them on every instance at once. */
export function createSessionOperations(deps: Dependencies): readonly Operation[] {
  const { directory, sessions } = deps;
  return [
    operation({
      id: 'listSessions',
      method: 'get',
      path: '/auth/users/{id}/sessions',
      summary: 'Where a user is signed in',
      access: 'sessions:write',
      answers: { 200: { description: 'All sessions.', schema: pageSchema('sessions', sessionSchema) } },
      problems: ['not_found'],
      async handle(request, response) {
        const user = await existingUser(directory, request.params.id);
        const current = currentHandle(request);
        const listed = await sessions.listOfUser(user.id);
        response.json({ sessions: listed.map((one) => sessionJson(one, current)), next_cursor: null });
      },
    }),

    operation({
      id: 'endSessions',
      method: 'delete',
      path: '/auth/users/{id}/sessions',
      summary: 'Sign a user out everywhere',
      access: 'sessions:write',
      changesUser: true,
      query: z.object({ except: z.literal('current').optional() }),
      answers: { 204: { description: 'The sessions have ended.' } },
      problems: ['not_found'],
      async handle(request, response) {
        const kept = exception(request);
        await revokeSessions(deps, editingBy(request), (handle) => handle !== kept);
        response.status(204).end();
      },
    }),

    operation({
      id: 'endSession',
      method: 'delete',
      path: '/auth/users/{id}/sessions/{session}',
      summary: 'End one session',
      access: 'sessions:write',
      changesUser: true,
      answers: { 204: { description: 'The session has ended.' } },
      problems: ['not_found'],
      async handle(request, response) {
        const { session } = request.params;
        const ended = await revokeSessions(deps, editingBy(request), (handle) => handle === session);
        if (ended === 0)
          throw new EntranceError('not_found', {
            detail: 'This user has no such session; perhaps it has ended.',
          });
        response.status(204).end();
      },
    }),
  ];
}

/** A session isn’t part of the user, so the change doesn't compare the user's version. */
function editingBy(request: UserRequest): Editing {
  const check = (user: User) => assertMayChange(principalOf(request), user);
  return { id: request.params.id, by: actorOf(request), check };
}

function sessionJson(
  { handle, record }: ListedSession,
  current: string | undefined,
): z.infer<typeof sessionSchema> {
  return {
    id: handle,
    device: record.device,
    address: record.address,
    provider: record.provider,
    created_at: new Date(record.createdAt).toISOString(),
    last_seen_at: new Date(record.lastSeenAt).toISOString(),
    current: handle === current,
  };
}

type UserRequest = Request<{ id: string }>;

/** `?except=current` keeps the session that sends the request. */
function exception(request: UserRequest): string | undefined {
  const { except } = request.query;
  if (except === undefined) return undefined;
  const current = currentHandle(request);
  if (except === 'current' && current !== undefined) return current;
  throw new EntranceError('invalid_request', {
    detail: 'except: only “current” is known, and only a session has one, not an API token.',
  });
}

function currentHandle(request: UserRequest): string | undefined {
  const principal = principalOf(request);
  return principal.kind === 'session' ? principal.session.handle : undefined;
}
