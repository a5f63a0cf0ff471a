import type { SignInErrorCode } from '../error-codes.js';
import {
  type AddressClaim,
  claimAddress,
  isUnused,
  isVouchedFor,
  mayTakeFrom,
  vouchingOf,
} from './addresses.js';
import { admitsDomain, domainOf } from './email.js';
import type { Identity } from './identity.js';
import type { User, UserStatus } from './user.js';

export interface AdmissionPolicy {
  readonly trustedDomains: readonly string[];
  readonly autoCreateUsers: boolean;
  /** New users wait until an administrator approves. */
  readonly requireApproval: boolean;
  /** Domains whose people are all `platform_admin`, if their address is verified. */
  readonly autoAdminDomains: readonly string[];
}

/** The part of the policy that needs nothing but the identity. */
export type VouchingPolicy = Pick<AdmissionPolicy, 'trustedDomains' | 'autoAdminDomains'>;

export interface Candidates {
  readonly known: User | undefined;
  readonly holder: User | undefined;
}

export type Admission =
  /** `user` is set if the account is known and may not sign in. */
  | { readonly action: 'refuse'; readonly code: SignInErrorCode; readonly user?: User }
  | ({
      readonly action: 'create';
      readonly status: 'active' | 'pending';
    } & Pick<AddressClaim, 'email' | 'unverified' | 'takesFrom'>)
  /** An account that was added ahead and never used gets this identity. */
  | { readonly action: 'claim'; readonly user: User }
  | ({ readonly action: 'welcome'; readonly user: User } & AddressClaim);

/** The admission rule (contract §4.5): checks its lines in order; the first line that fails decides. */
export function admit(identity: Identity, policy: AdmissionPolicy, { known, holder }: Candidates): Admission {
  const vouching = vouch(identity, policy);
  if ('refusal' in vouching) return { action: 'refuse', code: vouching.refusal };
  const { email } = vouching;

  if (known !== undefined) return readmit(known, claimAddress(identity, email, known, holder));
  if (holder !== undefined && isUnused(holder) && isVouchedFor(holder, identity)) return claim(holder);
  if (holder !== undefined && (holder.status === 'active' || !mayTakeFrom(holder, identity)))
    return { action: 'refuse', code: 'account_conflict' };
  if (!policy.autoCreateUsers) return { action: 'refuse', code: 'not_provisioned' };
  return {
    action: 'create',
    email,
    status: policy.requireApproval ? 'pending' : 'active',
    ...(holder === undefined ? vouchingOf(identity) : { takesFrom: holder }),
  };
}

/** A user who waits for approval is let in if an account was added ahead for their address meanwhile. */
function readmit(user: User, address: AddressClaim): Admission {
  const isExpected = user.status === 'pending' && address.merges !== undefined;
  if (user.status !== 'active' && !isExpected)
    return { action: 'refuse', code: STATUS_CODES[user.status], user };
  return { action: 'welcome', user, ...address };
}

function claim(user: User): Admission {
  return user.status === 'active'
    ? { action: 'claim', user }
    : { action: 'refuse', code: STATUS_CODES[user.status], user };
}

const STATUS_CODES = {
  pending: 'pending_approval',
  rejected: 'rejected',
  disabled: 'account_disabled',
} as const satisfies Record<Exclude<UserStatus, 'active'>, SignInErrorCode>;

/** An identity that fails these lines never gets in, whatever account it belongs to. */
export function vouch(
  identity: Identity,
  policy: VouchingPolicy,
): { readonly refusal: SignInErrorCode } | { readonly email: string } {
  const { email, emailVerified, refusal } = identity;
  if (refusal !== undefined) return { refusal };
  if (email === undefined) return { refusal: 'email_missing' };
  const { domain = domainOf(email) } = identity;
  if (dependsOnDomain(domain, policy) && !emailVerified) return { refusal: 'email_unverified' };
  if (!admitsDomain(policy.trustedDomains, domain)) return { refusal: 'domain_not_trusted' };
  return { email };
}

/** Whether a setting makes a decision by this domain. */
function dependsOnDomain(domain: string, { trustedDomains, autoAdminDomains }: VouchingPolicy): boolean {
  return trustedDomains.length > 0 || autoAdminDomains.includes(domain);
}
