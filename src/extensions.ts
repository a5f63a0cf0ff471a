import type { AuditSink } from './audit/event.js';
import type { OpenDirectory } from './directory/directory.js';
import type { IdentityKey, ProviderId, UserStatus } from './identity/user.js';
import type { Texts } from './pages/texts.js';
import type { CustomProvider } from './providers/custom/custom-provider.js';

/**
 * The places in which a host app extends Entrance (docs/extending/). Each member is optional. Text that a hook gets
 * comes from people and providers: escape it before you show it.
 */
export interface Extensions {
  /**
   * Is asked about each sign-in that our own rules allow, before anything is written. May refuse a person whom we would
   * admit; can't admit a person whom we refuse. If it throws, gives no answer within 5 seconds, or gives another value
   * than an `AdmitAnswer`, the person isn't admitted (`admission_failed`).
   */
  readonly admit?: Admit | undefined;
  /**
   * Runs after a session has begun, and before the browser goes on. The browser waits for it, 5 seconds at most. If it
   * throws or hangs, that is logged, and the person is signed in all the same: refuse people in `admit`.
   */
  readonly onSignIn?: Hook<SignedIn> | undefined;
  /**
   * Runs after a user was created: by a first sign-in, by an administrator, by an import or through the API. Nobody
   * waits for it. If it throws or hangs, that is logged, and the user stays.
   */
  readonly onUserCreated?: Hook<UserCreated> | undefined;
  /**
   * Runs after a person has signed out. Nobody waits for it. If it throws or hangs, that is logged, and the person is
   * signed out all the same. It doesn't run for a session that expires or that others end.
   */
  readonly onSignOut?: Hook<SignedOut> | undefined;
  /**
   * Gets each audit event after this instance has recorded it, one at a time and in order. Nobody waits for it. An
   * event for which it fails, or takes longer than 5 seconds, is passed over and logged by its ID; while 10,000 events
   * wait, it misses further ones. The audit log has all of them.
   */
  readonly auditSink?: AuditSink | undefined;
  /**
   * A folder of EJS files, each of which replaces our view of the same name (`Views` has their models). If a file fails
   * while it renders, that is logged, and our own view is sent.
   */
  readonly views?: string | undefined;
  /**
   * Keeps the users in the host app's own table, in place of ours. `directoryContract` of `express-entrance/testing`
   * has the rules. If it rejects, the request fails and nothing is done.
   */
  readonly directory?: OpenDirectory | undefined;
  /**
   * Providers of the host app's own code, beside those that settings turn on; their buttons come last. They are on
   * unless `SSO_ENABLED` is false. `providerContract` of `express-entrance/testing` has the rules.
   */
  readonly providers?: readonly CustomProvider[] | undefined;
  /** Texts for people in place of ours, by the code of the error. */
  readonly texts?: Texts | undefined;
}

export type { LoneEvent as RecordedEvent } from './audit/event.js';
export type * from './directory/directory.js';
export type { DirectoryContext, OpenDirectory } from './directory/directory.js';
export type { PageFrame } from './pages/frame.js';
export type { Views } from './pages/views.js';
export type * from './providers/custom/custom-provider.js';
export type { VendorMark } from './providers/vendor-mark.js';
export type { AuditSink, Texts };

/** A function of the host app that is told of something. Its result isn't read. */
export type Hook<Event> = (event: Event) => unknown;

export type Admit = (attempt: SignInAttempt) => AdmitAnswer | Promise<AdmitAnswer>;

/** `true` lets our own decision stand. `false` or a refusal keeps the person out. */
export type AdmitAnswer = boolean | AdmitRefusal;

export interface AdmitRefusal {
  /** The text that the person sees in place of ours, up to 300 characters: what happened and what to do next. */
  readonly text?: string | undefined;
  /** A code of the host app for the person to quote, and for the log: up to 64 letters, digits, `.`, `_` and `-`. */
  readonly code?: string | undefined;
}

/** A user, as hooks see one. */
export interface HookUser {
  readonly id: string;
  /** Undefined while the address isn't confirmed. */
  readonly email: string | undefined;
  readonly fullName: string;
  /** The names of the roles that the user holds. */
  readonly roles: readonly string[];
  readonly status: UserStatus;
}

/** An attempt to sign in that our own rules allow. The value is a copy: changes to it have no effect. */
export interface SignInAttempt {
  /** `link`: a signed-in person adds the identity to their account as a further way to sign in. */
  readonly purpose: 'sign-in' | 'link';
  /** The ID of the provider; `local` for a password. */
  readonly provider: ProviderId;
  /** The identity that the provider has proved; undefined for a password. */
  readonly identity: AttemptIdentity | undefined;
  /** The user as they were before this sign-in; undefined if the person has no account yet. */
  readonly user: HookUser | undefined;
  /** The address of the client, if it is known. */
  readonly ip: string | undefined;
  /** Aborts after 5 seconds, when the answer comes too late. */
  readonly signal: AbortSignal;
}

export interface AttemptIdentity {
  readonly key: IdentityKey;
  readonly email: string | undefined;
  readonly emailVerified: boolean;
  readonly fullName: string;
  /** The groups that the provider named. There may be more if the provider couldn't list all of them. */
  readonly groups: readonly string[];
  /** The app roles that the provider named, with the same reservation. */
  readonly appRoles: readonly string[];
}

export interface SignedIn {
  readonly user: HookUser;
  /** The ID of the provider; `local` for a password. */
  readonly provider: ProviderId;
  /** Whether this sign-in created the user. */
  readonly isNew: boolean;
}

export interface UserCreated {
  /** `status` is `pending` while an administrator has to approve the user. */
  readonly user: HookUser;
  /** The ID of the provider that the user signs in with; `local` for a password. */
  readonly provider: ProviderId;
}

export interface SignedOut {
  /** The user as they were at sign-in. */
  readonly user: Omit<HookUser, 'status'>;
  /** The ID of the provider that the session began with; `local` for a password. */
  readonly provider: ProviderId;
}
