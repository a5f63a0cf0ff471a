import type { Request, RequestHandler } from 'express';
import type { Audit } from '../audit/audit.js';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { actorOf, principalOf } from '../guards/guards.js';
import type { User } from '../identity/user.js';
import { revokeSessions } from '../session/end-sessions.js';
import type { ListedSession, SessionStore } from '../session/session-store.js';

export interface SessionsApi {
  readonly list: RequestHandler<{ id: string }>;
  readonly endAll: RequestHandler<{ id: string }>;
  readonly end: RequestHandler<{ id: string; session: string }>;
}

/** `/auth/users/{id}/sessions`: where somebody is signed in, and ending that, on every instance at once. */
export function createSessionsApi(stores: {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly audit: Audit;
}): SessionsApi {
  return {
    async list(request, response) {
      const user = await existing(request.params.id);
      const current = currentHandle(request);
      const listed = await stores.sessions.listOfUser(user.id);
      response.json({ sessions: listed.map((one) => sessionJson(one, current)), next_cursor: null });
    },
    async endAll(request, response) {
      const user = await existing(request.params.id);
      const kept = exception(request);
      await revokeSessions(stores, user, (handle) => handle !== kept, actorOf(request));
      response.status(204).end();
    },
    async end(request, response) {
      const { id, session } = request.params;
      const ended = await revokeSessions(
        stores,
        await existing(id),
        (handle) => handle === session,
        actorOf(request),
      );
      if (ended === 0)
        throw new EntranceError('not_found', {
          detail: 'This user has no such session; perhaps it has ended.',
        });
      response.status(204).end();
    },
  };

  async function existing(userId: string): Promise<User> {
    const user = await stores.directory.find(userId);
    if (user !== undefined) return user;
    throw new EntranceError('not_found', { detail: 'There is no user with this ID.' });
  }
}

function sessionJson({ handle, record }: ListedSession, current: string | undefined) {
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

/** `?except=current` keeps the session that asks. */
function exception(request: Request<{ id: string }>): string | undefined {
  const { except } = request.query;
  if (except === undefined) return undefined;
  const current = currentHandle(request);
  if (except === 'current' && current !== undefined) return current;
  throw new EntranceError('invalid_request', {
    detail: 'except: only “current” is known, and only a session has one, not an API token.',
  });
}

function currentHandle(request: Request<{ id: string }>): string | undefined {
  const principal = principalOf(request);
  return principal.kind === 'session' ? principal.session.handle : undefined;
}
