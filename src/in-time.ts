/** Runs a function of the host app. Aborts the signal and rejects if the function isn't done in time. */
export async function inTime<T>(
  run: (signal: AbortSignal) => T | Promise<T>,
  milliseconds: number,
): Promise<T> {
  const deadline = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      deadline.abort();
      reject(new Error(`not done within ${milliseconds} ms`));
    }, milliseconds);
  });
  // The call stands in an async function, so that a function that throws is like a promise that rejects.
  const done = (async () => run(deadline.signal))();
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}
