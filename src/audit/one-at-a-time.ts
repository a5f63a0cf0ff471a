/**
 * Never runs the work twice at the same time. A call during a run gets the next run, which sees everything that was
 * there at the call. All calls during one run share the next run.
 */
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
