import { expect, test } from '@jest/globals';
import { loadOnce, oneAtATime, SingleFlight } from '#entrance/single-flight.js';

test('what is loaded is shared, also by those who come while it is on its way', async () => {
  let loads = 0;
  const load = loadOnce(async () => {
    loads += 1;
    return { loads };
  });
  const [one, other] = await Promise.all([load(), load()]);
  expect(one).toBe(other);
  expect(await load()).toBe(one);
  expect(loads).toBe(1);
});

test('a load that fails is tried again, and told to all who waited for it', async () => {
  let loads = 0;
  const load = loadOnce(async () => {
    loads += 1;
    if (loads === 1) throw new Error('no such file');
    return loads;
  });
  const outcomes = await Promise.allSettled([load(), load()]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await load()).toBe(2);
});

/** Work that ends when it is told to. */
function work() {
  const ends: ((value: string) => void)[] = [];
  return { ends, begin: () => new Promise<string>((resolve) => ends.push(resolve)) };
}

test('calls with the same key share a run while it lasts, and the next call begins another', async () => {
  const { ends, begin } = work();
  const flight = new SingleFlight<string>();
  const [one, same, other] = [flight.run('a', begin), flight.run('a', begin), flight.run('b', begin)];
  expect(ends).toHaveLength(2);
  expect(flight.current('a')).toBe(one);
  ends[0]?.('first');
  ends[1]?.('of b');
  expect(await Promise.all([one, same, other])).toEqual(['first', 'first', 'of b']);
  expect(flight.current('a')).toBeUndefined();
  await expect(flight.run('a', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  expect(flight.current('a')).toBeUndefined();
});

test('a run that is forgotten knows it, ends for those who wait, and leaves the run after it alone', async () => {
  const { ends, begin } = work();
  const flight = new SingleFlight<string>();
  const first = flight.run('a', async (isCurrent) => `${await begin()}, ${isCurrent()}`);
  flight.forget('a');
  const second = flight.run('a', async (isCurrent) => `${await begin()}, ${isCurrent()}`);
  ends[0]?.('first');
  expect(await first).toBe('first, false');
  expect(flight.current('a')).toBe(second);
  ends[1]?.('second');
  expect(await second).toBe('second, true');
});

test('calls during a run share the next run, which begins after it, even if it fails', async () => {
  const ends: ((error?: Error) => void)[] = [];
  const run = oneAtATime(
    () =>
      new Promise<void>((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
  );
  const first = run();
  await new Promise(setImmediate);
  const [second, third] = [run(), run()];
  expect(second).toBe(third);
  await new Promise(setImmediate);
  expect(ends).toHaveLength(1);
  ends[0]?.(new Error('lost'));
  await expect(first).rejects.toThrow('lost');
  await new Promise(setImmediate);
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await second;
});
