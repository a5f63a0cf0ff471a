import type { Logger } from 'pino';
import { EntranceError } from './errors.js';

/** The first pause while the store is away: a short one, since the store may just be connecting. */
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;
/** How often it is looked whether the store is still the one that was prepared, milliseconds. */
const CHECK_INTERVAL_MS = 1_000;
/** A host app waits for it at most this long, milliseconds: without the store it may take for ever. */
const PATIENCE_MS = 5_000;

/** Work that has to be done once, before people can sign in. */
export interface Preparation {
  /** Resolves when the work is done, or was stopped. */
  readonly done: Promise<void>;
  /** False until it is done, also if it was stopped, and while it has to be done anew. */
  readonly isDone: boolean;
  /** Looks whether it still holds, and does it anew if not. A store that doesn’t answer changes nothing. */
  check(): Promise<void>;
  /** Resolves when it is done, and after a few seconds in any case. */
  doneOrLate(): Promise<void>;
  stop(): void;
}

/**
 * Does this work, and does it again until it succeeds: the store may be away at the start. It is done anew if it doesn’t hold any
 * more: the store may be emptied under a running server.
 */
export function prepare(
  work: () => Promise<void>,
  log: Logger,
  stillHolds: () => Promise<boolean> = async () => true,
): Preparation {
  let state: 'under way' | 'done' | 'stopped' = 'under way';
  let retry: NodeJS.Timeout | undefined;
  let finish: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  void attempt(FIRST_RETRY_MS);
  const watch = setInterval(() => void check(), CHECK_INTERVAL_MS).unref();

  return {
    done,
    get isDone() {
      return state === 'done';
    },
    check,
    doneOrLate: () => orLate(done, log),
    stop() {
      clearInterval(watch);
      if (state === 'under way') state = 'stopped';
      clearTimeout(retry);
      finish();
    },
  };

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
