import type { SignInErrorCode } from '../errors.js';
import { domainOf, isTrustedDomain } from './email.js';
import type { Identity } from './identity.js';
import { ANY_TENANT } from './tenant.js';
import type { User } from './user.js';

export interface AdmissionPolicy {
  /** Tenants that may sign in, by ID; `*` among them admits any. */
  readonly allowedTenants: readonly string[];
  readonly trustedDomains: readonly string[];
  readonly autoCreateUsers: boolean;
  /** Domains whose people are all `platform_admin`, if their address is verified. */
  readonly autoAdminDomains: readonly string[];
}

export interface Candidates {
  /** The user who has this identity. */
  readonly known: User | undefined;
  /** The user who has this email. */
  readonly holder: User | undefined;
}

export type Admission =
  | { readonly action: 'refuse'; readonly code: SignInErrorCode }
  | { readonly action: 'create'; readonly email: string }
  /** A provisioned, never-used account becomes this identity's. */
  | { readonly action: 'claim'; readonly user: User }
  /** `email` is the address to keep: the old one where another account holds the new one. */
  | { readonly action: 'welcome'; readonly user: User; readonly email: string };

/** The admission rule (contract §4.5): its lines in its order; the first that fails decides. */
export function admit(identity: Identity, policy: AdmissionPolicy, { known, holder }: Candidates): Admission {
  if (!isAllowed(identity.key.tenantId, policy.allowedTenants)) return refuse('tenant_not_allowed');
  if (identity.email === undefined) return refuse('email_missing');
  if (dependsOnEmail(identity.email, policy) && !identity.emailVerified) return refuse('email_unverified');
  if (!isTrustedDomain(identity.email, policy.trustedDomains)) return refuse('domain_not_trusted');

  const claimed = known === undefined && holder !== undefined && identity.emailVerified && isUnused(holder);
  if (known === undefined && holder !== undefined && !claimed) return refuse('account_conflict');

  const user = claimed ? holder : known;
  if (user === undefined && !policy.autoCreateUsers) return refuse('not_provisioned');
  if (user === undefined) return { action: 'create', email: identity.email };
  if (user.status !== 'active') return refuse('account_disabled');
  if (claimed) return { action: 'claim', user };

  const addressIsFree = holder === undefined || holder.id === user.id;
  return { action: 'welcome', user, email: addressIsFree ? identity.email : user.email };
}

function isAllowed(tenantId: string, allowed: readonly string[]): boolean {
  return allowed.includes(tenantId) || allowed.includes(ANY_TENANT);
}

/** Whether something is decided by the domain of this address. */
function dependsOnEmail(email: string, { trustedDomains, autoAdminDomains }: AdmissionPolicy): boolean {
  return trustedDomains.length > 0 || autoAdminDomains.includes(domainOf(email));
}

function refuse(code: SignInErrorCode): Admission {
  return { action: 'refuse', code };
}

/** Provisioned ahead and never signed in to; a local account is never one of these. */
function isUnused(user: User): boolean {
  return user.provider !== 'local' && user.providerId === null && user.lastLoginAt === null;
}
