import { setTimeout as pause } from 'node:timers/promises';

const FIRST_RETRY = 50;
/** However often it is asked for, nobody looks more often than this, milliseconds. */
const SHORTEST_INTERVAL = 100;

/** Milliseconds until the next try: exponential, with jitter so that many instances don't return in step. */
export function retryDelay(retries: number, longest: number): number {
  const delay = Math.min(FIRST_RETRY * 2 ** Math.min(retries, 10), longest);
  return delay * (0.5 + Math.random() / 2);
}

export interface Search {
  /** Begins to look, unless somebody is looking already. */
  start(): void;
  stop(): void;
  readonly isStopped: boolean;
}

/** Looks, with pauses of at most `longest` milliseconds, until `look` has found what it is after. */
export function createSearch(look: () => Promise<boolean>, longest: number): Search {
  let isRunning = false;
  let isStopped = false;
  let lastLook = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    await pause(Math.max(0, lastLook + SHORTEST_INTERVAL - performance.now()));
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
