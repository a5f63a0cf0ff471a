import type { Audit } from '../audit/audit.js';
import type { Actor, Person, Reason } from '../audit/event.js';
import type { ProviderId, User } from '../identity/user.js';
import type { SessionStore } from './session-store.js';

interface Stores {
  readonly sessions: SessionStore;
  readonly audit: Audit;
}

/**
 * Ends all sessions of a user on every instance at once, and records their number. The change that led to this is
 * recorded already. The sessions end before the event is recorded, so that a session that must end never goes on
 * because the log can't be reached.
 */
export async function endSessions(
  { sessions, audit }: Stores,
  target: Person & Pick<User, 'id'>,
  reason: Reason,
  by: Actor,
): Promise<void> {
  const ended = await sessions.revokeOfUser(target.id);
  if (ended > 0) await audit.record({ action: 'session-revoke', reason, by, target, sessions: ended });
}

/** Ends the sessions of a user that began with this provider, in the same way. */
export async function endSessionsOfProvider(
  { sessions, audit }: Stores,
  target: Person & Pick<User, 'id'>,
  provider: ProviderId,
  reason: Reason,
  by: Actor,
): Promise<void> {
  const listed = await sessions.listOfUser(target.id);
  const begun = listed.filter(({ record }) => record.provider === provider);
  const ended = await Promise.all(begun.map(({ handle }) => sessions.revoke(target.id, handle)));
  const count = ended.filter(Boolean).length;
  if (count > 0) await audit.record({ action: 'session-revoke', reason, by, target, sessions: count });
}

/** Ends the sessions of everybody but `except`. If the event can’t be recorded first, no session ends. */
export async function endEverySession(
  { sessions, audit }: Stores,
  by: Actor,
  except?: string,
): Promise<number> {
  const live = await sessions.count();
  const meant = except === undefined ? live : Math.max(0, live - 1);
  await audit.record({ action: 'session-revoke', by, sessions: meant });
  return sessions.revokeAll(except);
}
