import type { Clock } from './clock.js';
import type { Opened } from './open-entrance.js';

/** What `express-entrance/testing` needs of the Entrance that it makes. No host app can reach this. */
export interface TestSeam {
  readonly clock: Clock;
  /** Is given what was opened, so that a test can begin a session. */
  opened(opened: Opened): void;
}

const seams = new WeakMap<object, TestSeam>();

/** Marks these options as those of an Entrance for tests. */
export function withTestSeam<Options extends object>(options: Options, seam: TestSeam): Options {
  seams.set(options, seam);
  return options;
}

export function testSeamOf(options: object): TestSeam | undefined {
  return seams.get(options);
}
