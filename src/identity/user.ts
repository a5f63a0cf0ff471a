/** `pending` and `rejected` arrive with approval. */
export type UserStatus = 'active' | 'disabled';

/** `local` accounts have a password and no identity; an account provisioned ahead has neither until it is claimed. */
export const providerIds = ['local', 'entra'] as const;
export type ProviderId = (typeof providerIds)[number];

/** Who someone is at their identity provider. Never the email: it changes and can be reissued. */
export interface IdentityKey {
  readonly provider: Exclude<ProviderId, 'local'>;
  /** Entra: the directory (tenant) ID, `tid`. */
  readonly tenantId: string;
  /** Entra: the object ID, `oid`. */
  readonly providerId: string;
}

/** A role someone holds, and where it came from. */
export interface Grant {
  readonly name: string;
  readonly origin: 'sso' | 'manual';
}

/** Our record of a person. Times are ISO 8601 in UTC. */
export interface User {
  /** UUID version 7. */
  readonly id: string;
  readonly email: string;
  readonly fullName: string;
  readonly provider: ProviderId;
  /** `oid` at Entra; null for a local account, and for one that was provisioned but never used. */
  readonly providerId: string | null;
  readonly tenantId: string | null;
  readonly status: UserStatus;
  readonly roles: readonly Grant[];
  readonly teams: readonly string[];
  readonly createdAt: string;
  readonly lastLoginAt: string | null;
  /** Grows by one with each change; a change names the version it was decided on. */
  readonly version: number;
}
