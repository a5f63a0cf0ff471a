import type { Clock } from '../clock.js';

/** Remembers for a while, across all instances, that a key was used. */
export interface OneTimeMarks {
  /** True for the first claim of this key within `lifetime` milliseconds. */
  claim(key: string, lifetime: number): Promise<boolean>;
}

export function createMemoryMarks(clock: Clock): OneTimeMarks {
  const marks = new Map<string, number>();
  return {
    async claim(key, lifetime) {
      const now = clock.now();
      for (const [old, until] of marks) if (until <= now) marks.delete(old);
      if (marks.has(key)) return false;
      marks.set(key, now + lifetime);
      return true;
    },
  };
}
