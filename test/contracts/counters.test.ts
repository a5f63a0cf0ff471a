import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Audit } from '#entrance/audit/audit.js';
import type { Happening } from '#entrance/audit/event.js';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { createMemoryDirectory } from '#entrance/directory/memory.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import { createMemoryThrottle, createRedisThrottle } from '#entrance/passwords/throttle.js';
import { auditOptions, DAY } from '../support/audit.js';
import { useRedis } from '../support/redis-topologies.js';

/** The numbers of the dashboard: each store keeps them as things happen. */

const START = Date.parse('2026-03-01T12:00:00.000Z');
const ada = {
  id: '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913',
  email: 'ada@contoso.com',
  fullName: 'Ada Lovelace',
};
const signIn: Happening = { action: 'user-sign-in', by: { user: ada }, provider: 'entra' };
const refused = (reason: Happening['reason']): Happening => ({ ...signIn, outcome: 'failure', reason });

const redis = useRedis();
let time = START;
const clock = { now: () => time };
const retention = { maxEvents: 100 };

function openMemory() {
  const audit = createMemoryAudit(auditOptions({ clock, retention }));
  return { audit, directory: createMemoryDirectory(audit, ['entra']), others: () => audit };
}
function openRedis() {
  const prefix = `test-${randomUUID()}:`;
  const { client } = redis;
  const openAudit = () => createRedisAudit(client, prefix, auditOptions({ clock, retention }));
  const audit = openAudit();
  const directory = createRedisDirectory(client, prefix, audit, client, ['entra']);
  return { audit, directory, others: openAudit };
}
const subjects = [
  { name: 'memory', open: openMemory },
  { name: 'Redis', open: openRedis },
];

async function totals(audit: Audit, days = 30) {
  const counted = await audit.countSignIns(days);
  return counted.flatMap(({ day, counts }) => (counts.size === 0 ? [] : [[day, Object.fromEntries(counts)]]));
}

describe.each(subjects)('the counters in $name', ({ open }) => {
  test('count the sign-ins of a day by their outcome, and no other event', async () => {
    time = START;
    const { audit } = open();
    for (const happening of [signIn, signIn, refused('credentials_invalid'), refused('tenant_not_allowed')])
      await audit.record(happening);
    await audit.record({ action: 'user-sign-out', by: { user: ada } });
    await audit.record({ ...refused('identity_taken'), action: 'user-link' });
    time = START + DAY;
    await audit.record(refused('credentials_invalid'));
    expect(await totals(audit)).toEqual([
      ['2026-03-01', { success: 2, credentials_invalid: 1, tenant_not_allowed: 1 }],
      ['2026-03-02', { credentials_invalid: 1 }],
    ]);
    expect(await audit.countSignIns(30)).toHaveLength(30);
  });

  test('count an event that a write of the directory brings along', async () => {
    time = START;
    const { audit, directory } = open();
    const user = {
      ...ada,
      provider: 'entra',
      providerId: 'oid',
      providerScope: 'tid',
      status: 'active',
      decision: null,
      roles: [],
      teams: [],
      createdAt: new Date(START).toISOString(),
      lastLoginAt: new Date(START).toISOString(),
    } as const;
    await directory.create(user, { events: [signIn] });
    expect(await totals(audit)).toEqual([['2026-03-01', { success: 1 }]]);
  });

  test('count each event once, however many instances chain events at the same time', async () => {
    time = START;
    const { audit, others } = open();
    const instances = [audit, others(), others()];
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const instance = instances[index % instances.length] ?? audit;
        await instance.record(signIn);
        await instance.countSignIns(1);
      }),
    );
    expect(await totals(audit, 1)).toEqual([['2026-03-01', { success: 60 }]]);
  });

  test('keep the numbers of events that retention has cut off', async () => {
    time = START;
    const { audit } = open();
    for (let index = 0; index < 150; index += 1) await audit.record(signIn);
    await audit.upkeep();
    expect((await audit.list({ limit: 200 })).events.length).toBeLessThanOrEqual(100);
    expect(await totals(audit)).toEqual([['2026-03-01', { success: 150 }]]);
  });

  test('count who hasn’t signed in since a time, without those who never did', async () => {
    const { directory } = open();
    const at = [null, START - 100 * DAY, START - 90 * DAY, START];
    for (const [index, lastLogin] of at.entries()) {
      await directory.create({
        id: `0198c1f2-7d3e-7a41-9c55-2f60b8e4d91${index}`,
        email: `person-${index}@contoso.com`,
        fullName: `Person ${index}`,
        provider: 'entra',
        providerId: `oid-${index}`,
        providerScope: 'tid',
        status: 'active',
        decision: null,
        roles: [],
        teams: [],
        createdAt: new Date(START - 200 * DAY).toISOString(),
        lastLoginAt: lastLogin === null ? null : new Date(lastLogin).toISOString(),
      });
    }
    expect(await directory.countSignedInBefore(START - 90 * DAY)).toBe(1);
  });
});

test('the counters of a day on Redis end by themselves', async () => {
  time = START;
  const prefix = `test-${randomUUID()}:`;
  const audit = createRedisAudit(redis.client, prefix, auditOptions({ clock }));
  await audit.record(signIn);
  await audit.countSignIns(1);
  const seconds = await redis.client.ttl(`${prefix}{directory}:audit:sign-ins:2026-03-01`);
  expect(seconds).toBeGreaterThan(30 * 86_400);
});

describe.each([
  { name: 'memory', open: () => createMemoryThrottle({ maxFailedAttempts: 3, lockoutDuration: 60_000 }) },
  {
    name: 'Redis',
    open: () =>
      createRedisThrottle(redis.client, `test-${randomUUID()}:`, {
        maxFailedAttempts: 3,
        lockoutDuration: 60_000,
      }),
  },
])('the throttle in $name', ({ open }) => {
  test('counts each account that is locked once, and none that got in at the last attempt', async () => {
    const throttle = open();
    expect(await throttle.countLocked()).toBe(0);
    for (const address of ['203.0.113.7', '198.51.100.1'])
      for (let time = 0; time < 3; time += 1) await throttle.admit({ account: ada.email, address });
    expect(await throttle.countLocked()).toBe(1);
    const grace = { account: 'grace@contoso.com', address: '203.0.113.7' };
    await throttle.admit(grace);
    await throttle.admit(grace);
    await (await throttle.admit(grace)).succeeded();
    expect(await throttle.countLocked()).toBe(1);
  });
});
