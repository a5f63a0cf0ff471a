import { EntranceError } from '../errors.js';

/** Seconds after which those who found the queue full may come back. */
const RETRY_AFTER = 5;

/** Runs tasks a few at a time, in the order in which they came; those of known people come first. */
export interface HashQueue {
  /** Rejects with EntranceError `too_many_attempts` if too many of the same kind wait already. */
  run<T>(task: () => Promise<T>, place?: Place): Promise<T>;
}

export interface Place {
  /** A flood of guesses from new addresses takes no place from people who signed in from their address before. */
  readonly isKnown?: boolean;
}

export interface HashQueueLimits {
  /** How many tasks run at once. */
  readonly concurrency: number;
  /** How many of each kind may wait. */
  readonly longest: number;
}

export function createHashQueue({ concurrency, longest }: HashQueueLimits): HashQueue {
  const known: (() => void)[] = [];
  const unknown: (() => void)[] = [];
  let running = 0;

  return {
    async run(task, { isKnown = false } = {}) {
      await turn(isKnown ? known : unknown);
      try {
        return await task();
      } finally {
        passOn();
      }
    },
  };

  async function turn(waiting: (() => void)[]): Promise<void> {
    if (running < concurrency) {
      running += 1;
      return;
    }
    if (waiting.length >= longest) throw tooMany();
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  /** The place goes straight to whoever is next, so nobody slips in between. */
  function passOn(): void {
    const next = known.shift() ?? unknown.shift();
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
