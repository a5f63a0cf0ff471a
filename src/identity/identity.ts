import type { SignInErrorCode } from '../error-codes.js';
import type { ClaimedRights } from './claimed.js';
import type { IdentityKey } from './user.js';

/** The facts about a person that a provider has proved, and the only ones that later decisions use. */
export interface Identity extends ClaimedRights {
  readonly key: IdentityKey;
  /** Set if the provider’s own policy refuses this identity, for example because its directory isn’t listed. */
  readonly refusal?: SignInErrorCode;
  /** The address, with its domain in lower-case ASCII; undefined if no claim holds an address. */
  readonly email: string | undefined;
  /** Set if a claim of higher rank, which may hold another address, couldn’t be read. */
  readonly emailIsUncertain?: boolean;
  /** Whether the address is vouched for by somebody who has the right to do so (contract §4.4). */
  readonly emailVerified: boolean;
  /** Whether the owner of the address's domain has verified the address: then the address counts across directories. */
  readonly emailDomainOwnerVerified?: boolean;
  /** The organisation's domain, if the provider names it: it replaces that of the address in every decision. */
  readonly domain?: string | undefined;
  readonly fullName: string;
  /** The ID of the provider's own session (`sid`), if the provider sent one. */
  readonly providerSessionId: string | undefined;
}
