import { createHash, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Audit } from '#entrance/audit/audit.js';
import { canonicalJson } from '#entrance/audit/canonical-json.js';
import { chainEvent, GENESIS, linkOf } from '#entrance/audit/chain.js';
import { type AuditEvent, type Chain, type Happening, stampEvent } from '#entrance/audit/event.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { createSigner } from '#entrance/audit/signature.js';
import { Secret } from '#entrance/config/secret.js';
import { auditOptions, type TestAuditOptions } from '../support/audit.js';
import { useRedis } from '../support/redis-topologies.js';

/** Tampering with a log of which retention has shortened one chain and not another, and logs of an earlier version. */

const STREAMS: Readonly<Record<Chain, string>> = {
  changes: 'events',
  visits: 'events:visits',
  refusals: 'events:refusals',
};
const by = { ip: '203.0.113.7' };
const change: Happening = { action: 'user-disable', by };
const refusal: Happening = { action: 'user-sign-in', outcome: 'failure', by };

const redis = useRedis();
let prefix: string;
let audit: Audit;
beforeEach(() => {
  prefix = `test-${randomUUID()}:`;
});

const open = (options: TestAuditOptions = {}) =>
  createRedisAudit(redis.client, prefix, auditOptions(options));
const key = (name: string) => `${prefix}{directory}:audit:${name}`;

async function read(chain: Chain): Promise<Map<string, string>> {
  const entries = (await redis.client.xRange(key(STREAMS[chain]), '-', '+')) ?? [];
  return new Map(entries.map(({ id, message }) => [id, message.event ?? '']));
}

async function write(chain: Chain, events: Iterable<readonly [place: string, text: string]>): Promise<void> {
  await redis.client.del(key(STREAMS[chain]));
  for (const [place, event] of events) await redis.client.xAdd(key(STREAMS[chain]), place, { event });
}

/** Another event with this place, the right hash, and a given hash before. */
function replaced(text: string, previous?: string): string {
  const { event, entrance, ...rest }: AuditEvent = JSON.parse(text);
  const { hash: _hash, ...own } = event;
  const changed = {
    ...rest,
    event: { ...own, action: 'user-enable' },
    entrance: { ...entrance, ...(previous === undefined ? {} : { previous_hash: previous }) },
  };
  const hash = createHash('sha256').update(canonicalJson(changed)).digest('hex');
  return canonicalJson({ ...changed, event: { ...changed.event, hash } });
}

describe('of changes with refusals between them that retention has removed', () => {
  /** Changes are 1, 12, 23, …, 56; of the refusals between them the last five are kept. */
  beforeEach(async () => {
    const writer = open({ retention: { maxEvents: 1_000 } });
    for (let round = 0; round < 6; round += 1) {
      await writer.record(change);
      for (let count = 0; count < 10; count += 1) await writer.record(refusal);
    }
    audit = open({ retention: { maxEvents: 11 } });
    await audit.upkeep();
    expect(await audit.verify()).toMatchObject({
      intact: true,
      count: 11,
      cut: { changes: { sequence: 0 }, refusals: { sequence: 61 } },
    });
  });

  test.each<readonly [string, (events: Map<string, string>) => void]>([
    ['a removed change', (events) => void events.delete('23-0')],
    ['the first change removed', (events) => void events.delete('1-0')],
    ['the last change removed', (events) => void events.delete('56-0')],
    ['a replaced change', (events) => void events.set('23-0', replaced(events.get('23-0') ?? ''))],
    ['the last change replaced', (events) => void events.set('56-0', replaced(events.get('56-0') ?? ''))],
    ['a change in the place of a removed refusal', insertAt20],
  ])('%s is found', async (_what, tamper) => {
    const events = await read('changes');
    tamper(events);
    await write('changes', [...events].sort(byPlace));
    expect((await audit.verify()).intact).toBe(false);
  });

  test('a refusal put back, and one removed further on, are found', async () => {
    const events = await read('refusals');
    const [[, first = ''] = []] = [...events];
    await write('refusals', [['30-0', first], ...events]);
    expect((await audit.verify()).intact).toBe(false);
    events.delete('63-0');
    await write('refusals', events);
    expect((await audit.verify()).problems).toMatchObject([
      { sequence: 63, kind: 'removed' },
      { sequence: 64, kind: 'altered' },
    ]);
  });

  test('a change among the refusals, where retention would remove it, is found', async () => {
    const events = await read('changes');
    const refusals = await read('refusals');
    await write('refusals', [['56-0', events.get('56-0') ?? ''], ...refusals]);
    events.delete('56-0');
    await write('changes', events);
    expect((await audit.verify()).intact).toBe(false);
  });

  test('a cut of the changes that somebody else signed is found', async () => {
    const events = await read('changes');
    const first: AuditEvent = JSON.parse(events.get('1-0') ?? '');
    const { cut } = await audit.verify();
    const forged = createSigner(Secret.of('another secret')).sign('cut', {
      links: { ...cut, changes: linkOf(first) },
    });
    events.delete('1-0');
    await write('changes', events);
    await redis.client.set(key('cut'), canonicalJson(forged));
    expect((await audit.verify()).problems).toMatchObject([{ kind: 'cut' }]);
  });

  test('what was tampered with before retention removes it stays known', async () => {
    const events = await read('refusals');
    events.set('62-0', replaced(events.get('62-0') ?? ''));
    await write('refusals', events);
    await open({ retention: { maxEvents: 8 } }).upkeep();
    expect((await audit.verify()).problems).toMatchObject(
      expect.arrayContaining([{ kind: 'cut', sequence: 64, detail: expect.any(String) }]),
    );
  });
});

