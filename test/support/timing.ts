import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { isStoreFailure } from '#entrance/redis/failure.js';

/** The longest wait, milliseconds: a busy machine takes less for anything. */
export const PATIENCE_MS = 60_000;

/** So many turns of the event loop are enough for everything that was due before a timer. */
const TURNS = 100;

/**
 * Whether the work is over before so much time is. Not by the clock but by the order in which this process gets to both: on a
 * busy machine a deadline of the product comes late, and so does this one.
 */
export async function endsWithin(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const isOver = new AbortController();
  const inTime = work.then(
    () => true,
    () => true,
  );
  const tooLate = late(milliseconds, isOver.signal).catch(() => false);
  const outcome = await Promise.race([inTime, tooLate]);
  isOver.abort();
  return outcome;
}

async function late(milliseconds: number, signal: AbortSignal): Promise<false> {
  await pause(milliseconds, undefined, { signal });
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
  return false;
}

/** Asks again and again until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const since = performance.now(); !(await isSo()); await pause(20)) {
    if (performance.now() - since > PATIENCE_MS) throw new Error('it never came to be');
  }
}

/** The result of the work, which is repeated if a busy machine let a deadline of the store pass: it has to be safe to repeat. */
export async function retryOnStoreFailure<T>(work: () => Promise<T>): Promise<T> {
  for (const since = performance.now(); ; ) {
    try {
      return await work();
    } catch (error) {
      if (!isStoreFailure(error) || performance.now() - since > PATIENCE_MS) throw error;
      await pause(20);
    }
  }
}
