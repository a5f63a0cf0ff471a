import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.js';
import type { ProviderId } from '../identity/user.js';
import type { RefreshGrant, RefreshGrants } from './refresh-grants.js';

export function createMemoryRefreshGrants(clock: Clock): RefreshGrants {
  const grants = new Map<string, { readonly grant: RefreshGrant; readonly until: number }>();

  const keyOf = (userId: string, provider: ProviderId) => JSON.stringify([userId, provider]);
  const find = (userId: string, provider: ProviderId) => {
    const kept = grants.get(keyOf(userId, provider));
    return kept !== undefined && kept.until > clock.now() ? kept : undefined;
  };
  const findKnown = (userId: string, known: RefreshGrant) => {
    const kept = find(userId, known.provider);
    return isDeepStrictEqual(kept?.grant, known) ? kept : undefined;
  };

  return {
    async keep(userId, grant, lifetime) {
      for (const [key, { until }] of grants) if (until <= clock.now()) grants.delete(key);
      grants.set(keyOf(userId, grant.provider), { grant, until: clock.now() + lifetime });
    },
    find: async (userId, provider) => find(userId, provider)?.grant,
    async replace(userId, known, grant) {
      const kept = findKnown(userId, known);
      if (kept !== undefined) grants.set(keyOf(userId, known.provider), { ...kept, grant });
      return kept !== undefined;
    },
    async remove(userId, known) {
      return findKnown(userId, known) !== undefined && grants.delete(keyOf(userId, known.provider));
    },
    async forget(userId, providers) {
      for (const provider of providers) grants.delete(keyOf(userId, provider));
    },
  };
}
