import type { Clock } from '../clock.js';
import type { RedisClient } from '../redis/connection.js';

/** Texts that all instances keep for a while, such as the findings of the last check of a set-up. */
export interface KeptTexts {
  keep(key: string, text: string, lifetimeMs: number): Promise<void>;
  /** Undefined after the lifetime. */
  read(key: string): Promise<string | undefined>;
}

export function createMemoryTexts(clock: Clock): KeptTexts {
  const texts = new Map<string, { readonly text: string; readonly end: number }>();
  return {
    async keep(key, text, lifetimeMs) {
      const now = clock.now();
      for (const [old, { end }] of texts) if (end <= now) texts.delete(old);
      texts.set(key, { text, end: now + lifetimeMs });
    },
    async read(key) {
      const kept = texts.get(key);
      return kept !== undefined && kept.end > clock.now() ? kept.text : undefined;
    },
  };
}

export function createRedisTexts(redis: RedisClient, prefix: string): KeptTexts {
  return {
    async keep(key, text, lifetimeMs) {
      const expiration = { type: 'PX', value: Math.max(1, Math.ceil(lifetimeMs)) } as const;
      await redis.set(`${prefix}kept:${key}`, text, { expiration });
    },
    read: async (key) => (await redis.get(`${prefix}kept:${key}`)) ?? undefined,
  };
}
