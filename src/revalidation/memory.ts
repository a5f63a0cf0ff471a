import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.js';
import type { RefreshGrant, RefreshGrants } from './refresh-grants.js';

/** The refresh grants of this process. */
export function createMemoryRefreshGrants(clock: Clock): RefreshGrants {
  const grants = new Map<string, { readonly grant: RefreshGrant; readonly until: number }>();

  const find = (userId: string) => {
    const kept = grants.get(userId);
    return kept !== undefined && kept.until > clock.now() ? kept : undefined;
  };
  const findKnown = (userId: string, known: RefreshGrant) => {
    const kept = find(userId);
    return isDeepStrictEqual(kept?.grant, known) ? kept : undefined;
  };

  return {
    async keep(userId, grant, lifetime) {
      for (const [id, { until }] of grants) if (until <= clock.now()) grants.delete(id);
      grants.set(userId, { grant, until: clock.now() + lifetime });
    },
    find: async (userId) => find(userId)?.grant,
    async replace(userId, known, grant) {
      const kept = findKnown(userId, known);
      if (kept !== undefined) grants.set(userId, { ...kept, grant });
      return kept !== undefined;
    },
    async remove(userId, known) {
      return findKnown(userId, known) !== undefined && grants.delete(userId);
    },
  };
}
