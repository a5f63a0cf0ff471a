/** Only who is `active` may sign in. `pending` waits for an administrator's approval, and `rejected` didn't get it. */
export const userStatuses = ['active', 'pending', 'rejected', 'disabled'] as const;
export type UserStatus = (typeof userStatuses)[number];

/**
 * The ID of an identity provider, or `local`. `local` accounts have a password and no identity; an account provisioned ahead
 * has neither until it is claimed.
 */
export type ProviderId = string;

/** Who someone is at their identity provider. Never the email: it changes and can be reissued. */
export interface IdentityKey {
  readonly provider: ProviderId;
  /** The scope in which the subject is unique: a directory (tenant) ID, an issuer, the origin of an API. */
  readonly providerScope: string;
  /** The subject there: an object ID, `sub`, a number. */
  readonly providerId: string;
}

/** An identity that an account holds. */
export interface LinkedIdentity extends IdentityKey {
  /** ISO 8601 in UTC. */
  readonly linkedAt: string;
}

/** An identity that was linked to an account that had one already. */
export interface FurtherIdentity extends LinkedIdentity {
  /** The last sign-in with it, ISO 8601 in UTC; null if there was none yet. */
  readonly usedAt: string | null;
}

/** A role that someone holds, by its name, or a team that someone is in, by its ID; and where that came from. */
export type Grant = ManualGrant | SsoGrant;

/** Given here, by a person, a token or a setting of the operator. Signing in never touches it. */
export interface ManualGrant {
  readonly name: string;
  readonly origin: 'manual';
}

/** Given by what the provider says at sign-in, and taken away by it. */
export interface SsoGrant {
  readonly name: string;
  readonly origin: 'sso';
  /** Everything that gives it: at least one. */
  readonly sources: readonly GrantSource[];
  /** When a sign-in last confirmed it, ISO 8601 in UTC. */
  readonly confirmedAt: string;
}

export function isSso(grant: Grant): grant is SsoGrant {
  return grant.origin === 'sso';
}

export const grantSources = ['group', 'app_role', 'domain', 'default'] as const;

/** What an `sso` grant rests on. */
export interface GrantSource {
  /** `domain`: `SSO_AUTO_ADMIN_DOMAINS`; `default`: the role of those to whom nothing else gave one. */
  readonly kind: (typeof grantSources)[number];
  /** The group's ID, the app role's value or the domain; empty for `default`. */
  readonly value: string;
}

export interface Decision {
  /** ISO 8601 in UTC. */
  readonly at: string;
  /** Who decided, by their email or the name of their API token, as it was then. */
  readonly by: string;
  /** What the person is told; null where nothing was said. */
  readonly reason: string | null;
}

const emailDoubtReasons = ['taken', 'contradicted', 'unverified'] as const;

/** Why the address of an account isn't confirmed (contract §12, “Addresses”). Such an address is handed on to nobody. */
export interface EmailDoubt {
  /** ISO 8601 in UTC. */
  readonly since: string;
  /**
   * `taken`: the provider gives the address to the account `other` now. `contradicted`: the provider gives this person
   * another address, which they can't have here, because `other` keeps it or because they weren't let in. `unverified`: the
   * provider names the address and doesn't vouch for it.
   */
  readonly reason: (typeof emailDoubtReasons)[number];
  /** The ID of an account; null if there is none. */
  readonly other: string | null;
}

/** The doubt about an address for which nobody vouches. */
export function unverifiedSince(now: string): EmailDoubt {
  return { since: now, reason: 'unverified', other: null };
}

/** The address that may be handed on as this person's; undefined while it isn't confirmed. */
export function confirmedEmail({
  email,
  emailDoubt,
}: Pick<User, 'email' | 'emailDoubt'>): string | undefined {
  return emailDoubt === undefined ? email : undefined;
}
/** Characters as people see them. */
export const LONGEST_NAME = 200;
export const LONGEST_TEAM_NAME = 100;

/** Our record of a person. Times are ISO 8601 in UTC. */
export interface User {
  /** UUID version 7. */
  readonly id: string;
  /** The last address that was this person's. No two accounts have one address, but for those with a doubt. */
  readonly email: string;
  /** Set while the address isn't confirmed. */
  readonly emailDoubt?: EmailDoubt | undefined;
  readonly fullName: string;
  /** Of the first identity; `local` if there is a password in place of identities. */
  readonly provider: ProviderId;
  /** As in `IdentityKey`, of the first; null for a local account, and for one that was provisioned but never used. */
  readonly providerId: string | null;
  readonly providerScope: string | null;
  /** Since when the account has the first identity, ISO 8601 in UTC; absent if it has had it from its beginning. */
  readonly linkedAt?: string | undefined;
  /** The other identities of the same person, in the order in which they were linked. */
  readonly furtherIdentities?: readonly FurtherIdentity[] | undefined;
  readonly status: UserStatus;
  /** What an administrator decided about someone who was `pending`; null for everybody else. */
  readonly decision: Decision | null;
  readonly roles: readonly Grant[];
  readonly teams: readonly Grant[];
  readonly createdAt: string;
  readonly lastLoginAt: string | null;
  /** Grows by one with each change; a change names the version it was decided on. */
  readonly version: number;
}
