import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import type { Audit } from '#entrance/audit/audit.js';
import { canonicalJson } from '#entrance/audit/canonical-json.js';
import { type Happening, type LoneEvent, stampEvent } from '#entrance/audit/event.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { sentence } from '#entrance/console/audit-words.js';
import { auditOptions, type TestAuditOptions } from '../support/audit.js';
import { useRedis } from '../support/redis-topologies.js';

/** A newer version records events beside this one, on the same Redis, while its instances are exchanged one by one. */

const redis = useRedis();
const logged: string[] = [];
const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
const ada = { id: '0198c1f2-7d3e-7a41-9c55-2f60b8e4d913', email: 'ada@contoso.com' };
const disable: Happening = { action: 'user-disable', by: { user: ada } };
const refused: Happening = {
  action: 'user-sign-in',
  outcome: 'failure',
  reason: 'sso_failed',
  by: { user: ada },
};

let prefix: string;
let audit: Audit;
beforeEach(() => {
  prefix = `test-${randomUUID()}:`;
  logged.length = 0;
  audit = open();
});

const open = (options: TestAuditOptions = {}) =>
  createRedisAudit(redis.client, prefix, auditOptions({ log, ...options }));
const key = (name: string) => `${prefix}{directory}:audit:${name}`;

/** Leaves an event waiting as another instance does, with the members that `change` gives it. */
async function leave(happening: Happening, change: (event: LoneEvent) => object): Promise<void> {
  await redis.client.rPush(key('waiting'), canonicalJson(change(stampEvent(happening, Date.now()))));
}

const withMembers = (event: LoneEvent) => ({
  ...event,
  device: { id: 'badge-reader', trusted: true, score: null },
  entrance: { ...event.entrance, passkey: { name: 'Ada’s key', counts: [1, 2] } },
});
const withAction = ({ event, ...rest }: LoneEvent) => ({
  ...rest,
  event: { ...event, action: 'passkey-add' },
});
const withReason = ({ event, ...rest }: LoneEvent) => ({
  ...rest,
  event: { ...event, reason: 'passkey_lost' },
});

describe('an event of a newer version', () => {
  test('keeps the members that this version doesn’t know, and the chain verifies over them', async () => {
    await leave(disable, withMembers);
    await audit.record(disable);
    expect((await audit.list({ limit: 5 })).events).toMatchObject([
      { event: { sequence: 2 } },
      {
        event: { sequence: 1, action: 'user-disable' },
        device: { id: 'badge-reader', trusted: true, score: null },
        entrance: { passkey: { name: 'Ada’s key', counts: [1, 2] } },
      },
    ]);
    expect(await audit.verify()).toMatchObject({ intact: true, count: 2, waiting: 0 });
    expect(logged).toEqual([]);
  });

  test('is found altered if somebody changes such a member', async () => {
    await leave(disable, withMembers);
    expect((await audit.verify()).intact).toBe(true);
    const [stored] = (await redis.client.xRange(key('events'), '-', '+')) ?? [];
    const text = stored?.message.event?.replace('badge-reader', 'door') ?? '';
    await redis.client.del(key('events'));
    await redis.client.xAdd(key('events'), '1-0', { event: text });
    expect((await audit.verify()).problems).toMatchObject([{ sequence: 1, kind: 'altered' }]);
  });

  test('is read with an action that this version doesn’t know, by its person, and in words', async () => {
    await leave(disable, withAction);
    const { events } = await audit.list({ user: ada.id, limit: 5 });
    expect(events.map((event) => sentence(event, (id) => id))).toEqual([
      'ada@contoso.com: “passkey-add”, an event of a newer version',
    ]);
    expect(await audit.verify()).toMatchObject({ intact: true, count: 1 });
  });

  test('counts as a refusal with a reason that this version doesn’t know', async () => {
    await leave(refused, withReason);
    const [today] = (await audit.countSignIns(1)).map(({ counts }) => [...counts]);
    expect(today).toEqual([['passkey_lost', 1]]);
    const { events } = await audit.list({ outcome: 'failure', limit: 5 });
    expect(events.map((event) => sentence(event, (id) => id))).toEqual([
      'A sign-in of ada@contoso.com was refused',
    ]);
  });

  test('is cut off by retention like any other, and what stays verifies', async () => {
    for (const change of [withMembers, withAction, withMembers]) await leave(disable, change);
    const short = open({ retention: { maxEvents: 1 } });
    await short.upkeep();
    expect(await short.verify()).toMatchObject({ intact: true, count: 1, cut: { changes: { sequence: 2 } } });
  });

  test('is dropped if a member that this version knows is wrong, and the log says so', async () => {
    await leave(disable, (event) => ({ ...withMembers(event), '@timestamp': 'yesterday' }));
    await redis.client.rPush(key('waiting'), `${'[1,'.repeat(100_000)}1${']'.repeat(100_000)}`);
    const nested = `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},`;
    const event = canonicalJson(stampEvent(disable, Date.now()));
    await redis.client.rPush(key('waiting'), event.replace(/^\{/, nested));
    expect(await audit.verify()).toMatchObject({ intact: true, count: 0, waiting: 0 });
    expect(logged).toHaveLength(3);
  });
});
