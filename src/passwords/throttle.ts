import { createHash } from 'node:crypto';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { EntranceError } from '../errors.js';
import { addressIn } from '../identity/email.js';
import { fold } from '../identity/fold.js';
import { networkOf } from '../identity/network.js';
import { loadOnce } from '../load-once.js';
import type { RedisClient } from '../redis/connection.js';

const FAILURES_PER_ADDRESS = 50;
const FAILURES_PER_ACCOUNT = 100;
/** Seconds, as all durations that the counters take. */
const DAY = 86_400;
/** How long it counts that a person has signed in from an address. */
const ADDRESS_MEMORY = 180 * DAY;
/** The counters in memory expire by timers, which Node can't set for longer than 24.8 days. */
const LONGEST_TIMER = 24 * DAY;

/** The refusal of an attempt beyond a limit. */
export class LockedOut extends EntranceError {
  /** What is locked: the same for all who run against it. */
  readonly lock: string;

  constructor({ keyPrefix }: RateLimiterAbstract, key: string, retryAfter: number) {
    super('too_many_attempts', { cause: { limit: keyPrefix }, retryAfter });
    this.lock = `${keyPrefix}:${key}`;
  }
}

/** Slows down guessing of passwords. All instances on one store count together; no account and no address is exempt. */
export interface LocalSignInThrottle {
  /** Loads what counting takes, so that the first attempt doesn't have to. Rejects where that fails; an attempt then tries again. */
  prepare(): Promise<void>;
  /**
   * Counts an attempt before its password is looked at, so that parallel guesses can't slip past.
   * @throws EntranceError `too_many_attempts` with `retryAfter`; `store_unavailable`
   */
  admit(attempt: { readonly account: string; readonly address: string }): Promise<Attempt>;
}

/** An attempt that was admitted. It counts as a failure unless one of these says otherwise. */
export interface Attempt {
  /** Whether this account signed in from this address before. */
  readonly isKnown: boolean;
  /** Forgives this attempt, and those before it for this account from this address, which it remembers for the account. */
  succeeded(): Promise<void>;
  /** The password was never looked at: nothing was guessed. */
  withdrawn(): Promise<void>;
}

export interface ThrottleLimits {
  /** Failures for one account from one address within the lockout's duration. */
  readonly maxFailedAttempts: number;
  /** Milliseconds; whole seconds count. */
  readonly lockoutDuration: number;
}

export function createMemoryThrottle(limits: ThrottleLimits): LocalSignInThrottle {
  return createThrottle(
    limits,
    LONGEST_TIMER,
    ({ RateLimiterMemory }, options) => new RateLimiterMemory(options),
  );
}

export function createRedisThrottle(
  redis: RedisClient,
  prefix: string,
  limits: ThrottleLimits,
): LocalSignInThrottle {
  return createThrottle(limits, ADDRESS_MEMORY, ({ RateLimiterRedis }, options) => {
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

/** One thing that an attempt counts towards. */
interface Count {
  readonly counter: RateLimiterAbstract;
  readonly key: string;
}

function createThrottle(
  { maxFailedAttempts, lockoutDuration }: ThrottleLimits,
  addressMemory: number,
  createCounter: (library: Library, options: CounterOptions) => RateLimiterAbstract,
): LocalSignInThrottle {
  const lockout = Math.max(1, Math.ceil(lockoutDuration / 1_000));

  /** The library has a counter for every database there is, and takes its time to load. */
  const counters = loadOnce(async () => {
    const { default: library } = await import('rate-limiter-flexible');
    const counter = (keyPrefix: string, points: number, duration: number) =>
      createCounter(library, { keyPrefix, points, duration });
    return {
      perAddress: counter('address', FAILURES_PER_ADDRESS, lockout),
      perPair: counter('account-address', maxFailedAttempts, lockout),
      perAccount: counter('account', FAILURES_PER_ACCOUNT, DAY),
      knownAddresses: counter('known-address', 1, addressMemory),
    };
  });

  return {
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

      // The address first: from one that is over its limit, no further account leaves a trace in the store.
      await take(fromAddress).catch(givingBack(fromAddress));
      const left = await take(onPair).catch(givingBack(fromAddress));
      const isKnown = (await knownAddresses.get(pair)) !== null;
      await take(onAccount, isKnown).catch(givingBack(fromAddress, onPair, onAccount));
      if (left === 0) await perPair.set(pair, maxFailedAttempts, lockout); // the lockout takes its whole time from here

      return {
        isKnown,
        async succeeded() {
          await Promise.all([
            giveBack([fromAddress, onAccount]),
            perPair.delete(pair),
            knownAddresses.set(pair, 1, addressMemory),
          ]);
        },
        withdrawn: () => giveBack([fromAddress, onPair, onAccount]),
      };
    },
  };
}

/** Counts, and says how many more are left. */
async function take({ counter, key }: Count, mayPassLimit = false): Promise<number> {
  try {
    return (await counter.consume(key)).remainingPoints;
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal;
    if (mayPassLimit) return 0;
    throw new LockedOut(counter, key, Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)));
  }
}

/** What the library rejects with beside errors. */
function isRefusal(value: unknown): value is { readonly msBeforeNext: number } {
  return typeof value === 'object' && value !== null && 'msBeforeNext' in value;
}

/** Who is refused has guessed nothing, so what was counted before is given back. */
function givingBack(...counts: readonly Count[]): (refusal: unknown) => Promise<never> {
  return async (refusal) => {
    if (refusal instanceof EntranceError && refusal.code === 'too_many_attempts') await giveBack(counts);
    throw refusal;
  };
}

async function giveBack(counts: readonly Count[]): Promise<void> {
  await Promise.all(counts.map(({ counter, key }) => counter.reward(key)));
}

/** So that a copy of the store lists neither addresses nor who tried to sign in. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
