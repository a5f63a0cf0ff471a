import { beforeEach, describe, expect, test } from '@jest/globals';
import session, { type SessionData } from 'express-session';
import { MemorySessionStore } from '#entrance/session/memory.js';
import { createMemoryMarks, type OneTimeMarks } from '#entrance/session/one-time-marks.js';
import { createRedisMarks, RedisSessionStore } from '#entrance/session/redis.js';
import type { SessionRecord } from '#entrance/session/session-record.js';
import { handleOf, type ProviderSession, type SessionStore } from '#entrance/session/session-store.js';
import { useRedis, useTopologies } from '../support/redis-topologies.js';

const timeouts = { idleTimeout: 30 * 60_000, absoluteTimeout: 8 * 3_600_000 };
const start = Date.now();
let time = start;
const clock = { now: () => time };
const redis = useRedis();
beforeEach(async () => {
  time = start;
  await redis.client.flushAll();
});

interface Subject {
  readonly name: string;
  readonly open: () => { sessions: SessionStore; marks: OneTimeMarks };
}
const subjects: Subject[] = [
  {
    name: 'memory',
    open: () => ({ sessions: new MemorySessionStore(timeouts, clock), marks: createMemoryMarks(clock) }),
  },
  {
    name: 'Redis',
    open: () => ({
      sessions: new RedisSessionStore(redis.client, 'test:', timeouts, clock),
      marks: createRedisMarks(redis.client, 'test:'),
    }),
  },
  ...useTopologies().map((topology) => ({
    name: topology.name,
    open: () => {
      const { client } = topology.redis();
      const prefix = topology.prefix();
      return {
        sessions: new RedisSessionStore(client, prefix, timeouts, clock),
        marks: createRedisMarks(client, prefix),
      };
    },
  })),
];

function sessionOf(userId: string): { data: SessionData; record: SessionRecord } {
  const record: SessionRecord = {
    userId,
    email: `${userId}@acmecorp.com`,
    fullName: userId,
    roles: ['platform_admin'],
    provider: 'entra',
    device: 'Firefox on Linux',
    address: '203.0.113.17',
    createdAt: time,
    lastSeenAt: time,
  };
  return { data: { cookie: new session.Cookie(), entrance: record }, record };
}

const set = (store: SessionStore, id: string, data: SessionData) =>
  new Promise<void>((resolve, reject) => store.set(id, data, (error) => (error ? reject(error) : resolve())));
const destroy = (store: SessionStore, id: string) =>
  new Promise<void>((resolve, reject) => store.destroy(id, (error) => (error ? reject(error) : resolve())));
const get = (store: SessionStore, id: string) =>
  new Promise<SessionData | null | undefined>((resolve, reject) =>
    store.get(id, (error, data) => (error ? reject(error) : resolve(data))),
  );

async function create(store: SessionStore, id: string, userId = 'ada', ...origins: ProviderSession[]) {
  const made = sessionOf(userId);
  store.expectNew(made.data, ...origins);
  await set(store, id, made.data);
  return made;
}

