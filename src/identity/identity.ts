import type { ClaimedRights } from './claimed.js';
import type { IdentityKey } from './user.js';

/** What we take from a provider's validated claims; everything later decides on this alone. */
export interface Identity extends ClaimedRights {
  readonly key: IdentityKey;
  /** An address with its domain in lower-case ASCII; undefined when no claim had the form of one. */
  readonly email: string | undefined;
  /** Set if a claim of higher rank couldn’t be read, which may hold another address. */
  readonly emailIsUncertain?: boolean;
  /** Whether the directory that vouches for this address may vouch for it (contract §4.4). */
  readonly emailVerified: boolean;
  /** Whether the owner of the address's domain has verified it (Entra: `xms_edov`): then it counts across directories. */
  readonly emailDomainOwnerVerified?: boolean;
  readonly fullName: string;
  /** The provider's own session (`sid`), where it names it. */
  readonly providerSessionId: string | undefined;
}
