import type { Happening } from '../audit/event.js';
import type { EmailDoubt, Grant, IdentityKey, ProviderId, User, UserStatus } from '../identity/user.js';
import type { SeenClaims } from './seen-claims.js';

export type { Grant, IdentityKey, ProviderId, SeenClaims, User, UserStatus };

export type NewUser = Omit<User, 'version'>;

/**
 * The fields of a user that may change. The fields of the identities change together, as `withIdentity` and its like
 * give them.
 */
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
  /** Another account has this confirmed email (compared without regard to case). */
  | 'email_taken'
  | 'identity_taken'
  /** The user or the other account was changed or deleted after it was read: read it again and decide again. */
  | 'stale'
  /** The change would leave no `platform_admin` who can sign in. */
  | 'last_admin';

export type Outcome =
  | {
      readonly user: User;
      /** Set if this user was the last `platform_admin` who could sign in, and isn't any more. */
      readonly tookLastAdmin?: true;
    }
  | { readonly conflict: Conflict };

export type SortKey = 'email' | 'full_name' | 'created_at' | 'last_login_at';

export interface UserQuery {
  /**
   * The beginnings of words of the full name and of the confirmed email before its `@`, in any order, without regard to
   * case and accents; or the beginning of the email.
   */
  readonly q?: string;
  /** A provider, or `local`, by which the user signs in or may claim the account. */
  readonly provider?: ProviderId;
  /** The name of a role that the user holds. */
  readonly role?: string;
  readonly status?: UserStatus;
  /** The ID of a team that the user is in. */
  readonly team?: string;
  /** ISO 8601. The users who have not signed in at or after this time, those who never signed in among them. */
  readonly notSignedInSince?: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** 1–200. */
  readonly limit: number;
  /** Continues behind (`after`) or in front of (`before`) a position that an earlier page gave. */
  readonly cursor?: { readonly direction: 'after' | 'before'; readonly position: string };
}

/**
 * A page of users. It may be short, or even empty, if many users were read and few matched; then `next` (or `previous`,
 * on the way back) continues the search.
 */
export interface UserPage {
  readonly users: readonly User[];
  /** The position to continue `after` for the following page; null at the end. */
  readonly next: string | null;
  /** The position to continue `before` for the preceding page; null at the start. */
  readonly previous: string | null;
}

/** The events that are recorded in the same step as a write: both happen, or neither. */
export interface WriteEvents {
  readonly events?: readonly Happening[] | undefined;
}

export interface UserWrite extends WriteEvents, OtherAccount {
  /** The claims of the sign-in that causes the write. */
  readonly seen?: SeenClaims | undefined;
  /**
   * Further events for a write that demotes the last `platform_admin` who can sign in; such a write is allowed here.
   */
  readonly ifLastAdmin?: readonly Happening[] | undefined;
}

/** Another account that changes in the same step as a user: both writes happen, or neither. At most one of the two is there. */
export interface OtherAccount {
  /** An account that loses its address to the user, and keeps it as an unconfirmed one. */
  readonly losesEmail?: { readonly user: User; readonly doubt: EmailDoubt } | undefined;
  /**
   * An account that was added ahead for the user, and is deleted. It has no identity, so nobody has ever signed in to
   * it.
   */
  readonly merges?: User | undefined;
}

/** A user with the claims of their last sign-in through a provider. */
export interface KnownUser {
  readonly user: User;
  /** Undefined for a user who never signed in through a provider. */
  readonly seen: SeenClaims | undefined;
}

/**
 * The users. Every write is atomic, even if several instances write at once. Rejects with an EntranceError
 * `store_unavailable` when the store can't be reached.
 */
export interface Directory {
  /**
   * Brings users that earlier versions stored into the present form, and gives their number. If it breaks off, the next
   * call continues.
   */
  migrate(): Promise<number>;
  find(id: string): Promise<User | undefined>;
  findByIdentity(key: IdentityKey): Promise<User | undefined>;
  /** The user with this confirmed email; `email` in any case. */
  findByEmail(email: string): Promise<User | undefined>;
  list(query: UserQuery): Promise<UserPage>;
  count(): Promise<number>;
  /** The number of users with this status. */
  countWithStatus(status: Exclude<UserStatus, 'active'>): Promise<number>;
  /** The number of users whose last sign-in is before `time`, milliseconds. Users who never signed in don't count. */
  countSignedInBefore(time: number): Promise<number>;
  /** The number of users in each of these teams, by the team's ID. */
  countInTeams(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The number of users with each role that somebody has, by the role's name. */
  countInRoles(): Promise<ReadonlyMap<string, number>>;
  /** Conflicts: `email_taken`, `identity_taken`. A `passwordHash` is stored in the same step. */
  create(user: NewUser, options?: { readonly passwordHash?: string } & UserWrite): Promise<Outcome>;
  /**
   * Changes the user whose version is still `user.version`. All four conflicts are possible. `last_admin` needs
   * `keepAnAdmin`: the user is the last `platform_admin` who can sign in, and the change would end that. A user can
   * sign in if their status is `active` and they have a way in that is open: an identity at a provider that is on, or a
   * password while local sign-in is on. An account that becomes a provider’s loses its password in the same step.
   */
  update(
    user: User,
    changes: UserChanges,
    options?: { readonly keepAnAdmin?: boolean } & UserWrite,
  ): Promise<Outcome>;
  /**
   * Deletes the user whose version is still `user.version`, and the password. Conflicts: `stale`, and with
   * `keepAnAdmin` `last_admin`.
   */
  delete(
    user: User,
    options?: { readonly keepAnAdmin?: boolean } & WriteEvents,
  ): Promise<'deleted' | Conflict>;
  /** Users with a grant that ended at or before `now` (milliseconds since the epoch) and is still stored. */
  listEndedGrants(now: number, limit: number): Promise<readonly User[]>;
  findSeen(user: User): Promise<SeenClaims | undefined>;
  /** All users, in batches. A user who is created or changed during the reading may be missing, or appear twice. */
  everybody(): AsyncIterable<readonly KnownUser[]>;
  /**
   * Whether this user is the last `platform_admin` who can sign in, so that a page can say so before somebody tries a
   * change.
   */
  isLastAdmin(user: Pick<User, 'id'>): Promise<boolean>;
  /** Whether there is a `platform_admin` who can sign in. */
  hasAdmin(): Promise<boolean>;
  findPasswordHash(id: string): Promise<string | undefined>;
  /** Replaces the password hash of a local account by a hash with newer parameters. */
  setPasswordHash(id: string, hash: string): Promise<void>;
}

/** The parts that a host app's own directory is made with. */
export interface DirectoryContext {
  /**
   * Records the events of a write. Call it inside the transaction of the write, before the commit, and roll back if it
   * rejects: then a change is never without its event.
   */
  record(events: readonly Happening[]): Promise<void>;
  /** The ways in that are open to administrators: IDs of providers, and `local`. */
  readonly waysIn: readonly ProviderId[];
}

/** Makes the directory of a host app, which keeps the users in its own table. */
export type OpenDirectory = (context: DirectoryContext) => Directory;
