import type { Happening } from '../audit/event.js';
import type { EmailDoubt, Grant, IdentityKey, ProviderId, User, UserStatus } from '../identity/user.js';
import type { SeenClaims } from './seen-claims.js';

export type { Grant, IdentityKey, ProviderId, SeenClaims, User, UserStatus };

export type NewUser = Omit<User, 'version'>;

/** What may change of a user. `withIdentity` and its like give the fields of the identities together. */
export type UserChanges = Partial<
  Pick<
    User,
    | 'email'
    | 'emailDoubt'
    | 'fullName'
    | 'provider'
    | 'providerId'
    | 'providerScope'
    | 'linkedAt'
    | 'furtherIdentities'
    | 'status'
    | 'decision'
    | 'roles'
    | 'teams'
    | 'lastLoginAt'
  >
>;

export type Conflict =
  /** Another account has this email, confirmed (compared without regard to case). */
  | 'email_taken'
  /** Another account holds this identity. */
  | 'identity_taken'
  /** The user or the other account was changed or deleted since the reading: read again and decide again. */
  | 'stale'
  /** The change would leave no `platform_admin` who can sign in. */
  | 'last_admin';

export type Outcome =
  | {
      readonly user: User;
      /** This was the last `platform_admin` who could sign in, and is none now. */
      readonly tookLastAdmin?: true;
    }
  | { readonly conflict: Conflict };

export type SortKey = 'email' | 'full_name' | 'created_at' | 'last_login_at';

export interface UserQuery {
  /** Prefix of the confirmed email or of the full name, without regard to case and accents. */
  readonly q?: string;
  /** A way in that the user has, or waits for. */
  readonly provider?: ProviderId;
  /** Name of a role that the user holds. */
  readonly role?: string;
  readonly status?: UserStatus;
  /** ID of a team that the user is in. */
  readonly team?: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** 1–200. */
  readonly limit: number;
  /** Continue behind (`after`) or in front of (`before`) a position that an earlier page gave. */
  readonly cursor?: { readonly direction: 'after' | 'before'; readonly position: string };
}

/** Short, or even empty, where many were looked at and few matched: then `next` (or `previous`, on the way back) goes on. */
export interface UserPage {
  readonly users: readonly User[];
  /** Position to continue `after` for the following page; null at the end. */
  readonly next: string | null;
  /** Position to continue `before` for the preceding page; null at the start. */
  readonly previous: string | null;
}

/** What is recorded in the same step as a write: both happen, or neither. */
export interface WriteEvents {
  readonly events?: readonly Happening[] | undefined;
}

export interface UserWrite extends WriteEvents, OtherAccount {
  /** What the sign-in that causes this says. */
  readonly seen?: SeenClaims | undefined;
  /** Recorded besides where this takes the last `platform_admin` who can sign in, which is allowed then. */
  readonly ifLastAdmin?: readonly Happening[] | undefined;
}

/** Another account that changes in the same step as a user: both writes happen, or neither. At most one of the two is there. */
export interface OtherAccount {
  /** It has the address that the user gets, and keeps it as an unconfirmed one. */
  readonly losesEmail?: { readonly user: User; readonly doubt: EmailDoubt } | undefined;
  /** It was added ahead for the user, and is deleted. It has no identity, so nobody can have signed in to it. */
  readonly merges?: User | undefined;
}

/** A user, and what their last sign-in through a provider said. */
export interface KnownUser {
  readonly user: User;
  /** Undefined for who never signed in so. */
  readonly seen: SeenClaims | undefined;
}

/**
 * The users. Every write is atomic and happens wholly or not at all, also when several instances write at once.
 * Rejects with an EntranceError `store_unavailable` when the store can't be reached.
 */
export interface Directory {
  /** Brings what earlier versions stored into the present form. If it breaks off, the next call goes on. Gives how many users it concerned. */
  migrate(): Promise<number>;
  find(id: string): Promise<User | undefined>;
  findByIdentity(key: IdentityKey): Promise<User | undefined>;
  /** The user with this confirmed email; `email` in any case. */
  findByEmail(email: string): Promise<User | undefined>;
  list(query: UserQuery): Promise<UserPage>;
  /** How many users there are. */
  count(): Promise<number>;
  /** How many users have this status. */
  countWithStatus(status: Exclude<UserStatus, 'active'>): Promise<number>;
  /** How many users are in each of these teams, by their IDs. */
  countInTeams(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Conflicts: `email_taken`, `identity_taken`. With `passwordHash` the local password is set in the same step. */
  create(user: NewUser, options?: { readonly passwordHash?: string } & UserWrite): Promise<Outcome>;
  /**
   * Changes the user whose version is still `user.version`. Conflicts: all four; `last_admin` only with
   * `keepAnAdmin`, when the user is the last `platform_admin` who can sign in, and could not afterwards: active, and
   * with a way in that is open, an account at a provider that is on, or a password while local sign-in is on.
   */
  update(
    user: User,
    changes: UserChanges,
    options?: { readonly keepAnAdmin?: boolean } & UserWrite,
  ): Promise<Outcome>;
  /**
   * Deletes the user whose version is still `user.version`, with their password. Conflicts: `stale`, and with
   * `keepAnAdmin` `last_admin`.
   */
  delete(
    user: User,
    options?: { readonly keepAnAdmin?: boolean } & WriteEvents,
  ): Promise<'deleted' | Conflict>;
  findSeen(user: User): Promise<SeenClaims | undefined>;
  /** Everybody, some at a time; who comes or changes meanwhile may be left out, or be there twice. */
  everybody(): AsyncIterable<readonly KnownUser[]>;
  /** Whether this is the last `platform_admin` who can sign in: to say so before it is tried. */
  isLastAdmin(user: Pick<User, 'id'>): Promise<boolean>;
  /** Whether there is a `platform_admin` who can sign in. */
  hasAdmin(): Promise<boolean>;
  /** The password hash (PHC string) of a local account. */
  findPasswordHash(id: string): Promise<string | undefined>;
  /** Replaces the password hash of a local account: for a rehash with newer parameters. */
  setPasswordHash(id: string, hash: string): Promise<void>;
}
