import type { Logger } from 'pino';
import type { Audit } from '../audit/audit.js';
import type { Clock } from '../clock.js';
import type { Directory } from '../directory/directory.js';
import { roleNames } from '../identity/roles.js';
import type { SessionStore } from '../session/session-store.js';

/** Grants end by the clock. This pass records the end, and removes them from the lists. */
const CHECK_INTERVAL_MS = 5_000;
const AT_A_TIME = 100;

interface Stores {
  readonly directory: Directory;
  readonly sessions: SessionStore;
  readonly audit: Audit;
}

/** Removes ended grants, records each end once, and ends sessions that rest on one. Gives the number of users. */
export async function removeEndedGrants(stores: Stores, clock: Clock): Promise<number> {
  const { directory, sessions, audit } = stores;
  let count = 0;
  for (const user of await directory.listEndedGrants(clock.now(), AT_A_TIME)) {
    const outcome = await directory.update(user, {});
    if ('conflict' in outcome) continue; // another instance was faster, or somebody changed the user
    count += 1;
    const names = roleNames(outcome.user.roles);
    const listed = await sessions.listOfUser(user.id);
    const left = listed.filter(({ record }) => record.roles.some((role) => !names.includes(role)));
    const ended = await Promise.all(left.map(({ handle }) => sessions.revoke(user.id, handle)));
    const number = ended.filter(Boolean).length;
    if (number > 0)
      await audit.record({
        action: 'session-revoke',
        reason: 'roles_changed',
        by: {},
        target: user,
        sessions: number,
      });
  }
  return count;
}

/** Removes grants that ended from time to time, on every instance. Gives the function that ends this. */
export function watchGrantEnds(stores: Stores, clock: Clock, log: Logger): () => void {
  let isAtWork = false;
  const timer = setInterval(async () => {
    if (isAtWork) return;
    isAtWork = true;
    try {
      await removeEndedGrants(stores, clock);
    } catch (error) {
      log.warn(
        { err: error },
        'roles and memberships that ended hold no more, but couldn’t be removed from the store: tried again soon',
      );
    } finally {
      isAtWork = false;
    }
  }, CHECK_INTERVAL_MS).unref();
  return () => clearInterval(timer);
}
