import { systemClock } from '../clock.js';
import type { RedisClient } from '../redis/connection.js';

/** Digests of locked names, so that a page can show their number. The throttle's counters decide. */
export interface LockedAccounts {
  add(account: string, seconds: number): Promise<void>;
  remove(account: string): Promise<void>;
  count(): Promise<number>;
}

export function createMemoryLockedAccounts(): LockedAccounts {
  const ends = new Map<string, number>();
  return {
    async add(account, seconds) {
      ends.set(account, systemClock.now() + seconds * 1_000);
    },
    async remove(account) {
      ends.delete(account);
    },
    async count() {
      for (const [account, end] of ends) if (end <= systemClock.now()) ends.delete(account);
      return ends.size;
    },
  };
}

export function createRedisLockedAccounts(redis: RedisClient, prefix: string): LockedAccounts {
  const key = `${prefix}throttle:locked`;
  return {
    async add(account, seconds) {
      const now = systemClock.now();
      await redis.zRemRangeByScore(key, '-inf', now);
      await redis.zAdd(key, { score: now + seconds * 1_000, value: account });
    },
    async remove(account) {
      await redis.zRem(key, account);
    },
    count: () => redis.zCount(key, `(${systemClock.now()}`, '+inf'),
  };
}
