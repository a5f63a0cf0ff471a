import { setImmediate as nextTurn } from 'node:timers/promises';

/** No input may keep other requests waiting for longer, milliseconds. */
export const LONGEST_STAND_MS = 100;
const TRIES = 3;

/**
 * How long the work keeps this process from everything else at a stretch: the milliseconds of CPU time in its longest turn of the
 * event loop. A busy machine doesn’t change them. The least of some tries counts, as the first compiles and loads.
 */
export async function longestStand(work: () => PromiseLike<unknown>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < TRIES && least >= LONGEST_STAND_MS; round += 1)
    least = Math.min(least, await standOnce(work));
  return least;
}

async function standOnce(work: () => PromiseLike<unknown>): Promise<number> {
  let isOver = false;
  const done = Promise.resolve(work()).finally(() => {
    isOver = true;
  });
  let longest = 0;
  while (!isOver) {
    const before = process.cpuUsage();
    await nextTurn();
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
  }
  await done;
  return longest;
}
