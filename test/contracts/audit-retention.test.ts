import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Audit } from '#entrance/audit/audit.js';
import { type Chain, chains, type Happening } from '#entrance/audit/event.js';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { auditOptions } from '../support/audit.js';
import { useRedis } from '../support/redis-topologies.js';

/** What of a full audit log goes first. */

const by = { ip: '203.0.113.7' };
const change: Happening = { action: 'user-disable', by };
const visit: Happening = { action: 'user-sign-in', by };
const refusal: Happening = { action: 'user-sign-in', outcome: 'failure', reason: 'credentials_invalid', by };
const MOST = 100;

const redis = useRedis();

const options = () => auditOptions({ retention: { maxEvents: MOST } });
const stores = [
  { name: 'in memory', open: () => createMemoryAudit(options()) },
  { name: 'on Redis', open: () => createRedisAudit(redis.client, `test-${randomUUID()}:`, options()) },
];

async function record(audit: Audit, count: number, happening: Happening): Promise<void> {
  for (let index = 0; index < count; index += 1) await audit.record(happening);
}

/** The numbers of what is kept, by chain. */
async function kept(audit: Audit): Promise<Readonly<Record<Chain, readonly number[]>>> {
  const found: Record<Chain, number[]> = { changes: [], visits: [], refusals: [] };
  for await (const events of audit.export({}, 'oldest first'))
    for (const { event, entrance } of events) found[entrance.chain ?? 'changes'].push(event.sequence);
  return found;
}

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe.each(stores)('a full audit log $name', ({ open }) => {
  test('loses refusals before any change, however many refusals there are', async () => {
    const audit = open();
    await record(audit, 60, change);
    await record(audit, 500, refusal);
    await audit.upkeep();
    expect(await kept(audit)).toEqual({ changes: numbers(1, 60), visits: [], refusals: numbers(521, 560) });
    await record(audit, 40, change);
    await audit.upkeep();
    expect(await kept(audit)).toMatchObject({
      changes: [...numbers(1, 60), ...numbers(561, 600)],
      refusals: [],
    });
    expect(await audit.verify()).toMatchObject({ intact: true, count: 100 });
  });

  test('loses changes, the oldest first, only when there is nothing else', async () => {
    const audit = open();
    await record(audit, 5, refusal);
    await record(audit, 5, visit);
    await record(audit, 110, change);
    await audit.upkeep();
    expect(await kept(audit)).toEqual({ changes: numbers(21, 120), visits: [], refusals: [] });
    expect(await audit.verify()).toMatchObject({ intact: true, count: 100 });
  });

  test('keeps older sign-ins from refusals that fill more than a tenth', async () => {
    const audit = open();
    await record(audit, 85, visit);
    await record(audit, 300, refusal);
    await record(audit, 5, visit);
    await audit.upkeep();
    expect(await kept(audit)).toEqual({
      changes: [],
      visits: [...numbers(1, 85), ...numbers(386, 390)],
      refusals: numbers(376, 385),
    });
    expect(await audit.verify()).toMatchObject({ intact: true, count: 100 });
  });

  test('keeps few refusals as long as sign-ins of their time, and every change', async () => {
    const audit = open();
    await record(audit, 2, change);
    await record(audit, 100, visit);
    await record(audit, 5, refusal);
    await record(audit, 50, visit);
    await audit.upkeep();
    expect(await kept(audit)).toEqual({
      changes: [1, 2],
      visits: [...numbers(60, 102), ...numbers(108, 157)],
      refusals: numbers(103, 107),
    });
  });

  test('lists and finds what is left, page by page, and holds a head that was noted down', async () => {
    const audit = open();
    await record(audit, 3, change);
    await record(audit, 120, refusal);
    await audit.upkeep();
    const { head } = await audit.verify();
    await record(audit, 2, change);
    expect((await audit.verify(head)).problems).toEqual([]);

    const newest = await audit.list({ limit: 3 });
    expect(newest.events.map(({ event }) => event.sequence)).toEqual([125, 124, 123]);
    const cursor = { direction: 'newer', sequence: 2 } as const;
    const next = await audit.list({ limit: 3, cursor });
    expect(next.events.map(({ event }) => event.sequence)).toEqual([28, 27, 3]);
    const failures = await audit.list({ limit: 200, outcome: 'failure' });
    expect(failures.events.map(({ event }) => event.sequence)).toEqual(numbers(27, 123).toReversed());
    expect((await audit.list({ limit: 200, action: 'user-disable' })).events).toHaveLength(5);
  });

  test('goes on with its numbers and its chains after all of one chain is gone', async () => {
    const audit = open();
    await record(audit, 20, refusal);
    await record(audit, 100, change);
    await audit.upkeep();
    expect((await kept(audit)).refusals).toEqual([]);
    await record(audit, 1, refusal);
    expect((await kept(audit)).refusals).toEqual([121]);
    const { intact, head, cut } = await audit.verify();
    expect({ intact, head: head.sequence }).toEqual({ intact: true, head: 121 });
    expect(chains.map((chain) => cut[chain].sequence)).toEqual([0, 0, 20]);
  });
});
