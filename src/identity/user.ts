/**
 * Only an `active` user may sign in. A `pending` one waits for an administrator's approval, and a `rejected` one was
 * refused it.
 */
export const userStatuses = ['active', 'pending', 'rejected', 'disabled'] as const;
export type UserStatus = (typeof userStatuses)[number];

/**
 * The ID of an identity provider, or `local`. A `local` account has a password and no identity. An account that was
 * added ahead has neither until the person claims it.
 */
export type ProviderId = string;

/**
 * The key of a person at their identity provider. An email never serves as the key, since it changes and can be given
 * to somebody else.
 */
export interface IdentityKey {
  readonly provider: ProviderId;
  /** The scope in which `providerId` is unique: a directory (tenant) ID, an issuer, the origin of an API. */
  readonly providerScope: string;
  /** The person's ID in this scope: an object ID, `sub`, a number. */
  readonly providerId: string;
}

export interface LinkedIdentity extends IdentityKey {
  /** ISO 8601 in UTC. */
  readonly linkedAt: string;
}

/** An identity that was linked to an account that already had one. */
export interface FurtherIdentity extends LinkedIdentity {
  /** The time of the last sign-in with this identity, ISO 8601 in UTC; null if there was none yet. */
  readonly usedAt: string | null;
}

/** A role, by its name, or a membership in a team, by the team's ID; with its origin. */
export type Grant = ManualGrant | SsoGrant;

/** A grant by a person, a token or a setting of the operator. Signing in never changes it. */
export interface ManualGrant {
  readonly name: string;
  readonly origin: 'manual';
  /** The time at which the grant ends by itself, ISO 8601 in UTC; absent for a grant without an end. */
  readonly until?: string | undefined;
}

/** A grant that the provider's claims at sign-in give, and take away. */
export interface SsoGrant {
  readonly name: string;
  readonly origin: 'sso';
  /** All sources of the grant: at least one. */
  readonly sources: readonly GrantSource[];
  /** The time at which a sign-in last confirmed the grant, ISO 8601 in UTC. */
  readonly confirmedAt: string;
}

export function isSso(grant: Grant): grant is SsoGrant {
  return grant.origin === 'sso';
}

export const grantSources = ['group', 'app_role', 'domain', 'default'] as const;

/** A reason for an `sso` grant. */
export interface GrantSource {
  /** `domain` stands for `SSO_AUTO_ADMIN_DOMAINS`, `default` for the role of people who get no other role. */
  readonly kind: (typeof grantSources)[number];
  /** The group's ID, the app role's value or the domain; empty for `default`. */
  readonly value: string;
}

export interface Decision {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** The email of the administrator who decided, or the name of their API token, at the time of the decision. */
  readonly by: string;
  /** The reason that the person is told; null without one. */
  readonly reason: string | null;
}

const emailDoubtReasons = ['taken', 'contradicted', 'unverified'] as const;

/**
 * The reason why the address of an account isn't confirmed (contract §12, “Addresses”). An app never gets such an
 * address.
 */
export interface EmailDoubt {
  /** ISO 8601 in UTC. */
  readonly since: string;
  /**
   * `taken`: the provider now gives the address to the account `other`. `contradicted`: the provider gives this person
   * another address, which the person can't have here, because `other` keeps it or because the sign-in was refused.
   * `unverified`: the provider names the address without vouching for it.
   */
  readonly reason: (typeof emailDoubtReasons)[number];
  /** The ID of the other account; null if there is none. */
  readonly other: string | null;
}

export function unverifiedSince(now: string): EmailDoubt {
  return { since: now, reason: 'unverified', other: null };
}

/** The address that apps may get as this person's; undefined while the address isn't confirmed. */
export function confirmedEmail({
  email,
  emailDoubt,
}: Pick<User, 'email' | 'emailDoubt'>): string | undefined {
  return emailDoubt === undefined ? email : undefined;
}
/** The most characters of a name, as people see characters. */
export const LONGEST_NAME = 200;
export const LONGEST_TEAM_NAME = 100;

/** Our record of a person. Times are ISO 8601 in UTC. */
export interface User {
  /** UUID version 7. */
  readonly id: string;
  /**
   * The last address that belonged to this person. Two accounts may share an address only if all but one of them have a
   * doubt about it.
   */
  readonly email: string;
  /** Set while the address isn't confirmed. */
  readonly emailDoubt?: EmailDoubt | undefined;
  readonly fullName: string;
  /** The provider of the first identity; `local` if the account has a password instead of identities. */
  readonly provider: ProviderId;
  /**
   * The key of the first identity, as in `IdentityKey`; null for a local account, and for an account that was added
   * ahead and isn't claimed yet.
   */
  readonly providerId: string | null;
  readonly providerScope: string | null;
  /** The time at which the first identity was linked, ISO 8601 in UTC; absent if the account began with it. */
  readonly linkedAt?: string | undefined;
  /** The other identities of the same person, in the order in which they were linked. */
  readonly furtherIdentities?: readonly FurtherIdentity[] | undefined;
  readonly status: UserStatus;
  /** An administrator's decision about a request for approval; null without one. */
  readonly decision: Decision | null;
  readonly roles: readonly Grant[];
  readonly teams: readonly Grant[];
  readonly createdAt: string;
  readonly lastLoginAt: string | null;
  /** Grows by one with each change. A change names the version that it was decided on. */
  readonly version: number;
}
