import type { SignInErrorCode } from '../errors.js';
import type { ClaimedRights } from './claimed.js';
import type { IdentityKey } from './user.js';

/** What we take from what a provider has proved; everything later decides on this alone. */
export interface Identity extends ClaimedRights {
  readonly key: IdentityKey;
  /** Set if the provider’s own policy refuses whoever has this identity, such as one of a directory that isn’t listed. */
  readonly refusal?: SignInErrorCode;
  /** An address with its domain in lower-case ASCII; undefined when no claim had the form of one. */
  readonly email: string | undefined;
  /** Set if a claim of higher rank couldn’t be read, which may hold another address. */
  readonly emailIsUncertain?: boolean;
  /** Whether the directory that vouches for this address may vouch for it (contract §4.4). */
  readonly emailVerified: boolean;
  /** Whether the owner of the address's domain has verified it: then it counts across directories. */
  readonly emailDomainOwnerVerified?: boolean;
  /** The domain of the organisation that manages the account, if the provider names it: then it counts in place of the address's. */
  readonly domain?: string | undefined;
  readonly fullName: string;
  /** The provider's own session (`sid`), where it names it. */
  readonly providerSessionId: string | undefined;
}
