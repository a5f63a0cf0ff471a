import { expect, test } from '@jest/globals';
import { createHashQueue } from '#entrance/passwords/hash-queue.js';

const nothing = () => Promise.resolve();
const never = () => new Promise<never>(() => {});

test('however many unknown people wait, known ones find a place', async () => {
  const queue = createHashQueue({ concurrency: 1, longest: 3 });
  const running = withEnd();
  const flood = [queue.run(running.task), ...Array.from({ length: 3 }, () => queue.run(nothing))];
  await expect(queue.run(nothing)).rejects.toMatchObject({ code: 'too_many_attempts' });
  const known = queue.run(async () => 'signed in', { isKnown: true });
  running.end();
  expect(await known).toBe('signed in');
  await Promise.all(flood);
});

test('known people come before unknown ones, and keep their order', async () => {
  const queue = createHashQueue({ concurrency: 1, longest: 3 });
  const order: string[] = [];
  const running = withEnd();
  const note = (name: string) => async () => void order.push(name);
  const all = [
    queue.run(running.task),
    queue.run(note('unknown 1')),
    queue.run(note('known 1'), { isKnown: true }),
    queue.run(note('unknown 2')),
    queue.run(note('known 2'), { isKnown: true }),
  ];
  running.end();
  await Promise.all(all);
  expect(order).toEqual(['known 1', 'known 2', 'unknown 1', 'unknown 2']);
});

test('the places of known people have an end too', async () => {
  const queue = createHashQueue({ concurrency: 1, longest: 2 });
  queue.run(never);
  queue.run(nothing, { isKnown: true });
  queue.run(nothing, { isKnown: true });
  await expect(queue.run(nothing, { isKnown: true })).rejects.toMatchObject({ code: 'too_many_attempts' });
});

function withEnd() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { task: () => ended, end: () => end() };
}
