import type { ProviderId } from '../identity/user.js';

/** What a provider is asked with whether somebody is still there: one for each user and provider, however many sessions there are. */
export interface RefreshGrant {
  readonly provider: ProviderId;
  /** The provider's refresh token, encrypted for this user. */
  readonly sealedToken: string;
  /** When the provider last vouched for the person, milliseconds since the epoch. */
  readonly confirmedAt: number;
}

/**
 * The refresh grants of all instances. A change names the grant it was decided on, so that the answer to an old token
 * never replaces or removes what a new sign-in brought. Rejects with `store_unavailable` when the store can't be reached.
 */
export interface RefreshGrants {
  /** For `lifetime` milliseconds, in place of the one before. */
  keep(userId: string, grant: RefreshGrant, lifetime: number): Promise<void>;
  find(userId: string, provider: ProviderId): Promise<RefreshGrant | undefined>;
  /** For the rest of its lifetime; false if `known` isn't the user's any more. */
  replace(userId: string, known: RefreshGrant, grant: RefreshGrant): Promise<boolean>;
  /** False if `known` isn't the user's any more. */
  remove(userId: string, known: RefreshGrant): Promise<boolean>;
  /** Removes those of these providers, whichever they are: the user can't go on with them. */
  forget(userId: string, providers: readonly ProviderId[]): Promise<void>;
}
