import { anonymous } from './anonymous.js';
import { commands } from './commands.js';
import { distance } from './distance.js';
import { eventLoop } from './event-loop.js';
import { guard } from './guard.js';
import { memory } from './memory.js';
import { oddInputs } from './odd-inputs.js';
import { revocation } from './revocation.js';
import { signIn } from './sign-in.js';
import { start } from './start.js';
import type { Benchmark } from './support/benchmark.js';
import { users } from './users.js';

/** In the order in which docs/performance.md tells of them. */
export const benchmarks: readonly Benchmark[] = [
  guard,
  anonymous,
  commands,
  distance,
  memory,
  signIn,
  revocation,
  users,
  eventLoop,
  oddInputs,
  start,
];
