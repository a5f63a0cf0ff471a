export const scopes = [
  'users:read',
  'users:write',
  'admins:write',
  'teams:write',
  'sessions:write',
  'tokens:write',
  'audit:read',
  'verify',
  '*',
] as const;
export type Scope = (typeof scopes)[number];

/** The scopes of a token if nobody names any: reading. */
export const DEFAULT_SCOPES: readonly Scope[] = ['users:read', 'audit:read'];

/** Our record of an API token. Times are ISO 8601 in UTC. */
export interface ApiToken {
  /** UUID version 7. */
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  /** The time at which the token got its present secret; null for its first secret. */
  readonly rotatedAt: string | null;
  /** The ID of the user who made the token; null for a token from the command line. */
  readonly createdBy: string | null;
  /** The nearest first: the token ends with each of them. Empty if a person made it. */
  readonly ancestors: readonly Ancestor[];
}

/** The token that made another token, as it was at that moment. */
export interface Ancestor {
  readonly id: string;
  readonly name: string;
  /** If the ancestor has got another secret since, the token that it made has ended. */
  readonly secretSince: string;
  readonly expiresAt: string;
}
