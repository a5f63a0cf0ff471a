import { beforeEach, describe, expect, test } from '@jest/globals';
import session, { type SessionData } from 'express-session';
import { MemorySessionStore } from '#entrance/session/memory.js';
import { writeRecord } from '#entrance/session/record-text.js';
import { RedisSessionStore } from '#entrance/session/redis.js';
import type { SessionRecord } from '#entrance/session/session-record.js';
import { handleOf, type SessionPlace, type SessionStore } from '#entrance/session/session-store.js';
import { useRedis } from '../support/redis-topologies.js';

const timeouts = { idleTimeout: 30 * 60_000, absoluteTimeout: 8 * 3_600_000 };
const start = Date.now();
let time = start;
const clock = { now: () => time };
const redis = useRedis();
beforeEach(async () => {
  time = start;
  await redis.client.flushAll();
});

const openRedis = () => new RedisSessionStore(redis.client, 'test:', timeouts, clock);
const subjects: { readonly name: string; readonly open: () => SessionStore }[] = [
  { name: 'memory', open: () => new MemorySessionStore(timeouts, clock) },
  { name: 'Redis', open: openRedis },
];

function recordOf(userId: string): SessionRecord {
  return {
    userId,
    email: `${userId}@acmecorp.com`,
    fullName: userId,
    roles: [],
    provider: 'entra',
    device: 'Firefox on Linux',
    address: '203.0.113.17',
    createdAt: time,
    lastSeenAt: time,
  };
}

async function create(store: SessionStore, id: string, userId = 'ada'): Promise<SessionRecord> {
  const record = recordOf(userId);
  const data: SessionData = { cookie: new session.Cookie(), entrance: record };
  store.expectNew(data);
  await new Promise<void>((resolve, reject) =>
    store.set(id, data, (error) => (error ? reject(error) : resolve())),
  );
  return record;
}

const handles = async (store: SessionStore) =>
  (await store.list({ limit: 200 })).sessions.map(({ handle }) => handle);

async function walk(store: SessionStore, limit: number): Promise<readonly string[]> {
  const found: string[] = [];
  let after: SessionPlace | undefined;
  for (;;) {
    const { sessions, next } = await store.list({ limit, after });
    expect(sessions.length).toBeLessThanOrEqual(limit);
    found.push(...sessions.map(({ handle }) => handle));
    if (next === null) return found;
    after = next;
  }
}

describe.each(subjects)('the sessions of everybody in $name', ({ open }) => {
  let store: SessionStore;
  beforeEach(() => {
    store = open();
  });

  test('are listed and counted, the latest sign-in first', async () => {
    expect(await store.list({ limit: 10 })).toEqual({ sessions: [], next: null });
    await create(store, 'one');
    time += 1_000;
    const record = await create(store, 'two', 'bob');
    const { sessions, next } = await store.list({ limit: 10 });
    expect(sessions[0]).toEqual({ handle: handleOf('two'), record });
    expect(sessions.map(({ handle }) => handle)).toEqual([handleOf('two'), handleOf('one')]);
    expect(next).toBeNull();
    expect(await store.count()).toBe(2);
  });

  test('come in pages that show each session once, also if many began in the same millisecond', async () => {
    const expected: string[] = [];
    for (let number = 0; number < 200; number += 1) {
      await create(store, `s${number}`);
      expected.unshift(handleOf(`s${number}`));
      if (number % 3 === 0) time += 7;
    }
    const found = await walk(store, 25);
    expect([...found].sort()).toEqual([...expected].sort());
    expect(new Set(found).size).toBe(200);
    expect(await store.count()).toBe(200);
    expect(await walk(store, 200)).toEqual(found);
  });

  test('are filtered, and a page of a filter goes on behind its last session', async () => {
    for (const [at, who] of ['ada', 'bob', 'ada', 'bob', 'ada'].entries()) {
      await create(store, `s${at}`, who);
      time += 1_000;
    }
    const isMeant = ({ userId }: SessionRecord) => userId === 'ada';
    const first = await store.list({ limit: 2, isMeant });
    expect(first.sessions.map(({ handle }) => handle)).toEqual([handleOf('s4'), handleOf('s2')]);
    const second = await store.list({ limit: 2, isMeant, after: first.next ?? undefined });
    expect(second.sessions.map(({ handle }) => handle)).toEqual([handleOf('s0')]);
    expect(second.next).toBeNull();
  });

  test('leave the list and the number if they are ended', async () => {
    await create(store, 'one');
    await create(store, 'two');
    await store.revoke('ada', handleOf('one'));
    expect(await handles(store)).toEqual([handleOf('two')]);
    expect(await store.count()).toBe(1);
  });

  test('stay while they are used, and fall out by themselves when they expire', async () => {
    const record = await create(store, 'used');
    await create(store, 'idle');
    time += 20 * 60_000;
    await store.advanceIdleClock(handleOf('used'), record, time);
    time += 20 * 60_000;
    expect(await store.count()).toBe(1);
    time += 20 * 60_000;
    expect(await store.count()).toBe(0);
  });

  test('end all at once, or all but one', async () => {
    for (let number = 0; number < 150; number += 1) {
      await create(store, `s${number}`, `user-${number % 7}`);
      time += 20;
    }
    expect(await store.revokeAll(handleOf('s3'))).toBe(149);
    expect(await handles(store)).toEqual([handleOf('s3')]);
    expect(await store.revokeAll()).toBe(1);
    expect(await store.read(handleOf('s3'))).toBeUndefined();
    expect(await store.count()).toBe(0);
    expect(await store.revokeAll()).toBe(0);
  });
});

test('a session that an earlier version stored is added when it is next seen', async () => {
  const store = openRedis();
  const record = recordOf('ada');
  const handle = handleOf('earlier');
  await redis.client.set(`test:session:${handle}`, writeRecord(record));
  expect(await handles(store)).toEqual([]);
  time += 60_000;
  await store.advanceIdleClock(handle, record, time);
  expect(await handles(store)).toEqual([handle]);
  expect(await store.revokeAll()).toBe(1);
});

test('the index takes little memory, in small sets that expire by themselves', async () => {
  const store = openRedis();
  const COUNT = 1_000;
  for (let number = 0; number < COUNT; number += 1) {
    await create(store, `s${number}`);
    time += 20;
  }
  const keys = (await redis.client.keys('test:sessions-begun*')).sort();
  let bytes = 0;
  for (const key of keys) {
    bytes += Number(await redis.client.memoryUsage(key, { SAMPLES: 0 }));
    if (key === 'test:sessions-begun') continue;
    expect(await redis.client.objectEncoding(key)).toBe('listpack');
    expect(await redis.client.pTTL(key)).toBeGreaterThan(0);
  }
  expect(bytes / COUNT).toBeLessThan(60);
});
