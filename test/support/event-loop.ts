import { openSync, readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** No input may hold up other requests for longer. */
export const MOST_TURN_MS = 100;
const TRIES = 4;

/**
 * The longest time for which the work holds up everything else: the CPU time of this thread in its longest turn of the event
 * loop, milliseconds. The clock on the wall would count what other programs take on a busy machine, and so does
 * `performance.eventLoopUtilization`; `process.cpuUsage` counts the threads that hash passwords, compile and collect garbage.
 * The least of some tries counts, because the first ones load and compile.
 */
export async function longestTurnMs(work: () => PromiseLike<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < TRIES && least >= MOST_TURN_MS; round += 1)
    least = Math.min(least, await measureOnce(work));
  return least;
}

async function measureOnce(work: () => PromiseLike<unknown>): Promise<number> {
  let isOver = false;
  let longest = 0;
  let before = threadCpuMs();
  const done = Promise.resolve(work()).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await nextTurn();
    const now = threadCpuMs();
    longest = Math.max(longest, now - before);
    before = now;
  }
  await done;
  return longest;
}

const SCHEDULER_FILE = '/proc/thread-self/schedstat';
const buffer = Buffer.alloc(64);
let file: number | undefined;

/** Node.js before 23.9 doesn’t tell the CPU time of one thread, but Linux does. Elsewhere all threads count: a stricter measure. */
export function threadCpuMs(): number {
  if (process.platform !== 'linux') return process.cpuUsage().user / 1_000;
  file ??= openSync(SCHEDULER_FILE, 'r');
  const length = readSync(file, buffer, 0, buffer.length, 0);
  return Number.parseInt(buffer.toString('latin1', 0, length), 10) / 1e6;
}
