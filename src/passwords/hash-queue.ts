import { EntranceError } from '../errors.js';

/** The seconds after which a person who found the queue full may try again. */
const RETRY_AFTER_SECONDS = 5;

export interface Place {
  /** People who signed in from this address before wait apart, so a flood of guesses doesn't delay them. */
  readonly isKnown?: boolean;
}

export interface HashQueueLimits {
  /** The number of tasks that run at once. */
  readonly concurrency: number;
  /** The most tasks of each kind that wait. */
  readonly longest: number;
}

/** Runs a few tasks at a time, in the order in which they came, but tasks of known people first. */
export function createHashQueue({ concurrency, longest }: HashQueueLimits) {
  const known: (() => void)[] = [];
  const unknown: (() => void)[] = [];
  let running = 0;

  return {
    /** Rejects with EntranceError `too_many_attempts` if too many of the same kind wait already. */
    async run<T>(task: () => Promise<T>, { isKnown = false }: Place = {}): Promise<T> {
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

  /** Hands the place of the ended task straight to the next one, so that no new task takes it. */
  function passOn(): void {
    const next = known.shift() ?? unknown.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function tooMany(): EntranceError {
  return new EntranceError('too_many_attempts', {
    detail: 'Very many sign-ins arrived at this moment. Try again in a few seconds.',
    retryAfter: RETRY_AFTER_SECONDS,
  });
}
