import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Audit } from '#entrance/audit/audit.js';
import type { AuditStore, Entry } from '#entrance/audit/audit-store.js';
import { canonicalJson } from '#entrance/audit/canonical-json.js';
import { chainEvent, GENESIS, type Links, linkOf, withLink } from '#entrance/audit/chain.js';
import { type AuditEvent, chains, type Happening, stampEvent } from '#entrance/audit/event.js';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { createSigner, type SignedEnds } from '#entrance/audit/signature.js';
import { verifyChain } from '#entrance/audit/verify.js';
import { Secret } from '#entrance/config/secret.js';
import { auditOptions, type TestAuditOptions } from '../support/audit.js';
import { useRedis } from '../support/redis-topologies.js';

const signer = createSigner(Secret.of('a secret'));
const forger = createSigner(Secret.of('another secret'));

const redis = useRedis();
let prefix: string;
let audit: Audit;

const open = (options: TestAuditOptions = {}) =>
  createRedisAudit(redis.client, prefix, auditOptions(options));
const key = (name: string) => `${prefix}{directory}:audit:${name}`;
const kinds = async (one = audit) => (await one.verify()).problems.map(({ kind }) => kind);

async function record(count: number, one = audit): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await one.record({ action: 'user-sign-in', by: { requestId: `request-${number}` } });
  }
}

/** The chain of what `record` records. */
const EVENTS = 'events:visits';
const visitsEnd = (link: Links['visits']): Links => ({ ...GENESIS, visits: link });

/** What the store holds, by place. */
async function stored(): Promise<Map<string, string>> {
  const entries = (await redis.client.xRange(key(EVENTS), '-', '+')) ?? [];
  return new Map(entries.map(({ id, message }) => [id, message.event ?? '']));
}

/** Writes the events anew, as somebody can who has the store. */
async function rewrite(entries: Iterable<readonly [place: string, text: string]>): Promise<void> {
  await redis.client.del(key(EVENTS));
  for (const [place, event] of entries) await redis.client.xAdd(key(EVENTS), place, { event });
}

async function forgeLink(name: 'head' | 'cut', ends: SignedEnds): Promise<void> {
  await redis.client.set(key(name), canonicalJson(ends));
}

describe('with ten events on Redis', () => {
  beforeEach(async () => {
    prefix = `test-${randomUUID()}:`;
    audit = open();
    await record(10);
    expect(await audit.verify()).toMatchObject({ intact: true, count: 10 });
  });

  test.each<readonly [string, (events: Map<string, string>) => void]>([
    ['an altered text', (events) => edit(events, 5, (text) => text.replace('success', 'failure'))],
    ['an altered form', (events) => edit(events, 5, (text) => `${text} `)],
    ['a text that is no event', (events) => edit(events, 5, () => 'nothing')],
    ['an event replaced by one with a right hash', (events) => edit(events, 5, rehashed)],
    ['the last event replaced so', (events) => edit(events, 10, rehashed)],
    ['a removed event', (events) => void events.delete('5-0')],
    ['a removed beginning', (events) => void (events.delete('1-0') && events.delete('2-0'))],
    ['a removed end', (events) => void (events.delete('9-0') && events.delete('10-0'))],
    ['all events removed', (events) => events.clear()],
    ['two events exchanged', exchange],
  ])('%s is found', async (_what, tamper) => {
    const events = await stored();
    tamper(events);
    await rewrite(events);
    expect(await audit.verify()).toMatchObject({ intact: false });
  });

  test.each([
    ['in between', '5-7'],
    ['at the end', '11-0'],
    ['far behind', '4711-0'],
  ])('an event inserted %s is found', async (_where, place) => {
    const events = await stored();
    const inserted = [...events, [place, events.get('5-0') ?? ''] as const];
    await rewrite(
      inserted.toSorted(
        ([one], [other]) =>
          Number.parseFloat(one.replace('-', '.')) - Number.parseFloat(other.replace('-', '.')),
      ),
    );
    expect(await kinds()).toContain('misplaced');
  });

  test('a chain computed afresh without the secret is found', async () => {
    const events = chain(7, () => signOut);
    await rewrite(events.map((event) => [`${event.event.sequence}-0`, canonicalJson(event)]));
    await forgeLink('head', forger.sign('head', { links: endsOf(events) }));
    expect(await kinds()).toEqual(['head']);
    await record(3);
    expect(await audit.verify()).toMatchObject({ intact: false, count: 10, problems: [{ kind: 'head' }] });
  });

  test('a removed record of the head is found', async () => {
    await redis.client.del(key('head'));
    expect(await kinds()).toEqual(['head']);
  });

  test('a beginning removed under a forged cut is found, and under one meant for a head', async () => {
    const events = await stored();
    const third = JSON.parse(events.get('3-0') ?? '');
    for (const number of [1, 2, 3]) events.delete(`${number}-0`);
    await rewrite(events);
    await forgeLink('cut', forger.sign('cut', { links: visitsEnd(linkOf(third)) }));
    expect(await kinds()).toEqual(['cut']);
    await forgeLink('cut', signer.sign('head', { links: visitsEnd(linkOf(third)) }));
    expect(await kinds()).toEqual(['cut']);
  });

  test('a store set back to an earlier state verifies, but not against a head that was noted down', async () => {
    const [events, head] = [await stored(), await redis.client.get(key('head'))];
    await record(3);
    const { head: noted } = await audit.verify();
    await rewrite(events);
    await redis.client.set(key('head'), head ?? '');
    expect((await audit.verify()).intact).toBe(true);
    expect((await audit.verify(noted)).problems).toMatchObject([{ sequence: 13, kind: 'noted' }]);
  });

  test('retention doesn’t cover up tampering: the cut says that it was broken', async () => {
    const events = await stored();
    edit(events, 2, rehashed);
    await rewrite(events);
    const strict = open({ retention: { maxEvents: 5 } });
    await strict.upkeep();
    expect(await strict.verify()).toMatchObject({ intact: false, count: 5, problems: [{ kind: 'cut' }] });
    await record(5);
    await strict.upkeep();
    expect(await strict.verify()).toMatchObject({ intact: false, count: 5, problems: [{ kind: 'cut' }] });
  });

  test('while SESSION_SECRET rotates all verifies, and afterwards with the new one alone', async () => {
    await open({ retention: { maxEvents: 5 } }).upkeep();
    const other = open({ secrets: ['a newer secret'] });
    expect(await kinds(other)).toEqual(['cut', 'head']);
    const rotating = open({ secrets: ['a newer secret', 'a secret'] });
    expect((await rotating.verify()).intact).toBe(true);
    await rotating.upkeep();
    expect(await other.verify()).toMatchObject({ intact: true, count: 5 });
  });

  test('a tampered end stops the chain, but neither the recording nor the reading', async () => {
    await redis.client.xAdd(key(EVENTS), '4711-0', { event: 'x' });
    await record(2);
    expect((await audit.list({ limit: 50 })).events).toHaveLength(10);
    expect(await audit.verify()).toMatchObject({ intact: false, waiting: 2 });
  });

  test('what is no event among those that wait is dropped', async () => {
    await redis.client.rPush(key('waiting'), ['nothing', '{"event":{"action":"other"}}']);
    await record(1);
    expect(await audit.verify()).toMatchObject({ intact: true, count: 11, waiting: 0 });
  });
});

