import { expect, test } from '@jest/globals';
import { hashPassword, verifyPassword } from '#entrance/passwords/hashing.js';
import { threadCpuMs } from '../support/event-loop.js';

test('passwords are hashed by other threads: this one goes on', async () => {
  const hash = await hashPassword('plum-harbour-violin-92');
  const ofThread = threadCpuMs();
  const ofProcess = process.cpuUsage();
  for (let count = 0; count < 10; count += 1) await verifyPassword(hash, 'not it');
  const { user, system } = process.cpuUsage(ofProcess);
  expect(threadCpuMs() - ofThread).toBeLessThan((user + system) / 1_000 / 2);
});
