import type { Logger } from 'pino';
import { EntranceError } from './errors.js';

/** The first pause while the store is away. It is short, since the store may just be connecting. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;
/** The interval of checks whether the store is still the one that was prepared. */
const CHECK_INTERVAL_MS = 1_000;
/** The longest time that a host app waits for the preparation, since the store may stay away. */
const PATIENCE_MS = 5_000;

/**
 * Does work that people need before they can sign in. The store may be away at the start, and emptied later: the
 * work is tried until it succeeds, and repeated.
 */
export function prepare(
  work: () => Promise<void>,
  log: Logger,
  stillHolds: () => Promise<boolean> = async () => true,
) {
  let state: 'under way' | 'done' | 'stopped' = 'under way';
  let retry: NodeJS.Timeout | undefined;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  void attempt(FIRST_RETRY_MS);
  const watch = setInterval(() => void check(), CHECK_INTERVAL_MS).unref();

  return {
    /** Resolves when the work is done, or when `stop` was called. */
    done,
    /** Whether the work is done. False again while it has to be repeated; false for good if it was stopped before. */
    get isDone(): boolean {
      return state === 'done';
    },
    check,
    /** Resolves when the work is done, and after a few seconds in any case. */
    doneOrLate: () => orLate(done, log),
    stop(): void {
      clearInterval(watch);
      if (state === 'under way') state = 'stopped';
      clearTimeout(retry);
      finish();
    },
  };

  /** Repeats the work if the preparation doesn't hold any more. If the store doesn’t answer, nothing changes. */
  async function check(): Promise<void> {
    if (state !== 'done' || (await stillHolds().catch(() => true)) || state !== 'done') return;
    state = 'under way';
    log.error(
      'the store was emptied, or is another one: users, sessions, tokens and the audit log are gone. It is prepared anew',
    );
    await attempt(FIRST_RETRY_MS);
  }

  async function attempt(pauseMs: number): Promise<void> {
    try {
      await work();
      if (state === 'under way') state = 'done';
      finish();
    } catch (error) {
      if (state === 'stopped') return;
      if (!(error instanceof EntranceError)) log.error({ err: error }, 'the start could not be completed');
      retry = setTimeout(() => void attempt(Math.min(pauseMs * 2, LONGEST_RETRY_MS)), pauseMs).unref();
    }
  }
}

async function orLate(done: Promise<void>, log: Logger): Promise<void> {
  let late: NodeJS.Timeout | undefined;
  const lateness = new Promise<void>((resolve) => {
    late = setTimeout(() => {
      log.warn(
        'the store doesn’t answer yet, or what it holds is still being renewed: requests that need it get 503 until then',
      );
      resolve();
    }, PATIENCE_MS);
  });
  await Promise.race([done, lateness]);
  clearTimeout(late);
}
