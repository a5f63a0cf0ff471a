import type { Identity } from './identity.js';
import { isFirstIdentity } from './linked-identities.js';
import type { User } from './user.js';

/** The address that a known person gets. At most one of the three other accounts is there. */
export interface AddressClaim {
  /** The address of their account from now on, unless it is a further identity's. */
  readonly email: string;
  /** Set if the account keeps its address as it is, since that is the first identity's. What others lose, they lose all the same. */
  readonly isOfFurtherIdentity?: true;
  /** Set if nobody vouches for the address: it is shown to administrators, and isn't the person's yet. */
  readonly unverified?: true;
  /** The account that loses the address to them. */
  readonly takesFrom?: User;
  /** The account that was added ahead for them under this address. */
  readonly merges?: User;
  /** The account that keeps the address. The person's former address isn't theirs any more either. */
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

/** The address of a further identity is the person's too, so nobody else is known by it. Apps know the person by the first one's. */
function claimBeside(identity: Identity, email: string, holder: User | undefined, user: User): AddressClaim {
  const kept = { email, isOfFurtherIdentity: true } as const;
  if (holder === undefined || holder.id === user.id) return kept;
  if (isAwaiting(holder, identity)) return { ...kept, merges: holder };
  return mayTakeFrom(holder, identity) ? { ...kept, takesFrom: holder } : kept;
}

/** An account that was added ahead, or unlinked, waits for whoever brings its verified address. */
function isAwaiting(holder: User, identity: Identity): boolean {
  return isUnused(holder) && holder.status === 'active' && isVouchedFor(holder, identity);
}

/**
 * Whether the provider's word moves an address from its holder to this identity. A directory can't speak for the people of
 * another one, unless the owner of the domain has verified the address.
 */
export function mayTakeFrom(holder: User, identity: Identity): boolean {
  const isOfOneTenant = holder.providerScope === null || holder.providerScope === identity.key.providerScope;
  return isVouchedFor(holder, identity) && (isOfOneTenant || identity.emailDomainOwnerVerified === true);
}

/** Whether an identity vouches for an address that nobody else has. */
export function vouchingOf({ emailVerified }: Identity): Pick<AddressClaim, 'unverified'> {
  return emailVerified ? {} : { unverified: true };
}

/** A local account keeps its address, and so does one of another provider. */
export function isVouchedFor(holder: User, { emailVerified, key }: Identity): boolean {
  return emailVerified && holder.provider === key.provider;
}

/** Provisioned ahead and never signed in to; a local account is never one of these. */
export function isUnused(user: User): boolean {
  return user.provider !== 'local' && user.providerId === null && user.lastLoginAt === null;
}

/**
 * Whether the provider of the first identity names another address than the account has. A missing or unreadable address
 * proves nothing.
 */
export function isContradicted(identity: Identity, user: User): boolean {
  const { email } = identity;
  return email !== undefined && isFirstIdentity(identity.key, user) && !isSameAddress(email, user.email);
}

/** Addresses are compared without regard to case. */
export function isSameAddress(one: string, other: string): boolean {
  return one.normalize('NFC').toLowerCase() === other.normalize('NFC').toLowerCase();
}
