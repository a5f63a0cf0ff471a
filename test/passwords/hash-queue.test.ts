import { expect, test } from '@jest/globals';
import { createHashQueue } from '#entrance/passwords/hash-queue.js';

/** Tasks that end when they are told to. */
function createTasks() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    task: (name: string) => () => {
      started.push(name);
      return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
    },
    end: async (name: string) => {
      ends.get(name)?.();
      await new Promise(setImmediate);
    },
  };
}

test('runs a few at a time, in the order in which they came', async () => {
  const queue = createHashQueue({ concurrency: 2, longest: 10 });
  const { task, started, end } = createTasks();
  const results = ['a', 'b', 'c', 'd'].map((name) => queue.run(task(name)));
  await new Promise(setImmediate);
  expect(started).toEqual(['a', 'b']);
  await end('b');
  expect(started).toEqual(['a', 'b', 'c']);
  await end('a');
  expect(started).toEqual(['a', 'b', 'c', 'd']);
  await end('c');
  await end('d');
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
});

test('beyond its length it refuses at once, and says when to come back', async () => {
  const queue = createHashQueue({ concurrency: 1, longest: 2 });
  const { task, end } = createTasks();
  const results = ['a', 'b', 'c'].map((name) => queue.run(task(name)));
  await expect(queue.run(task('d'))).rejects.toMatchObject({ code: 'too_many_attempts', retryAfter: 5 });
  for (const name of ['a', 'b', 'c']) await end(name);
  await Promise.all(results);
  const later = queue.run(task('e'));
  await new Promise(setImmediate);
  await end('e');
  expect(await later).toBe('e');
});

test('a task that fails frees its place', async () => {
  const queue = createHashQueue({ concurrency: 1, longest: 1 });
  const failing = queue.run(() => Promise.reject(new Error('no memory')));
  const next = queue.run(async () => 'done');
  await expect(failing).rejects.toThrow('no memory');
  expect(await next).toBe('done');
});
