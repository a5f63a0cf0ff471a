import { setTimeout as pause } from 'node:timers/promises';
import type { RedisFault } from './fault.js';

const LOOK_INTERVAL_MS = 100;
/** The connection is made in the background, and the server may have just started. */
const PATIENCE_MS = 2_000;
/** The time that the first attempt may take to show a fault: a silent server is given up after five seconds. */
const LONGEST_PATIENCE_MS = 8_000;

export interface Reachable {
  ping(): Promise<unknown>;
  explain(error: unknown): RedisFault | undefined;
}

/** Resolves when Redis answers. Rejects with the error of the last ping when a cause is known. */
export async function untilReachable({ ping, explain }: Reachable): Promise<void> {
  for (let waited = 0; ; waited += LOOK_INTERVAL_MS) {
    try {
      await ping();
      return;
    } catch (error) {
      const isUndecided = explain(error)?.code === 'connecting';
      if (waited >= (isUndecided ? LONGEST_PATIENCE_MS : PATIENCE_MS)) throw error;
      await pause(LOOK_INTERVAL_MS);
    }
  }
}
