import type { Audit } from '../audit/audit.js';
import type { Actor } from '../audit/event.js';
import { EntranceError } from '../errors.js';
import { firstLoss } from '../identity/grant-end.js';
import { waysInOf } from '../identity/linked-identities.js';
import { roleNames } from '../identity/roles.js';
import type { User } from '../identity/user.js';
import { endAndForget, type ForgettingStores } from '../revalidation/end-and-forget.js';
import { endSessions } from '../session/end-sessions.js';
import type { SessionRecord } from '../session/session-record.js';
import type { SessionStore } from '../session/session-store.js';
import { changeUser, existingUser, MAX_ROUNDS } from './change-user.js';
import type { Directory } from './directory.js';
import type { Edit } from './user-edits.js';

interface Stores {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly audit: Audit;
}

export interface Editing {
  readonly id: string;
  readonly by: Actor;
  /** Throws if the user isn't the one that the edit was decided on. */
  readonly check?: ((user: User) => void) | undefined;
}

/**
 * Changes a user. A user who is disabled, or whose roles changed, is signed out on every instance at once. The refresh
 * grants of a disabled user go too. This also ends sessions that an earlier attempt left open because it broke off.
 * @throws EntranceError `not_found`, `last_admin`, `stale`; and the errors of the edit
 */
export async function editUser(
  stores: Stores & ForgettingStores,
  { id, by, check }: Editing,
  edit: Edit,
): Promise<User> {
  const user = await changeUser(stores.directory, id, (before) => {
    check?.(before);
    return edit(before, by);
  });
  if (user.status !== 'active')
    await endAndForget(stores, id, waysInOf(user), () => endSessions(stores, user, 'user_disabled', by));
  else if (await holdsOtherRoles(stores.sessions, user)) await endSessions(stores, user, 'roles_changed', by);
  return user;
}

async function holdsOtherRoles(sessions: SessionStore, user: User): Promise<boolean> {
  const names = roleNames(user.roles);
  const end = firstLoss(user.roles);
  const isSame = ({ roles, endsAt }: SessionRecord) =>
    endsAt === end && roles.length === names.length && roles.every((role) => names.includes(role));
  return (await sessions.listOfUser(user.id)).some(({ record }) => !isSame(record));
}

/**
 * Deletes a user and ends their sessions. If the person signs in again, they get a new account.
 * @throws EntranceError `not_found`, `last_admin`, or `stale` if others keep changing the user
 */
export async function deleteUser(
  stores: Stores & ForgettingStores,
  { id, by, check }: Editing,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const user = await existingUser(stores.directory, id);
    check?.(user);
    const events = [{ action: 'user-delete', by, target: user } as const];
    const outcome = await stores.directory.delete(user, { keepAnAdmin: true, events });
    if (outcome === 'deleted')
      return endAndForget(stores, id, waysInOf(user), () => endSessions(stores, user, 'user_deleted', by));
    if (outcome === 'last_admin') throw new EntranceError('last_admin');
  }
  throw new EntranceError('stale');
}

/**
 * Ends the sessions of a user that `isMeant` picks, and gives their number. The event is recorded first: if it can’t be
 * recorded, no session ends.
 * @throws EntranceError `not_found`; and the errors of `check`
 */
export async function revokeSessions(
  { directory, sessions, audit }: Stores,
  { id, by, check }: Editing,
  isMeant: (handle: string) => boolean,
): Promise<number> {
  const target = await existingUser(directory, id);
  check?.(target);
  const meant = (await sessions.listOfUser(id)).filter(({ handle }) => isMeant(handle));
  if (meant.length === 0) return 0;
  await audit.record({ action: 'session-revoke', by, target, sessions: meant.length });
  await Promise.all(meant.map(({ handle }) => sessions.revoke(id, handle)));
  return meant.length;
}
