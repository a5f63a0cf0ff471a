import type { ProviderId } from '../identity/user.js';
import type { RefreshGrants } from './refresh-grants.js';

export interface ForgettingStores {
  readonly refreshGrants: Pick<RefreshGrants, 'forget'>;
}

/**
 * Ends sessions of a user, and removes the refresh grants that confirmed them. The grants go first, so that a sign-in
 * at the same moment keeps its own grant. The sessions end even if the grants can't be removed.
 */
export async function endAndForget<Ended>(
  { refreshGrants }: ForgettingStores,
  userId: string,
  providers: readonly ProviderId[],
  end: () => Promise<Ended>,
): Promise<Ended> {
  const forgotten = refreshGrants.forget(userId, providers);
  await Promise.allSettled([forgotten]);
  const ended = await end();
  await forgotten;
  return ended;
}
