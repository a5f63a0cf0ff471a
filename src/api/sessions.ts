import type { Request } from 'express';
import * as z from 'zod';
import { existingUser } from '../directory/change-user.js';
import { type Editing, revokeSessions } from '../directory/edit-user.js';
import { EntranceError } from '../errors.js';
import { actorOf, principalOf } from '../guards/guards.js';
import type { User } from '../identity/user.js';
import { parseSessionQuery, sessionCursor, sessionQueryString } from '../requests/session-query.js';
import { endEverySession } from '../session/end-sessions.js';
import type { ListedSession } from '../session/session-store.js';
import type { Dependencies } from '../stores.js';
import { assertMayChange, assertMayChangeAnybody } from './may-grant.js';
import { type Operation, operation } from './operation.js';
import { pageSchema } from './page-schema.js';
import { moment } from './user-json.js';

const ofOne = {
  id: z.string().describe('Names the session and opens no door.'),
  device: z.string(),
  address: z.string(),
  provider: z.string().describe('The ID of a provider, or `local`.'),
  created_at: moment,
  last_seen_at: moment,
  current: z.boolean().describe('Whether it is the one that asks.'),
};
const sessionSchema = z
  .strictObject(ofOne)
  .meta({ id: 'Session', description: 'Where somebody is signed in.' });

const anyonesSchema = z
  .strictObject({
    ...ofOne,
    user: z.strictObject({
      id: z.string(),
      email: z.string().nullable().describe('Null while the address isn’t confirmed.'),
      full_name: z.string(),
    }),
  })
  .meta({ id: 'AnyonesSession', description: 'Where somebody is signed in, and who it is.' });

/** `/auth/sessions`: the sessions of everybody. `/auth/users/{id}/sessions`: those of a user. */
export function createSessionOperations(deps: Dependencies): readonly Operation[] {
  const { directory, sessions } = deps;
  return [
    operation({
      id: 'listAllSessions',
      method: 'get',
      path: '/auth/sessions',
      summary: 'The sessions of everybody, the latest sign-in first',
      access: 'sessions:write',
      query: sessionQueryString,
      answers: {
        200: { description: 'A page of sessions.', schema: pageSchema('sessions', anyonesSchema) },
      },
      async handle(request, response) {
        const current = currentHandle(request);
        const page = await sessions.list(parseSessionQuery(request.query).query);
        response.json({
          sessions: page.sessions.map((one) => ({
            ...sessionJson(one, current),
            user: {
              id: one.record.userId,
              email: one.record.email ?? null,
              full_name: one.record.fullName,
            },
          })),
          next_cursor: sessionCursor(page),
        });
      },
    }),

    operation({
      id: 'endAllSessions',
      method: 'delete',
      path: '/auth/sessions',
      summary: 'Sign everybody out everywhere, oneself included',
      access: 'sessions:write',
      changesUser: true,
      query: z.object({ except: z.literal('current').optional() }),
      answers: { 204: { description: 'The sessions have ended.' } },
      async handle(request, response) {
        assertMayChangeAnybody(principalOf(request));
        await endEverySession(deps, actorOf(request), exception(request));
        response.status(204).end();
      },
    }),

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
function exception(request: Request): string | undefined {
  const { except } = request.query;
  if (except === undefined) return undefined;
  const current = currentHandle(request);
  if (except === 'current' && current !== undefined) return current;
  throw new EntranceError('invalid_request', {
    detail: 'except: only “current” is known, and only a session has one, not an API token.',
  });
}

function currentHandle(request: Request): string | undefined {
  const principal = principalOf(request);
  return principal.kind === 'session' ? principal.session.handle : undefined;
}
