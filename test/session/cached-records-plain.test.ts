import { expect, test } from '@jest/globals';
import { storeUnavailable } from '#entrance/redis/failure.js';
import { createCachedRecords } from '#entrance/session/cached-records.js';

test('a plain read after a failed tracked read is shared with nobody: no change of its record is announced', async () => {
  let plainReads = 0;
  let answer: () => void = () => {};
  const records = createCachedRecords(
    'session:',
    () => {
      plainReads += 1;
      return new Promise((resolve) => {
        answer = () => resolve(undefined);
      });
    },
    () => ({
      isLive: true,
      get: () => Promise.reject(storeUnavailable(new Error('hung up'))),
      close: () => {},
    }),
  );
  const failed = records.read('one');
  await new Promise(setImmediate);
  expect(plainReads).toBe(1);
  const finishFirst = answer;
  const later = records.read('one');
  await new Promise(setImmediate);
  expect(plainReads).toBe(2);
  finishFirst();
  answer();
  await Promise.all([failed, later]);
});
