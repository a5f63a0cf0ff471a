import { createHash } from 'node:crypto';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { EntranceError } from '../errors.js';
import { addressIn } from '../identity/email.js';
import { fold } from '../identity/fold.js';
import { networkOf } from '../identity/network.js';
import type { RedisClient } from '../redis/connection.js';
import { loadOnce } from '../single-flight.js';
import {
  createMemoryLockedAccounts,
  createRedisLockedAccounts,
  type LockedAccounts,
} from './locked-accounts.js';

const FAILURES_PER_ADDRESS = 50;
const FAILURES_PER_ACCOUNT = 100;
/** In seconds, like all durations of the counters. */
const DAY_SECONDS = 86_400;
/** The time for which a person's address stays known after a sign-in. */
const ADDRESS_MEMORY_SECONDS = 180 * DAY_SECONDS;
/** The counters in memory expire by timers, which Node can't set for longer than 24.8 days. */
const LONGEST_TIMER_SECONDS = 24 * DAY_SECONDS;

export class LockedOut extends EntranceError {
  /** Identifies the limit: it is the same for all attempts that the limit refuses. */
  readonly lock: string;

  constructor({ keyPrefix }: RateLimiterAbstract, key: string, retryAfter: number) {
    super('too_many_attempts', { cause: { limit: keyPrefix }, retryAfter });
    this.lock = `${keyPrefix}:${key}`;
  }
}

/** All instances with the same store count together. No account and no address is exempt. */
export interface LocalSignInThrottle {
  /** Loads the counters ahead of the first attempt. Rejects if this fails; the next attempt then loads them again. */
  prepare(): Promise<void>;
  /** Counts before the check. @throws EntranceError `too_many_attempts` with `retryAfter`; `store_unavailable` */
  admit(attempt: { readonly account: string; readonly address: string }): Promise<Attempt>;
  /** The number of accounts that are locked now. */
  countLocked(): Promise<number>;
}

/** An attempt below the limits. It counts as a failure unless `succeeded` or `withdrawn` is called. */
export interface Attempt {
  /** Whether this account signed in from this address before. */
  readonly isKnown: boolean;
  /** Uncounts all attempts for this account from this address, which becomes known for the account. */
  succeeded(): Promise<void>;
  /** Removes this attempt from the counts, since its password was never checked. */
  withdrawn(): Promise<void>;
}

export interface ThrottleLimits {
  /** The most failures for one account from one address within `lockoutDuration`. */
  readonly maxFailedAttempts: number;
  /** In milliseconds, rounded up to whole seconds. */
  readonly lockoutDuration: number;
}

export function createMemoryThrottle(limits: ThrottleLimits): LocalSignInThrottle {
  return createThrottle(
    limits,
    LONGEST_TIMER_SECONDS,
    createMemoryLockedAccounts(),
    ({ RateLimiterMemory }, options) => new RateLimiterMemory(options),
  );
}

export function createRedisThrottle(
  redis: RedisClient,
  prefix: string,
  limits: ThrottleLimits,
): LocalSignInThrottle {
  const locked = createRedisLockedAccounts(redis, prefix);
  return createThrottle(limits, ADDRESS_MEMORY_SECONDS, locked, ({ RateLimiterRedis }, options) => {
    const keyPrefix = `${prefix}throttle:${options.keyPrefix}`;
    return new RateLimiterRedis({ ...options, keyPrefix, storeClient: redis, useRedisPackage: true });
  });
}

interface CounterOptions {
  readonly keyPrefix: string;
  readonly points: number;
  readonly duration: number;
}

type Library = typeof import('rate-limiter-flexible');

interface Count {
  readonly counter: RateLimiterAbstract;
  readonly key: string;
}

function createThrottle(
  { maxFailedAttempts, lockoutDuration }: ThrottleLimits,
  addressMemory: number,
  locked: LockedAccounts,
  createCounter: (library: Library, options: CounterOptions) => RateLimiterAbstract,
): LocalSignInThrottle {
  const lockout = Math.max(1, Math.ceil(lockoutDuration / 1_000));

  /** Loaded late, since the library has counters for every kind of database and takes time to load. */
  const counters = loadOnce(async () => {
    const { default: library } = await import('rate-limiter-flexible');
    const counter = (keyPrefix: string, points: number, duration: number) =>
      createCounter(library, { keyPrefix, points, duration });
    return {
      perAddress: counter('address', FAILURES_PER_ADDRESS, lockout),
      perPair: counter('account-address', maxFailedAttempts, lockout),
      perAccount: counter('account', FAILURES_PER_ACCOUNT, DAY_SECONDS),
      knownAddresses: counter('known-address', 1, addressMemory),
    };
  });

  return {
    countLocked: locked.count,
    async prepare() {
      await counters();
    },
    async admit({ account, address }) {
      const { perAddress, perPair, perAccount, knownAddresses } = await counters();
      const who = digest(fold(addressIn(account)));
      const where = digest(networkOf(address));
      const pair = `${who}:${where}`;
      const fromAddress: Count = { counter: perAddress, key: where };
      const onPair: Count = { counter: perPair, key: pair };
      const onAccount: Count = { counter: perAccount, key: who };

      // The address is counted first: when it is over its limit, attempts on further accounts leave no trace in the
      // store.
      await take(fromAddress).catch(givingBack(fromAddress));
      const left = await take(onPair).catch(givingBack(fromAddress));
      const isKnown = (await knownAddresses.get(pair)) !== null;
      await take(onAccount, isKnown)
        .catch(async (refusal: unknown) => {
          if (refusal instanceof LockedOut) await locked.add(who, refusal.retryAfter ?? lockout);
          throw refusal;
        })
        .catch(givingBack(fromAddress, onPair, onAccount));
      if (left === 0) {
        await perPair.set(pair, maxFailedAttempts, lockout); // the lockout begins now
        await locked.add(who, lockout);
      }

      return {
        isKnown,
        async succeeded() {
          await Promise.all([
            giveBack([fromAddress, onAccount]),
            perPair.delete(pair),
            knownAddresses.set(pair, 1, addressMemory),
            ...(left === 0 ? [locked.remove(who)] : []),
          ]);
        },
        withdrawn: () => giveBack([fromAddress, onPair, onAccount]),
      };
    },
  };
}

/** Counts an attempt, and gives the number of attempts that are left. */
async function take({ counter, key }: Count, mayPassLimit = false): Promise<number> {
  try {
    return (await counter.consume(key)).remainingPoints;
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal;
    if (mayPassLimit) return 0;
    throw new LockedOut(counter, key, Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)));
  }
}

/** Whether the library refused an attempt. Otherwise it rejects with errors. */
function isRefusal(value: unknown): value is { readonly msBeforeNext: number } {
  return typeof value === 'object' && value !== null && 'msBeforeNext' in value;
}

/** Removes a refused attempt from the counts that it passed before, since its password was never checked. */
function givingBack(...counts: readonly Count[]): (refusal: unknown) => Promise<never> {
  return async (refusal) => {
    if (refusal instanceof EntranceError && refusal.code === 'too_many_attempts') await giveBack(counts);
    throw refusal;
  };
}

async function giveBack(counts: readonly Count[]): Promise<void> {
  await Promise.all(counts.map(({ counter, key }) => counter.reward(key)));
}

/** Stores digests, so that a copy of the store shows neither addresses nor the names that people signed in with. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
