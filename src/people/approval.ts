import type { Logger } from 'pino';
import type { Actor } from '../audit/event.js';
import type { Clock } from '../clock.js';
import type { Directory, UserQuery } from '../directory/directory.js';
import type { Edit } from '../directory/user-edits.js';
import { EntranceError } from '../errors.js';
import { hasLapsed, REQUEST_LIFETIME_DAYS } from '../identity/approval.js';
import { optionalTypedText } from '../identity/typed-text.js';
import type { User } from '../identity/user.js';

/** The pause between two searches for lapsed requests. */
const LAPSE_CHECK_INTERVAL_MS = 10 * 60 * 1_000;

/** An empty text counts as none. It travels in a cookie to the page that shows it, so it is short. */
export const rejectionReason = optionalTypedText(500);

/** The users who wait for an administrator's approval, in the order in which they asked. */
export const waitingUsers = {
  status: 'pending',
  sort: 'created_at',
  descending: false,
  limit: 100,
} as const satisfies UserQuery;

/** @throws EntranceError `not_pending`, and `not_found` for a request that has lapsed */
export function approving(now: number): Edit {
  return (user, by) => {
    if (user.status === 'active') return undefined;
    if (user.status === 'disabled') throw new EntranceError('not_pending');
    assertStands(user, now);
    return {
      changes: { status: 'active', decision: decisionOf(by, now, null) },
      events: [{ action: 'user-approve', by, target: user }],
    };
  };
}

/** @throws EntranceError `not_pending`, and `not_found` for a request that has lapsed */
export function rejecting(reason: string | null, now: number): Edit {
  return (user, by) => {
    if (user.status !== 'pending' && user.status !== 'rejected') throw new EntranceError('not_pending');
    assertStands(user, now);
    if (user.status === 'rejected' && user.decision?.reason === reason) return undefined;
    return {
      changes: { status: 'rejected', decision: decisionOf(by, now, reason) },
      events: [{ action: 'user-reject', by, target: user, message: reason ?? undefined }],
    };
  };
}

function assertStands(user: User, now: number): void {
  if (!hasLapsed(user, now)) return;
  throw new EntranceError('not_found', {
    detail: `This request has lapsed after ${REQUEST_LIFETIME_DAYS} days. The person can ask again by signing in.`,
  });
}

function decisionOf({ token, user }: Actor, now: number, reason: string | null): User['decision'] {
  return {
    at: new Date(now).toISOString(),
    by: token?.name ?? user?.email ?? user?.fullName ?? 'the operator',
    reason,
  };
}

/** Deletes a request that has lapsed. It isn't an error if another instance has deleted the request before. */
export async function forgetRequest(directory: Directory, user: User): Promise<void> {
  await directory.delete(user, { events: [{ action: 'user-request-lapse', by: {}, target: user }] });
}

export async function forgetLapsedRequests(directory: Directory, clock: Clock): Promise<number> {
  let forgotten = 0;
  let query: UserQuery = waitingUsers;
  for (;;) {
    const page = await directory.list(query);
    const lapsed = page.users.filter((user) => hasLapsed(user, clock.now()));
    for (const user of lapsed) await forgetRequest(directory, user);
    forgotten += lapsed.length;
    if (page.next === null || lapsed.length < page.users.length) return forgotten;
    query = { ...waitingUsers, cursor: { direction: 'after', position: page.next } };
  }
}

/** Deletes lapsed requests from time to time, on every instance. Gives the function that ends this. */
export function watchRequests(directory: Directory, clock: Clock, log: Logger): () => void {
  const timer = setInterval(() => {
    forgetLapsedRequests(directory, clock).catch((error: unknown) => {
      log.warn({ err: error }, 'requests for approval that have lapsed could not be deleted');
    });
  }, LAPSE_CHECK_INTERVAL_MS).unref();
  return () => clearInterval(timer);
}
