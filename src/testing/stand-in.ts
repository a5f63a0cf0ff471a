import type { TestEntranceOptions } from './entrance.js';

/**
 * The person whom a provider under test signs in next. Members may have a wrong form, which a provider could send too:
 * a stand-in hands them on as they are.
 */
export interface StandInPerson {
  /** The provider's own ID of the person. */
  readonly subject: string;
  readonly email?: unknown;
  readonly emailVerified?: unknown;
  readonly fullName?: unknown;
  /** Undefined if the provider says nothing about groups. */
  readonly groups?: unknown;
}

/** A provider under test, with a stand-in for its servers on this machine that asks nobody anything. */
export interface ProviderStandIn {
  /** The ID of the provider under test. */
  readonly provider: string;
  /** The options of a test entrance that has this provider: `providers`, or `settings` that turn it on. */
  readonly options: Pick<TestEntranceOptions, 'providers' | 'settings'>;
  /** The beginning of the names of its settings; by default the ID in capitals behind `SSO_`, as `SSO_ACME`. */
  readonly prefix?: string;
  /** Signs this person in from now on; `undefined` cancels each sign-in, as a person can. */
  signIn(person: StandInPerson | undefined): void;
  /** Takes the servers away. A rule may do so itself, so a second call does nothing. */
  close(): Promise<void>;
}
