import { setTimeout as pause } from 'node:timers/promises';

const FIRST_RETRY_MS = 50;
/** The shortest interval between two searches, however often `start` is called. */
const SHORTEST_INTERVAL_MS = 100;

/** The milliseconds until the next attempt: exponential, with jitter so that many instances don't come back in step. */
export function retryDelay(retries: number, longest: number): number {
  const delay = Math.min(FIRST_RETRY_MS * 2 ** Math.min(retries, 10), longest);
  return delay * (0.5 + Math.random() / 2);
}

export interface Search {
  /** Starts the search, unless it is running. */
  start(): void;
  stop(): void;
  readonly isStopped: boolean;
}

/** Calls `look` with pauses of at most `longest` milliseconds until `look` gives true. */
export function createSearch(look: () => Promise<boolean>, longest: number): Search {
  let isRunning = false;
  let isStopped = false;
  let lastLook = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    await pause(Math.max(0, lastLook + SHORTEST_INTERVAL_MS - performance.now()));
    for (let tries = 0; !isStopped && !(await look().catch(() => false)); tries += 1) {
      await pause(retryDelay(tries, longest));
    }
    lastLook = performance.now();
    isRunning = false;
  }

  return {
    start() {
      if (isRunning || isStopped) return;
      isRunning = true;
      void run();
    },
    stop() {
      isStopped = true;
    },
    get isStopped() {
      return isStopped;
    },
  };
}
