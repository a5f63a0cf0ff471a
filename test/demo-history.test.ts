import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pino from 'pino';
import type { AuditEvent } from '#entrance/audit/event.js';
import { uuidv7 } from '#entrance/identity/uuid.js';
import { parseConfig } from '#entrance/settings.js';
import { openStores, type Stores } from '#entrance/stores.js';
import { makeHistory } from '../demo/history.js';
import { demoTeams, demoUsers } from '../demo/people.js';
import { createTurnableClock } from '../demo/turnable-clock.js';

const DAY = 86_400_000;
const TENANT = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';
const clock = createTurnableClock();
let stores: Stores;
let events: readonly AuditEvent[];

beforeAll(async () => {
  const config = parseConfig({
    PLATFORM_ADMIN_EMAIL: 'operator@contoso.com',
    PLATFORM_ADMIN_PASSWORD: 'plum-harbour-violin-92',
    SESSION_IDLE_TIMEOUT: '8h',
  });
  stores = openStores(config, pino({ level: 'silent' }), clock);
  const teamIds = new Map(demoTeams().map((name) => [name, uuidv7(clock.now())]));
  for (const [name, id] of teamIds)
    await stores.teams.create({ id, name, description: null, origin: 'manual', createdAt: now() }, []);
  const users = demoUsers(clock.now(), TENANT, teamIds);
  await makeHistory(users, { stores, clock, tenantId: TENANT, teamIds });
  const read: AuditEvent[] = [];
  for await (const piece of stores.audit.export({}, 'oldest first')) read.push(...piece);
  events = read;
});
afterAll(() => stores.close());

const now = () => new Date(clock.now()).toISOString();
const happened = (action: string, outcome = 'success') =>
  events.filter(({ event }) => event.action === action && event.outcome === outcome);

test('the audit log of the demo verifies, and is in the order of its times, up to now', async () => {
  expect(await stores.audit.verify()).toMatchObject({ intact: true, count: events.length });
  const times = events.map((event) => event['@timestamp']);
  expect([...times].sort()).toEqual(times);
  expect(Date.parse(times[0] ?? '')).toBeGreaterThanOrEqual(clock.now() - 31 * DAY);
  expect((times.at(-1) ?? '') <= now()).toBe(true);
});

test('every page of the demo has something to show', async () => {
  expect(happened('user-sign-in').length).toBeGreaterThan(100);
  expect(happened('user-sign-in', 'failure').length).toBeGreaterThan(5);
  for (const action of ['user-roles-change', 'user-disable', 'user-approve', 'user-reject', 'token-revoke'])
    expect(happened(action)).not.toEqual([]);
  const { sessions } = await stores.sessions.list({ limit: 200 });
  expect(new Set(sessions.map(({ record }) => record.userId)).size).toBeGreaterThan(4);
  expect(await stores.directory.countWithStatus('pending')).toBe(1);
  const soon = new Date(clock.now() + 7 * DAY).toISOString();
  const tokens = await stores.tokens.list();
  expect(tokens.some(({ expiresAt }) => expiresAt > now() && expiresAt < soon)).toBe(true);
});

test('a sign-in of the demo is never before its account, nor after its last sign-in', async () => {
  for (const { user, ...event } of happened('user-sign-in')) {
    const known = await stores.directory.find(user?.id ?? '');
    expect(event['@timestamp'] >= (known?.createdAt ?? '')).toBe(true);
    expect(event['@timestamp'] <= (known?.lastLoginAt ?? '')).toBe(true);
  }
});
