import type { Logger } from 'pino';
import { type Claimed, isComplete, namedIn, UNKNOWN } from '../../identity/claimed.js';
import { readList, type Unread } from '../claim-list.js';
import type { Sources } from '../generic/sources.js';
import { beforeDeadline } from '../outbound.js';
import type { OpenIdProvider } from './custom-provider.js';

/** A function that fails says nothing, and nothing that is unknown takes a role away. */
export function groupsReader(
  provider: OpenIdProvider,
  log: Logger,
): (sources: Sources, deadline: AbortSignal) => Promise<Claimed> {
  const { id } = provider;
  return async ({ idToken, userInfo, isWhole }, deadline) => {
    try {
      // A copy, so that the host app can't change the claims that we decide on.
      const claims = structuredClone({ ...userInfo, ...idToken });
      const read = await beforeDeadline(deadline, (async () => provider.readGroups?.(claims))());
      const groups = provedGroups(read, (unread) =>
        log.warn({ provider: id, unread }, 'groups of the host app’s readGroups couldn’t be read in full'),
      );
      return isWhole ? groups : { atLeast: namedIn(groups) };
    } catch (error) {
      log.error(
        { provider: id, err: error },
        'the host app’s function readGroups failed: the groups are unknown, and nobody’s roles or teams are taken away',
      );
      return UNKNOWN;
    }
  };
}

/** The groups as a host app gives them. Anything but a list, or `{ atLeast: […] }`, says nothing. */
export function provedGroups(given: unknown, report?: (unread: Unread) => void): Claimed {
  if (typeof given === 'object' && given !== null && 'atLeast' in given)
    return { atLeast: namedIn(readList(given.atLeast, report)) };
  if (given === undefined || given === null || given === '') return UNKNOWN;
  const groups = readList(given, report);
  return isComplete(groups) && Array.isArray(given) && groups.length < given.length
    ? { atLeast: groups }
    : groups;
}
