import type { User } from '#entrance/identity/user.js';
import type { Stores } from '#entrance/stores.js';
import { DemoError } from './demo-error.js';
import type { TurnableClock } from './turnable-clock.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The administrator who does most. */
export const HEAD = 'ingrid.solberg@contoso.com';

/** Something that happened, some time before now. */
export interface Moment {
  /** In milliseconds. */
  readonly ago: number;
  happen(now: number): Promise<void>;
}

export interface HistoryOptions {
  readonly stores: Stores;
  readonly clock: TurnableClock;
  readonly tenantId: string;
  readonly teamIds: ReadonlyMap<string, string>;
}

export async function personBy({ directory }: Stores, email: string): Promise<User> {
  const user = await directory.findByEmail(email);
  if (user === undefined) throw new DemoError(`${email} is missing from people.csv`);
  return user;
}
