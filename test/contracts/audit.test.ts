import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pino from 'pino';
import type { Audit } from '#entrance/audit/audit.js';
import type { AuditEvent, Happening } from '#entrance/audit/event.js';
import { actionNames } from '#entrance/audit/event.js';
import type { AuditFilter } from '#entrance/audit/listing.js';
import { createMemoryAudit, type MemoryRecorder } from '#entrance/audit/memory.js';
import { createRedisAudit, type RedisRecorder } from '#entrance/audit/redis.js';
import type { RedisConnection } from '#entrance/redis/connection.js';
import { anyText } from '../support/any-text.js';
import { auditOptions, DAY, type TestAuditOptions } from '../support/audit.js';
import { useRedis, useTopologies } from '../support/redis-topologies.js';

const START = Date.parse('2026-03-01T12:00:00.000Z');
const ada = {
  id: '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913',
  email: 'Ada@contoso.com',
  fullName: 'Ada Lovelace',
};
const grace = {
  id: '0198c1f2-7d3e-7a41-9c55-2f60b8e4d914',
  email: 'grace@contoso.com',
  fullName: 'Grace Hopper',
};
const from = { ip: '203.0.113.7', userAgent: 'Firefox', requestId: 'request-1234' };
const signIn: Happening = { action: 'user-sign-in', by: { ...from, user: ada }, provider: 'entra' };
const disable: Happening = { action: 'user-disable', by: { ...from, user: ada }, target: grace };
const refused: Happening = {
  action: 'user-sign-in',
  outcome: 'failure',
  reason: 'credentials_invalid',
  by: { ...from, user: { email: 'eve@contoso.com' } },
};

const redis = useRedis();
let time = START;
const clock = { now: () => time };
const logged: Record<string, unknown>[] = [];
const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
beforeEach(() => {
  time = START;
  logged.length = 0;
});

const openMemory = (options: TestAuditOptions = {}) =>
  createMemoryAudit(auditOptions({ clock, log, ...options }));
const openRedis = (options: TestAuditOptions = {}, { client }: Pick<RedisConnection, 'client'> = redis) =>
  createRedisAudit(client, `test-${randomUUID()}:`, auditOptions({ clock, log, ...options }));

interface Subject {
  readonly name: string;
  open(options?: TestAuditOptions): Audit & Partial<MemoryRecorder> & Partial<RedisRecorder>;
  readonly connection?: () => Pick<RedisConnection, 'client'>;
}
const subjects: readonly Subject[] = [
  { name: 'in memory', open: openMemory },
  { name: 'on Redis', open: (options) => openRedis(options), connection: () => redis },
  ...useTopologies().map((topology) => ({
    name: `on ${topology.name}`,
    open: (options?: TestAuditOptions) => openRedis(options, topology.redis()),
    connection: topology.redis,
  })),
];

