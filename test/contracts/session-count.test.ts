import { beforeEach, expect, test } from '@jest/globals';
import session, { type SessionData } from 'express-session';
import { MemorySessionStore } from '#entrance/session/memory.js';
import { RedisSessionStore } from '#entrance/session/redis.js';
import type { SessionStore } from '#entrance/session/session-store.js';
import { useRedis } from '../support/redis-topologies.js';

const timeouts = { idleTimeout: 30 * 60_000, absoluteTimeout: 8 * 3_600_000 };
const now = Date.now();
const clock = { now: () => now };
const redis = useRedis();
beforeEach(() => redis.client.flushAll());

const openRedis = () => new RedisSessionStore(redis.client, 'test:', timeouts, clock);

async function create(store: SessionStore, id: string): Promise<void> {
  const entrance = {
    userId: 'ada',
    email: 'ada@acmecorp.com',
    fullName: 'Ada',
    roles: [],
    provider: 'entra',
    device: 'Firefox on Linux',
    address: '203.0.113.17',
    createdAt: now,
    lastSeenAt: now,
  };
  const data: SessionData = { cookie: new session.Cookie(), entrance };
  store.expectNew(data);
  await new Promise<void>((resolve, reject) =>
    store.set(id, data, (error) => (error ? reject(error) : resolve())),
  );
}

test.each([
  ['memory', () => new MemorySessionStore(timeouts, clock)],
  ['Redis', openRedis],
])('the number of sessions in %s is exact if they are few', async (_, open) => {
  const store = open();
  expect(await store.estimateCount()).toEqual({ count: 0, isExact: true });
  for (const id of ['one', 'two', 'three']) await create(store, id);
  expect(await store.estimateCount()).toEqual({ count: 3, isExact: true });
});

/** Writes stretches of time with 60 sessions each, of which `liveIn` are live. */
async function fill(stretches: number, liveIn: (stretch: number) => number): Promise<void> {
  const batch = redis.client.multi();
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const start = now - (stretches - stretch) * 1_000;
    batch.zAdd('test:sessions-begun', { score: start, value: `${start}` });
    batch.zAdd(
      `test:sessions-begun:${start}`,
      Array.from({ length: 60 }, (_, index) => ({
        score: index < liveIn(stretch) ? now + 1_000 : now - 1_000,
        value: `session-${stretch}-${index}`,
      })),
    );
  }
  await batch.exec();
}

async function zcounts(): Promise<number> {
  const stats = await redis.client.info('commandstats');
  return Number(/^cmdstat_zcount:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
}

test('the number of sessions in Redis is an estimate near the number if they are many, and costs no more then', async () => {
  const STRETCHES = 1_500;
  await fill(STRETCHES, (stretch) => Math.floor((60 * stretch) / STRETCHES));
  const store = openRedis();
  const exact = await store.count();
  const before = await zcounts();
  const { count, isExact } = await store.estimateCount();
  expect((await zcounts()) - before).toBeLessThanOrEqual(200);
  expect(isExact).toBe(false);
  expect(Math.abs(count - exact) / exact).toBeLessThan(0.02);
});
