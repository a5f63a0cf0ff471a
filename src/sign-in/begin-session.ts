import type { Request, Response } from 'express';
import type { Directory } from '../directory/directory.js';
import { EntranceError } from '../errors.js';
import { sameRoles } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import type { SessionStore } from '../session/session-store.js';
import type { SessionWriter, SignInOrigin } from '../session/writing.js';

export interface SessionBeginning {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly sessionWriter: SessionWriter;
}

/**
 * Begins the session of an admitted user. Roles that changed with this sign-in end the sessions that still carry the old
 * ones; a user who was disabled or demoted while this one was being stored doesn't keep it.
 * @throws EntranceError `account_disabled`, or `sso_failed` where the roles changed in between
 */
export async function beginSession(
  { directory, sessions, sessionWriter }: SessionBeginning,
  request: Request,
  response: Response,
  { user, before }: { readonly user: User; readonly before: User | undefined },
  origin: SignInOrigin = {},
): Promise<void> {
  if (before !== undefined && !sameRoles(before.roles, user.roles)) await sessions.revokeOfUser(user.id);
  await sessionWriter.signIn(request, response, user, origin);

  const now = await directory.find(user.id);
  if (now?.status === 'active' && sameRoles(now.roles, user.roles)) return;
  await sessions.revokeOfUser(user.id);
  throw new EntranceError(now?.status === 'active' ? 'sso_failed' : 'account_disabled', {
    cause: 'changed while signing in',
  });
}