describe.each(subjects)('an audit log $name', ({ open, connection }) => {
  test('keeps an event with the names of the Elastic Common Schema, and its place in the chain', async () => {
    const audit = open();
    await audit.record(disable);
    const { events, older, newer } = await audit.list({ limit: 50 });
    expect(events).toEqual([
      {
        '@timestamp': '2026-03-01T12:00:00.000Z',
        ecs: { version: '8.17.0' },
        event: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          kind: 'event',
          action: 'user-disable',
          category: ['iam'],
          type: ['user', 'change'],
          outcome: 'success',
          sequence: 1,
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        user: {
          id: ada.id,
          email: ada.email,
          full_name: ada.fullName,
          target: { id: grace.id, email: grace.email, full_name: grace.fullName },
        },
        source: { ip: '203.0.113.7' },
        user_agent: { original: 'Firefox' },
        http: { request: { id: 'request-1234' } },
        entrance: { chain: 'changes', previous_hash: '0'.repeat(64) },
      },
    ]);
    expect([older, newer]).toEqual([null, null]);
  });

  test('copies each event to the log, in one line', async () => {
    await open().record(signIn);
    expect(logged).toEqual([
      expect.objectContaining({
        level: 30,
        msg: 'audit',
        event: expect.objectContaining({ action: 'user-sign-in', outcome: 'success' }),
        source: { ip: '203.0.113.7' },
      }),
    ]);
  });

  test('lists newest first, page by page in both directions', async () => {
    const audit = open();
    for (let index = 0; index < 7; index += 1) await audit.record(signIn);
    const first = await audit.list({ limit: 3 });
    const second = await audit.list({ limit: 3, cursor: { direction: 'older', sequence: first.older ?? 0 } });
    const third = await audit.list({ limit: 3, cursor: { direction: 'older', sequence: second.older ?? 0 } });
    expect([first, second, third].map(sequences)).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    expect([first.newer, third.older]).toEqual([null, null]);
    const back = await audit.list({ limit: 3, cursor: { direction: 'newer', sequence: third.newer ?? 0 } });
    expect(sequences(back)).toEqual([4, 3, 2]);
    expect([back.older, back.newer]).toEqual([2, 4]);
    const top = await audit.list({ limit: 3, cursor: { direction: 'newer', sequence: back.newer ?? 0 } });
    expect(sequences(top)).toEqual([7, 6, 5]);
    expect(top.newer).toBeNull();
  });

  test.each<readonly [string, AuditFilter, number[]]>([
    ['an action', { action: 'user-disable' }, [3]],
    ['a common action', { action: 'user-sign-in' }, [4, 2, 1]],
    ['an outcome', { outcome: 'failure' }, [2]],
    ['who did it', { user: ada.id }, [4, 3, 1]],
    ['whom it was done to', { user: grace.id }, [3]],
    ['an email, in any case', { user: 'ADA@contoso.com' }, [4, 3, 1]],
    ['an email that nobody has', { user: 'eve@contoso.com' }, [2]],
    ['a beginning, inclusive', { from: START + 2 * DAY }, [4, 3]],
    ['an end, exclusive', { to: START + 2 * DAY }, [2, 1]],
    ['several at once', { user: ada.id, action: 'user-sign-in', from: START + 1 }, [4]],
    ['nobody', { user: 'nobody' }, []],
  ])('finds by %s', async (_what, filter, expected) => {
    const audit = open();
    for (const happening of [signIn, refused, disable, signIn]) {
      await audit.record(happening);
      time += DAY;
    }
    expect(sequences(await audit.list({ limit: 50, ...filter }))).toEqual(expected);
    const exported: AuditEvent[] = [];
    for await (const events of audit.export(filter, 'oldest first')) exported.push(...events);
    expect(exported.map(({ event }) => event.sequence)).toEqual(expected.toReversed());
  });

  test('finds the events of a time though a clock was behind', async () => {
    const audit = open();
    await audit.record(signIn);
    time += 60_000;
    await audit.record(signIn);
    time -= 90_000;
    await audit.record(signIn);
    expect(sequences(await audit.list({ limit: 50, from: START }))).toEqual([2, 1]);
    expect(sequences(await audit.list({ limit: 50, to: START }))).toEqual([3]);
  });

  test('verifies, and names the head to note down', async () => {
    const audit = open();
    expect(await audit.verify()).toMatchObject({ intact: true, count: 0, head: { sequence: 0 } });
    for (let index = 0; index < 250; index += 1) await audit.record(signIn);
    const { head, ...result } = await audit.verify();
    expect(result).toMatchObject({ intact: true, count: 250, waiting: 0, problems: [] });
    await audit.record(signIn);
    expect((await audit.verify(head)).intact).toBe(true);
    const other = { sequence: head.sequence, hash: 'f'.repeat(64) };
    expect((await audit.verify(other)).problems).toMatchObject([{ sequence: 250, kind: 'noted' }]);
  });

  test('an unknown action is refused, and what a browser sends is cut to a length', async () => {
    const audit = open();
    await expect(audit.record({ ...signIn, action: 'other' as never })).rejects.toThrow();
    await audit.record({ ...signIn, by: { ...from, userAgent: 'x'.repeat(10_000), user: ada } });
    const { events } = await audit.list({ limit: 1 });
    expect(events[0]?.user_agent?.original).toHaveLength(512);
    expect(await audit.verify()).toMatchObject({ intact: true, count: 1 });
  });

  test('retention cuts off by age, and the rest verifies', async () => {
    const audit = open({ retention: { maxAge: 30 * DAY } });
    for (let index = 0; index < 250; index += 1) await audit.record(disable);
    time += 20 * DAY;
    await audit.record(signIn);
    await audit.upkeep();
    expect(await audit.verify()).toMatchObject({
      intact: true,
      count: 251,
      cut: { changes: { sequence: 0 } },
    });
    time += 10 * DAY + 1;
    await audit.upkeep();
    expect(await audit.verify()).toMatchObject({
      intact: true,
      count: 1,
      cut: { changes: { sequence: 250 } },
    });
    expect(sequences(await audit.list({ limit: 50, user: grace.id }))).toEqual([]);
    expect(sequences(await audit.list({ limit: 50 }))).toEqual([251]);
    time += 365 * DAY;
    await audit.upkeep();
    await audit.record(signIn);
    expect(await audit.verify()).toMatchObject({ intact: true, count: 1, head: { sequence: 252 } });
  });

  test('retention cuts off by count, and the rest verifies', async () => {
    const audit = open({ retention: { maxEvents: 50 } });
    for (let index = 0; index < 300; index += 1) await audit.record(signIn);
    await audit.upkeep();
    expect(await audit.verify()).toMatchObject({
      intact: true,
      count: 50,
      cut: { visits: { sequence: 250 } },
    });
    const { events } = await audit.list({ limit: 200, cursor: { direction: 'newer', sequence: 250 } });
    expect(events.at(-1)?.event.sequence).toBe(251);
  });

  test('what its own writes take along is chained like all else', async () => {
    const audit = open();
    await audit.record(signIn);
    if (audit.take !== undefined) audit.take([disable, refused]);
    else if (audit.prepare !== undefined && audit.key !== undefined) {
      const { texts, done } = audit.prepare([disable, refused]);
      await connection?.().client.rPush(audit.key, [...texts]);
      done();
    }
    const { events } = await audit.list({ limit: 50 });
    expect(events.map(({ event }) => event.action)).toEqual(['user-sign-in', 'user-disable', 'user-sign-in']);
    expect(logged).toHaveLength(3);
    expect((await audit.verify()).intact).toBe(true);
  });

  test('whatever is recorded is found again as it was, and the chain verifies', async () => {
    const person = fc.record({
      id: fc.uuid(),
      email: fc.string(),
      fullName: fc.string({ unit: 'grapheme' }),
    });
    const happening: fc.Arbitrary<Happening> = fc.record({
      action: fc.constantFrom(...actionNames),
      outcome: fc.constantFrom('success', 'failure'),
      by: fc.record({ user: person, userAgent: anyText() }, { requiredKeys: [] }),
      target: person,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 20 }), async (happenings) => {
        const audit = open();
        for (const one of happenings) await audit.record(one);
        const { events } = await audit.list({ limit: 200 });
        expect(events.map(({ event }) => event.action)).toEqual(
          happenings.map(({ action }) => action).toReversed(),
        );
        expect(await audit.verify()).toMatchObject({ intact: true, count: happenings.length });
        await audit.close();
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});

test('a search that passes very many events gives a short page, and goes on from there', async () => {
  const audit = openRedis();
  const { texts } = audit.prepare(Array.from({ length: 10_100 }, () => signIn));
  await audit.record({ ...signIn, action: 'user-sign-out' });
  await redis.client.rPush(audit.key, [...texts]);
  const first = await audit.list({ limit: 5, action: 'user-sign-out' });
  expect(first).toMatchObject({ events: [], newer: null, older: expect.any(Number) });
  const cursor = { direction: 'older', sequence: first.older ?? 0 } as const;
  const second = await audit.list({ limit: 5, action: 'user-sign-out', cursor });
  expect(sequences(second)).toEqual([1]);
  expect(second.older).toBeNull();
});

function sequences({ events }: { readonly events: readonly AuditEvent[] }): number[] {
  return events.map(({ event }) => event.sequence);
}