describe('of an earlier version, whose events are one chain', () => {
  const older = (count: number) => {
    const events: AuditEvent[] = [];
    for (let number = 1; number <= count; number += 1) {
      const { entrance, ...lone } = stampEvent(number % 2 === 0 ? refusal : change, number);
      const { chain: _chain, ...rest } = entrance;
      const last = events.at(-1);
      const links = last === undefined ? GENESIS : endAt(last);
      events.push(chainEvent({ ...lone, entrance: rest }, links));
    }
    return events;
  };
  const endAt = (event: AuditEvent) => {
    const link = linkOf(event);
    return { changes: link, visits: link, refusals: link };
  };

  beforeEach(async () => {
    const events = older(20);
    const last = events.at(-1);
    if (last === undefined) throw new Error('there are events');
    const { signature } = createSigner(Secret.of('a secret')).sign('head', { links: endAt(last) });
    await write(
      'changes',
      events.map((event) => [`${event.event.sequence}-0`, canonicalJson(event)]),
    );
    await redis.client.set(key('head'), canonicalJson({ ...linkOf(last), signature }));
  });

  test('the log verifies, goes on with chains, and loses the oldest of those events first', async () => {
    audit = open({ retention: { maxEvents: 15, maxAge: Number.MAX_SAFE_INTEGER } });
    expect(await audit.verify()).toMatchObject({ intact: true, count: 20, head: { sequence: 20 } });
    for (const one of [refusal, change, refusal]) await audit.record(one);
    expect(await audit.verify()).toMatchObject({ intact: true, count: 23 });
    await audit.upkeep();
    expect(await audit.verify()).toMatchObject({ intact: true, count: 15, cut: { visits: { sequence: 8 } } });
    for (let count = 0; count < 13; count += 1) await audit.record(change);
    await audit.upkeep();
    expect(await audit.verify()).toMatchObject({ intact: true, count: 15 });
    const { events } = await audit.list({ limit: 50 });
    expect(events.map(({ event }) => event.sequence).at(-1)).toBe(22);
  });

  test('an event that is missing among them is found', async () => {
    const events = await read('changes');
    events.delete('7-0');
    await write('changes', events);
    expect((await open().verify()).intact).toBe(false);
  });
});

function insertAt20(events: Map<string, string>): void {
  const { event }: AuditEvent = JSON.parse(events.get('12-0') ?? '');
  const { event: other, ...rest }: AuditEvent = JSON.parse(events.get('23-0') ?? '');
  const moved = canonicalJson({ ...rest, event: { ...other, sequence: 20 } });
  events.set('20-0', replaced(moved, event.hash));
}

function byPlace([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return Number.parseInt(one, 10) - Number.parseInt(other, 10);
}
