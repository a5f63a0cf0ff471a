import { describe, expect, test } from '@jest/globals';
import type { SessionData } from 'express-session';
import { MemorySessionStore } from '#entrance/session/memory.js';
import { RedisSessionStore } from '#entrance/session/redis.js';
import { handleOf, type SessionStore } from '#entrance/session/session-store.js';
import { useRedis } from '../support/redis-topologies.js';

const timeouts = { idleTimeout: 30 * 60_000, absoluteTimeout: 8 * 3_600_000 };
const redis = useRedis();
let time = Date.now();
const clock = { now: () => time };

async function begin(sessions: SessionStore, sessionId: string, userId: string): Promise<void> {
  const data = {
    cookie: { originalMaxAge: null },
    entrance: {
      userId,
      email: `${userId}@contoso.com`,
      fullName: userId,
      roles: [],
      provider: 'entra',
      device: 'Firefox on Linux',
      address: '203.0.113.17',
      createdAt: time,
      lastSeenAt: time,
    },
  } as unknown as SessionData; // the store reads nothing else of it
  sessions.expectNew(data);
  await new Promise((resolve) => sessions.set(sessionId, data, resolve));
}

describe.each([
  { name: 'memory', open: () => new MemorySessionStore(timeouts, clock) },
  { name: 'Redis', open: () => new RedisSessionStore(redis.client, `alive-${time}:`, timeouts, clock) },
])('the sessions in $name', ({ open }) => {
  const ids = ['0198c1f2-7d3e-7a41-9c55-2f60b8e4d911', '0198c1f2-7d3e-7a41-9c55-2f60b8e4d912'] as const;

  test('are counted while they are alive: until they end, or nobody uses them', async () => {
    const sessions = open();
    const known = async () => {
      const { count, latest } = await sessions.signedIn(10);
      return [count, latest.map(({ record }) => record.userId)];
    };
    expect(await known()).toEqual([0, []]);
    await begin(sessions, 'one', ids[0]);
    time += 60_000;
    await begin(sessions, 'two', ids[1]);
    await begin(sessions, 'three', ids[1]);
    expect(await known()).toEqual([3, [ids[1], ids[1], ids[0]]]);

    time += 20 * 60_000;
    const record = await sessions.read(handleOf('one'));
    if (record === undefined) throw new Error('the session is gone');
    await sessions.advanceIdleClock(handleOf('one'), record, time);
    expect((await known())[1]).toEqual([ids[0], ids[1], ids[1]]);

    await sessions.revoke(ids[1], handleOf('two'));
    expect(await known()).toEqual([2, [ids[0], ids[1]]]);
    expect((await sessions.signedIn(1)).latest).toHaveLength(1);

    time += 15 * 60_000;
    expect((await sessions.signedIn(10)).count).toBe(1);
  });
});
