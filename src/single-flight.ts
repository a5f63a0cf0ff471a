/** Callers with the same key share one run of the work while it lasts. */
export class SingleFlight<T> {
  readonly #runs = new Map<string, Promise<T>>();

  current(key: string): Promise<T> | undefined {
    return this.#runs.get(key);
  }

  /** Joins the run for this key, or begins it. The work can ask whether its run was forgotten meanwhile. */
  run(key: string, work: (isCurrent: () => boolean) => Promise<T>): Promise<T> {
    const joined = this.#runs.get(key);
    if (joined !== undefined) return joined;
    let begun: Promise<T> | undefined;
    const isCurrent = () => this.#runs.get(key) === begun;
    begun = work(isCurrent).finally(() => {
      if (isCurrent()) this.#runs.delete(key);
    });
    this.#runs.set(key, begun);
    return begun;
  }

  /** Nobody joins this run any more. Those who wait for it still get its result. */
  forget(key: string): void {
    this.#runs.delete(key);
  }

  forgetAll(): void {
    this.#runs.clear();
  }
}

/** Shares one run between all calls, also the later ones. If a run fails, the next call tries again. */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

/** A call during a run shares the next run, which sees everything that was there. Two runs never overlap. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        const run = work();
        running = run;
        return run;
      });
    return next;
  };
}
