import type { Request, RequestHandler } from 'express';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { principalOf } from '../guards/guards.js';
import type { ListedSession, SessionStore } from '../session/session-store.js';

export interface SessionsApi {
  readonly list: RequestHandler<{ id: string }>;
  readonly endAll: RequestHandler<{ id: string }>;
  readonly end: RequestHandler<{ id: string; session: string }>;
}

/** `/auth/users/{id}/sessions`: where somebody is signed in, and ending that, on every instance at once. */
export function createSessionsApi({
  directory,
  sessions,
}: {
  readonly directory: Directory;
  readonly sessions: SessionStore;
}): SessionsApi {
  return {
    async list(request, response) {
      const userId = await existing(request.params.id);
      const current = currentHandle(request);
      const listed = await sessions.listOfUser(userId);
      response.json({ sessions: listed.map((one) => sessionJson(one, current)), next_cursor: null });
    },
    async endAll(request, response) {
      const userId = await existing(request.params.id);
      await sessions.revokeOfUser(userId, exception(request));
      response.status(204).end();
    },
    async end(request, response) {
      const ended = await sessions.revoke(await existing(request.params.id), request.params.session);
      if (!ended)
        throw new EntranceError('not_found', {
          detail: 'This user has no such session; perhaps it has ended.',
        });
      response.status(204).end();
    },
  };

  async function existing(userId: string): Promise<string> {
    if ((await directory.find(userId)) !== undefined) return userId;
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