describe.each(subjects)('the session store in $name', ({ open }) => {
  let store: SessionStore;
  let marks: OneTimeMarks;
  beforeEach(() => {
    ({ sessions: store, marks } = open());
  });

  test('reads back what was created, through the guard’s way and express-session’s', async () => {
    const { record } = await create(store, 'one');
    expect(await store.read(handleOf('one'))).toEqual(record);
    expect((await get(store, 'one'))?.entrance).toEqual(record);
    expect(await store.read(handleOf('two'))).toBeUndefined();
  });

  test('a save that announced nothing creates nothing', async () => {
    await set(store, 'one', sessionOf('ada').data);
    expect(await store.read(handleOf('one'))).toBeUndefined();
  });

  test('a request in flight can’t write a destroyed session back', async () => {
    const { data, record } = await create(store, 'one');
    await destroy(store, 'one');
    await set(store, 'one', data);
    await store.advanceIdleClock(handleOf('one'), record, time + 60_000);
    expect(await store.read(handleOf('one'))).toBeUndefined();
    expect(await store.listOfUser('ada')).toEqual([]);
  });

  test('a created session is created once', async () => {
    const { record } = await create(store, 'one');
    const second = sessionOf('bob');
    store.expectNew(second.data);
    await set(store, 'one', second.data);
    expect(await store.read(handleOf('one'))).toEqual(record);
  });

  test('the idle clock is advanced where the session still is what was read', async () => {
    const { record } = await create(store, 'one');
    await store.advanceIdleClock(handleOf('one'), record, time + 60_000);
    expect(await store.read(handleOf('one'))).toEqual({ ...record, lastSeenAt: time + 60_000 });
  });

  test('all sessions of a user end at once, and nobody else’s', async () => {
    await create(store, 'one');
    await create(store, 'two');
    await create(store, 'other', 'bob');
    expect(await store.listOfUser('ada')).toHaveLength(2);
    expect(await store.revokeOfUser('ada')).toBe(2);
    expect(await store.read(handleOf('one'))).toBeUndefined();
    expect(await store.read(handleOf('two'))).toBeUndefined();
    expect(await store.read(handleOf('other'))).toBeDefined();
    expect(await store.revokeOfUser('ada')).toBe(0);
  });

  test('a user’s sessions are listed, the latest first, without those that have ended', async () => {
    await create(store, 'one');
    await create(store, 'other', 'bob');
    time += 1_000;
    const { record } = await create(store, 'two');
    await create(store, 'three');
    await destroy(store, 'three');
    const listed = await store.listOfUser('ada');
    expect(listed.map(({ handle }) => handle)).toEqual([handleOf('two'), handleOf('one')]);
    expect(listed[0]?.record).toEqual(record);
  });

  test('one session of a user ends, or all but one', async () => {
    for (const id of ['one', 'two', 'three']) await create(store, id);
    await create(store, 'other', 'bob');
    expect(await store.revoke('ada', handleOf('other'))).toBe(false);
    expect(await store.revoke('ada', handleOf('one'))).toBe(true);
    expect(await store.revoke('ada', handleOf('one'))).toBe(false);
    expect(await store.revokeOfUser('ada', handleOf('three'))).toBe(1);
    expect(await store.read(handleOf('two'))).toBeUndefined();
    expect(await store.read(handleOf('three'))).toBeDefined();
    expect(await store.read(handleOf('other'))).toBeDefined();
  });

  test('what came from one session of the provider ends together, and nothing else', async () => {
    const at = (sid: string): ProviderSession => ({ provider: 'entra', sid });
    await create(store, 'one', 'ada', at('session 1'));
    await create(store, 'two', 'bob', at('session 1'));
    await create(store, 'three', 'ada', at('session 2'));
    await create(store, 'four', 'ada');
    expect(await store.revokeOfProvider({ provider: 'local', sid: 'session 1' })).toBe(0);
    expect(await store.revokeOfProvider(at('session 1'))).toBe(2);
    expect(await store.revokeOfProvider(at('session 1'))).toBe(0);
    for (const [id, remains] of [
      ['one', false],
      ['two', false],
      ['three', true],
      ['four', true],
    ] as const)
      expect((await store.read(handleOf(id))) !== undefined).toBe(remains);
  });

  test('a provider names one session, or all of a person, and neither is taken for the other', async () => {
    const from = (sid: string, subject: string): ProviderSession[] => [
      { provider: 'entra', sid },
      { provider: 'entra', subject },
    ];
    await create(store, 'one', 'ada', ...from('session 1', 'ada’s subject'));
    await create(store, 'two', 'ada', ...from('session 2', 'ada’s subject'));
    await create(store, 'three', 'bob', ...from('session 3', 'bob’s subject'));
    expect(await store.revokeOfProvider({ provider: 'entra', sid: 'ada’s subject' })).toBe(0);
    expect(await store.revokeOfProvider({ provider: 'entra', subject: 'session 1' })).toBe(0);
    expect(await store.revokeOfProvider({ provider: 'entra', sid: 'session 1' })).toBe(1);
    expect(await store.revokeOfProvider({ provider: 'entra', subject: 'ada’s subject' })).toBe(1);
    expect(await store.read(handleOf('three'))).toBeDefined();
  });

  test('what a record has beside the usual is kept with it', async () => {
    const made = sessionOf('ada');
    const record = { ...made.record, loginHint: 'O.opaque-hint', authContexts: ['c1', 'c25'] };
    const data = { ...made.data, entrance: record };
    store.expectNew(data);
    await set(store, 'one', data);
    expect(await store.read(handleOf('one'))).toEqual(record);
    expect((await get(store, 'one'))?.entrance).toEqual(record);
  });

  test('a session that is being stored while all of its user’s end can be ended afterwards', async () => {
    const made = sessionOf('ada');
    store.expectNew(made.data, { provider: 'entra', sid: 'session 1' });
    await Promise.all([set(store, 'one', made.data), store.revokeOfUser('ada')]);
    await store.revokeOfUser('ada');
    expect(await store.read(handleOf('one'))).toBeUndefined();
  });

  test('a mark is claimed once, whoever else claims it at the same moment', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => marks.claim('state', 60_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await marks.claim('another', 60_000)).toBe(true);
  });
});

test('a copy of the store holds no session ID', async () => {
  const store = new RedisSessionStore(redis.client, 'test:', timeouts, clock);
  await create(store, 'the-session-id');
  const keys = await redis.client.keys('*');
  const values = await Promise.all(
    keys.filter((key) => key.startsWith('test:session:')).map((key) => redis.client.get(key)),
  );
  expect(keys.length).toBeGreaterThan(1);
  expect(JSON.stringify([keys, values])).not.toContain('the-session-id');
});

test('Redis forgets a session by itself after the idle timeout, and never later than the absolute one', async () => {
  const store = new RedisSessionStore(redis.client, 'test:', timeouts, clock);
  const { record } = await create(store, 'one');
  const [key = ''] = (await redis.client.keys('test:session:*')).filter(Boolean);
  expect(await redis.client.pTTL(key)).toBeLessThanOrEqual(timeouts.idleTimeout);
  const late = record.createdAt + timeouts.absoluteTimeout - 60_000;
  await store.advanceIdleClock(handleOf('one'), record, late);
  expect(await redis.client.pTTL(key)).toBeLessThanOrEqual(60_000);
});
