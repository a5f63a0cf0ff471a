import type { Request, Response } from 'express';
import { EntranceError } from '../errors.js';
import { type Claimed, isComplete } from '../identity/claimed.js';
import { holdsIdentity, tenantOf } from '../identity/linked-identities.js';
import { sameRoles } from '../identity/roles.js';
import { confirmedEmail, type User } from '../identity/user.js';
import { originOf } from '../requests/request-id.js';
import { endSessions } from '../session/end-sessions.js';
import type { SessionWriter, SignInOrigin } from '../session/writing.js';
import type { Dependencies } from '../stores.js';
import type { Admitted } from './admit-user.js';

export interface SessionBeginning extends Pick<Dependencies, 'audit' | 'directory' | 'hooks' | 'sessions'> {
  readonly sessionWriter: SessionWriter;
}

/**
 * Records the sign-in of an admitted user and begins their session. If this sign-in changed their roles, the sessions
 * with the old roles end. If the user was disabled or changed while the session was being stored, the session ends at
 * once.
 * @throws EntranceError `account_disabled` if the user isn't active any more, or `sso_failed` if the roles, the address
 *   or the identities changed in between
 */
export async function beginSession(
  deps: SessionBeginning,
  request: Request,
  response: Response,
  { user, before, asserted }: Admitted,
  origin: SignInOrigin = {},
): Promise<void> {
  const { directory, sessions, sessionWriter, audit, hooks } = deps;
  const provider = origin.key?.provider ?? user.provider;
  const by = { ...originOf(request), user };
  if (before !== undefined && !sameRoles(before.roles, user.roles))
    await endSessions(deps, user, 'roles_changed', by);
  await audit.record({
    action: 'user-sign-in',
    by,
    provider,
    tenantId: origin.key && tenantOf(origin.key),
    groupsUnknown: isUnknown(asserted?.groups),
    appRolesUnknown: isUnknown(asserted?.appRoles),
  });
  await sessionWriter.signIn(request, response, user, origin);

  const now = await directory.find(user.id);
  if (now?.status === 'active' && isAsSignedIn(now, user, origin))
    return hooks.signedIn({ user, provider, isNew: before === undefined });
  await sessions.revokeOfUser(user.id);
  throw new EntranceError(now?.status === 'active' ? 'sso_failed' : 'account_disabled', {
    cause: 'changed while signing in',
  });
}

function isUnknown(claimed: Claimed | undefined): true | undefined {
  return claimed === undefined || isComplete(claimed) ? undefined : true;
}

/** The session holds the roles and the address of the user, who must still have the identity. */
function isAsSignedIn(now: User, user: User, { key }: SignInOrigin): boolean {
  const isHeld = key === undefined || holdsIdentity(now, key);
  return isHeld && sameRoles(now.roles, user.roles) && confirmedEmail(now) === confirmedEmail(user);
}
