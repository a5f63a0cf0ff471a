import type { Clock } from '../clock.js';

/** A clock that a test turns. It begins at the present, and goes on with the time. */
export interface TestClock extends Clock {
  /**
   * Turns the clock forward.
   * @throws RangeError for a time that isn’t forward
   */
  pass(milliseconds: number): void;
}

export function createTestClock(): TestClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    pass(milliseconds) {
      if (!(milliseconds >= 0)) throw new RangeError('a clock turns forward: give milliseconds, 0 or more');
      ahead += milliseconds;
    },
  };
}