test('whatever one does to a chain, it is found', async () => {
  const position = fc.nat({ max: 11 });
  const tampering = fc.oneof(
    fc.record({ what: fc.constant('remove' as const), at: position, to: position }),
    fc.record({ what: fc.constant('copy' as const), at: position, to: position }),
    fc.record({ what: fc.constant('move' as const), at: position, to: position }),
    fc.record({ what: fc.constant('alter' as const), at: position, to: fc.nat({ max: 300 }) }),
  );
  await fc.assert(
    fc.asyncProperty(tampering, fc.boolean(), async ({ what, at, to }, renumber) => {
      const whole = chain(12);
      const events = whole.map(canonicalJson);
      const tampered = [...events];
      const [taken = ''] = what === 'copy' ? [events[at]] : tampered.splice(at, 1);
      if (what === 'copy' || what === 'move') tampered.splice(to, 0, taken);
      if (what === 'alter') tampered.splice(at, 0, flip(taken, to));
      fc.pre(tampered.join('\n') !== events.join('\n'));
      const places = renumber
        ? tampered.map((_, index) => index + 1)
        : tampered.map((text, index) => numberOf(text) ?? index + 1);
      const result = await verifyChain(storeOf(tampered, places, whole), signer);
      expect(result.intact).toBe(false);
    }),
    { numRuns: 500 },
  );
});

const signOut = { action: 'user-sign-out' } as const;
/** One of each chain. */
const ofEachChain = [
  signOut,
  { action: 'user-disable' },
  { action: 'user-sign-in', outcome: 'failure' },
] as const satisfies readonly Omit<Happening, 'by'>[];

function chain(
  length: number,
  what: (number: number) => Omit<Happening, 'by'> = (number) => ofEachChain[number % 3] ?? signOut,
): readonly AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let number = 1; number <= length; number += 1) {
    const lone = stampEvent({ ...what(number), by: { requestId: `request-${number}` } }, number);
    events.push(chainEvent(lone, endsOf(events)));
  }
  return events;
}

function endsOf(events: readonly AuditEvent[]): Links {
  return events.reduce((links, event) => withLink(links, event.entrance.chain, linkOf(event)), GENESIS);
}

/** Holds these texts, and the head of the chain as it was. */
function storeOf(
  texts: readonly string[],
  places: readonly number[],
  whole: readonly AuditEvent[],
): Pick<AuditStore, 'read' | 'ends'> {
  const head = signer.sign('head', { links: endsOf(whole) });
  const entries: Entry[] = texts.map((text, index) => ({
    place: `${places[index]}-0`,
    text,
    chain: chains.find((one) => text.includes(`"chain":"${one}"`)) ?? 'changes',
  }));
  const counts = { changes: 0, visits: 0, refusals: 0 }; // nobody asks
  return {
    read: async ({ after }) => (after === undefined ? entries : []),
    ends: async () => ({ head, cut: undefined, counts, waiting: 0 }),
  };
}

function numberOf(text: string): number | undefined {
  const found = /"sequence":(\d+)/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function flip(text: string, at: number): string {
  const index = at % text.length;
  const other = text[index] === 'a' ? 'b' : 'a';
  return text.slice(0, index) + other + text.slice(index + 1);
}

function edit(events: Map<string, string>, number: number, change: (text: string) => string): void {
  const place = `${number}-0`;
  events.set(place, change(events.get(place) ?? ''));
}

/** The event with another content and the hash that belongs to it. */
function rehashed(text: string): string {
  const { event, entrance, ...rest }: AuditEvent = JSON.parse(text);
  const { sequence, hash: _hash, ...lone } = event;
  const { previous_hash, ...own } = entrance;
  const changed = { ...rest, event: { ...lone, outcome: 'failure' as const }, entrance: own };
  return canonicalJson(chainEvent(changed, visitsEnd({ sequence: sequence - 1, hash: previous_hash })));
}

function exchange(events: Map<string, string>): void {
  const [four = '', five = ''] = [events.get('4-0'), events.get('5-0')];
  events.set('4-0', five).set('5-0', four);
}
