import { EntranceError } from '../errors.js';

/** Seconds after which those who found the queue full may come back. */
const RETRY_AFTER = 5;

/** Runs tasks a few at a time, in the order in which they came. */
export interface HashQueue {
  /** Rejects with EntranceError `too_many_attempts` where too many wait already. */
  run<T>(task: () => Promise<T>): Promise<T>;
}

export interface HashQueueLimits {
  /** How many tasks run at once. */
  readonly concurrency: number;
  /** How many may wait. */
  readonly longest: number;
}

export function createHashQueue({ concurrency, longest }: HashQueueLimits): HashQueue {
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    async run(task) {
      await turn();
      try {
        return await task();
      } finally {
        passOn();
      }
    },
  };

  async function turn(): Promise<void> {
    if (running < concurrency) {
      running += 1;
      return;
    }
    if (waiting.length >= longest) throw tooMany();
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  /** The place goes straight to the one who waits longest, so nobody slips in between. */
  function passOn(): void {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function tooMany(): EntranceError {
  return new EntranceError('too_many_attempts', {
    detail: 'Very many sign-ins arrived at this moment. Try again in a few seconds.',
    retryAfter: RETRY_AFTER,
  });
}
