import type { Audit } from '../audit/audit.js';
import type { Actor, Reason } from '../audit/event.js';
import type { User } from '../identity/user.js';
import type { SessionStore } from './session-store.js';

/**
 * Ends all sessions of a user after a change that is recorded already, on every instance at once, and records how many
 * there were. In this order: a session that must end never goes on because the log is out of reach.
 */
export async function endSessions(
  { sessions, audit }: { readonly sessions: SessionStore; readonly audit: Audit },
  target: User,
  reason: Reason,
  by: Actor,
): Promise<void> {
  const ended = await sessions.revokeOfUser(target.id);
  if (ended > 0) await audit.record({ action: 'session-revoke', reason, by, target, sessions: ended });
}
