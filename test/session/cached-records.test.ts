import { beforeEach, describe, expect, test } from '@jest/globals';
import { TimeoutError } from '@redis/client';
import { storeUnavailable } from '#entrance/redis/failure.js';
import { createCachedRecords, type SessionRecords } from '#entrance/session/cached-records.js';
import { writeRecord } from '#entrance/session/record-text.js';
import type { SessionRecord } from '#entrance/session/session-record.js';

/** Redis in the hands of the test: it answers and announces when it is told to. */
let stored: Map<string, string>;
let isLive: boolean;
let onChange: (key: string | null) => void;
let asked: string[];
let plain: string[];
let answer: (() => void)[];
let failure: Error | undefined;
let records: SessionRecords;

beforeEach(() => {
  [stored, isLive, asked, plain, answer, failure] = [new Map(), true, [], [], [], undefined];
  records = createCachedRecords(
    'session:',
    async (handle) => {
      plain.push(handle);
      return undefined;
    },
    (announce) => {
      onChange = announce;
      return {
        get isLive() {
          return isLive;
        },
        get: (key) => {
          if (failure !== undefined) return Promise.reject(failure);
          asked.push(key);
          const value = stored.get(key) ?? null;
          return new Promise((resolve) => answer.push(() => resolve(value)));
        },
        close: () => {},
      };
    },
  );
});

const record: SessionRecord = {
  userId: '01980000-0000-7000-8000-0000000000aa',
  email: 'ada@acmecorp.com',
  fullName: 'Ada Lovelace',
  roles: ['platform_admin'],
  provider: 'entra',
  device: 'Firefox on Linux',
  address: '203.0.113.17',
  createdAt: 1_772_366_400_000,
  lastSeenAt: 1_772_366_460_000,
};

async function read(handle: string) {
  const reading = records.read(handle);
  for (const reply of answer.splice(0)) reply();
  return reading;
}

describe('a session record', () => {
  test('that was read before is there at once, without asking', async () => {
    stored.set('session:one', writeRecord(record));
    expect(await read('one')).toEqual(record);
    expect(records.read('one')).toEqual(record);
    expect(asked).toEqual(['session:one']);
  });

  test('that several requests want at the same moment is asked for once', async () => {
    stored.set('session:one', writeRecord(record));
    const readings = [records.read('one'), records.read('one'), read('one')];
    expect(await Promise.all(readings)).toEqual([record, record, record]);
    expect(asked).toEqual(['session:one']);
  });

  test('that changed while it was on its way is asked for afresh by whoever comes after', async () => {
    stored.set('session:one', writeRecord(record));
    const before = records.read('one');
    stored.delete('session:one');
    onChange('session:one');
    expect(await read('one')).toBeUndefined();
    expect(await before).toEqual(record);
    expect(records.read('one')).toBeInstanceOf(Promise);
  });

  test('is asked for again once Redis said that it changed', async () => {
    stored.set('session:one', writeRecord(record));
    await read('one');
    stored.delete('session:one');
    onChange('session:one');
    expect(await read('one')).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  test('that changed while it was on its way is not kept', async () => {
    stored.set('session:one', writeRecord(record));
    const reading = records.read('one');
    onChange('session:one');
    for (const reply of answer.splice(0)) reply();
    expect(await reading).toEqual(record);
    stored.delete('session:one');
    expect(await read('one')).toBeUndefined();
  });

  test('that was on its way when the connection was lost is not kept', async () => {
    stored.set('session:one', writeRecord(record));
    const reading = records.read('one');
    onChange(null);
    for (const reply of answer.splice(0)) reply();
    await reading;
    expect(records.read('one')).toBeInstanceOf(Promise);
  });

  test('that this instance has ended is forgotten before Redis says so', async () => {
    stored.set('session:one', writeRecord(record));
    await read('one');
    stored.delete('session:one');
    records.forget('one');
    expect(await read('one')).toBeUndefined();
  });

  test('is read plainly while Redis can’t be heard, whatever is kept', async () => {
    stored.set('session:one', writeRecord(record));
    await read('one');
    isLive = false;
    expect(await records.read('one')).toBeUndefined();
    expect(plain).toEqual(['one']);
  });

  test('is read plainly where the tracked connection fails, and not once more where its time is up', async () => {
    failure = storeUnavailable(new Error('hung up'));
    expect(await records.read('one')).toBeUndefined();
    expect(plain).toEqual(['one']);
    failure = storeUnavailable(new TimeoutError());
    await expect(records.read('two')).rejects.toBe(failure);
    expect(plain).toEqual(['one']);
  });

  test('nobody has is not kept: a session may begin under that handle', async () => {
    expect(await read('one')).toBeUndefined();
    stored.set('session:one', writeRecord(record));
    expect(await read('one')).toEqual(record);
  });

  test('of another version of this program is no session', async () => {
    stored.set('session:one', '{"cookie":{},"entrance":{}}');
    expect(await read('one')).toBeUndefined();
  });
});

test('no more than twenty thousand are kept, and the last ten thousand for certain', async () => {
  for (let n = 0; n <= 20_000; n += 1) {
    stored.set(`session:${n}`, writeRecord(record));
    await read(`${n}`);
  }
  expect(records.read('10001')).toEqual(record);
  expect(records.read('20000')).toEqual(record);
  expect(records.read('0')).toBeInstanceOf(Promise);
});
