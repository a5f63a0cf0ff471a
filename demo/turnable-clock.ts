import type { Clock } from '#entrance/clock.js';

/** A clock that stands at a moment of the past while the demo makes its history, and then goes as usual. */
export interface TurnableClock extends Clock {
  /** `moment`: milliseconds since the epoch. */
  standAt(moment: number): void;
  go(): void;
}

export function createTurnableClock(): TurnableClock {
  let standing: number | undefined;
  return {
    now: () => standing ?? Date.now(),
    standAt(moment) {
      standing = moment;
    },
    go() {
      standing = undefined;
    },
  };
}
