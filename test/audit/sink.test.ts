import { expect, test } from '@jest/globals';
import pino from 'pino';
import type { AuditSink } from '#entrance/audit/event.js';
import { type LoneEvent, stampEvent } from '#entrance/audit/event.js';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createSinkQueue } from '#entrance/audit/sink.js';
import { auditOptions } from '../support/audit.js';

const event = (id: string) => stampEvent({ action: 'user-sign-in', by: { user: { id } } }, Date.now());
const never = () => new Promise<never>(() => undefined);

function queueTo(sink: AuditSink, options?: { deadlineMs?: number; mostWaiting?: number }) {
  const logged: string[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(line) });
  return { queue: createSinkQueue(sink, log, options), logged: () => logged.map((line) => JSON.parse(line)) };
}

test('the sink gets each recorded event, with the ID that the log has', async () => {
  const got: LoneEvent[] = [];
  const audit = createMemoryAudit({ ...auditOptions(), sink: (one) => got.push(one) });
  await audit.record({ action: 'user-sign-in', by: { user: { id: 'ada' } } });
  audit.take([{ action: 'user-create', by: {}, target: { id: 'bea' } }]);
  await audit.close();
  const { events } = await audit.list({ limit: 10 });
  expect(got.map((one) => one.event.id)).toEqual(events.map((one) => one.event.id).reverse());
  expect(got.map((one) => one.event.action)).toEqual(['user-sign-in', 'user-create']);
});

test('events come one at a time and in order, and recording them doesn’t wait', async () => {
  const steps: string[] = [];
  const { queue } = queueTo(async ({ user }) => {
    steps.push(`${user?.id} begins`);
    await null;
    steps.push(`${user?.id} is done`);
  });
  queue.put([event('a'), event('b')]);
  steps.push('went on');
  await queue.drain();
  expect(steps).toEqual(['went on', 'a begins', 'a is done', 'b begins', 'b is done']);
});

test('an event for which the sink fails is logged by its ID, and the next one is given', async () => {
  const got: unknown[] = [];
  const events = [event('a'), event('b'), event('c')];
  const { queue, logged } = queueTo(
    ({ user }) => {
      if (user?.id === 'a') throw new Error('full');
      if (user?.id === 'b') return never();
      return got.push(user?.id);
    },
    { deadlineMs: 1 },
  );
  queue.put(events);
  // Draining has the same limit as an event, so the last event may take another round.
  while (got.length === 0) await queue.drain();
  expect(got).toEqual(['c']);
  expect(logged().flatMap(({ eventId }) => eventId ?? [])).toEqual([
    events[0]?.event.id,
    events[1]?.event.id,
  ]);
});

test('a sink that is too slow misses the newest events, and the log says so', async () => {
  const got: unknown[] = [];
  const { queue, logged } = queueTo(({ user }) => got.push(user?.id), { mostWaiting: 2 });
  queue.put([event('a'), event('b'), event('c'), event('d')]);
  await queue.drain();
  expect(got).toEqual(['a', 'b']);
  expect(logged().map(({ msg, missed }) => ({ msg, missed }))).toEqual([
    { msg: 'the audit sink of the host app is too slow', missed: undefined },
    { msg: 'the audit sink of the host app was too slow and missed events', missed: 2 },
  ]);
});

test('what the sink does to an event changes nothing', async () => {
  const shown = event('a');
  const before = structuredClone(shown);
  const { queue } = queueTo((one) => Object.assign(one.event, { action: 'user-delete' }));
  queue.put([shown]);
  await queue.drain();
  expect(shown).toEqual(before);
});
