import type { Identity } from './identity.js';
import { isFirstIdentity } from './linked-identities.js';
import type { User } from './user.js';

/** The address that a known person gets. At most one of the three other accounts is set. */
export interface AddressClaim {
  /** The new address of the account, unless `isOfFurtherIdentity` is set. */
  readonly email: string;
  /** The account keeps its own address, that of the first identity. The other account of this claim changes. */
  readonly isOfFurtherIdentity?: true;
  /** Set if nobody vouches for the address: administrators see the address, and apps don't get it. */
  readonly unverified?: true;
  /** The account that loses the address to this person. */
  readonly takesFrom?: User;
  /** The account that was added ahead for this person under the address. */
  readonly merges?: User;
  /** The account that keeps the address. The person's former address isn't confirmed any more either. */
  readonly deniedBy?: User;
}

/** Decides about the address of a known identity (contract §12, “Addresses”). `holder` is the account that has the address. */
export function claimAddress(
  identity: Identity,
  email: string,
  user: User,
  holder: User | undefined,
): AddressClaim {
  if (!isFirstIdentity(identity.key, user)) return claimBeside(identity, email, holder, user);
  if (holder === undefined || holder.id === user.id) return { email, ...vouchingOf(identity) };
  if (isAwaiting(holder, identity)) return { email, merges: holder };
  return mayTakeFrom(holder, identity)
    ? { email, takesFrom: holder }
    : { email: user.email, deniedBy: holder };
}

/** It identifies nobody else. Apps still know the person by the address of the first identity. */
function claimBeside(identity: Identity, email: string, holder: User | undefined, user: User): AddressClaim {
  const kept = { email, isOfFurtherIdentity: true } as const;
  if (holder === undefined || holder.id === user.id) return kept;
  if (isAwaiting(holder, identity)) return { ...kept, merges: holder };
  return mayTakeFrom(holder, identity) ? { ...kept, takesFrom: holder } : kept;
}

/** Whether an account that was added ahead, or unlinked, waits for this identity. */
function isAwaiting(holder: User, identity: Identity): boolean {
  return isUnused(holder) && holder.status === 'active' && isVouchedFor(holder, identity);
}

/** A directory can't decide about people of another one, unless the owner of the domain verified the address. */
export function mayTakeFrom(holder: User, identity: Identity): boolean {
  const isOfOneTenant = holder.providerScope === null || holder.providerScope === identity.key.providerScope;
  return isVouchedFor(holder, identity) && (isOfOneTenant || identity.emailDomainOwnerVerified === true);
}

export function vouchingOf({ emailVerified }: Identity): Pick<AddressClaim, 'unverified'> {
  return emailVerified ? {} : { unverified: true };
}

/** The proof doesn't count against a local account, or an account of another provider. */
export function isVouchedFor(holder: User, { emailVerified, key }: Identity): boolean {
  return emailVerified && holder.provider === key.provider;
}

/** Whether an account was added ahead and never signed in to; never true for a local account. */
export function isUnused(user: User): boolean {
  return user.provider !== 'local' && user.providerId === null && user.lastLoginAt === null;
}

/** Whether the provider of the first identity names another address. A missing address proves nothing. */
export function isContradicted(identity: Identity, user: User): boolean {
  const { email } = identity;
  return email !== undefined && isFirstIdentity(identity.key, user) && !isSameAddress(email, user.email);
}

/** Compares without regard to case. */
export function isSameAddress(one: string, other: string): boolean {
  return one.normalize('NFC').toLowerCase() === other.normalize('NFC').toLowerCase();
}
