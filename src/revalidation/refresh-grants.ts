import type { ProviderId } from '../identity/user.js';

/** A user has one for each provider, however many sessions there are. */
export interface RefreshGrant {
  readonly provider: ProviderId;
  /** The provider's refresh token, encrypted for this user. */
  readonly sealedToken: string;
  /** The time at which the provider last confirmed the person, milliseconds since the epoch. */
  readonly confirmedAt: number;
}

/**
 * The refresh grants of all instances. A change names the grant that it was decided on, so that the answer to an old
 * token never replaces or removes the grant of a new sign-in. Rejects with `store_unavailable` when the store can't be
 * reached.
 */
export interface RefreshGrants {
  /** Stores a grant for `lifetime` milliseconds, in place of the former one. */
  keep(userId: string, grant: RefreshGrant, lifetime: number): Promise<void>;
  find(userId: string, provider: ProviderId): Promise<RefreshGrant | undefined>;
  /** Replaces `known` for the rest of its lifetime; false if the user has another grant by now. */
  replace(userId: string, known: RefreshGrant, grant: RefreshGrant): Promise<boolean>;
  /** Removes `known`; false if the user has another grant by now. */
  remove(userId: string, known: RefreshGrant): Promise<boolean>;
  /** Removes the user's grants of these providers, whichever they are: the user can't sign in with them any more. */
  forget(userId: string, providers: readonly ProviderId[]): Promise<void>;
}
