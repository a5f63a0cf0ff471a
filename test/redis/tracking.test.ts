import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import { createClient } from 'redis';
import { connectTracking, type TrackedReads } from '#entrance/redis/tracking.js';
import { cookiesOf, startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { ask, connect, startSentinelTopology, until } from '../support/redis-topologies.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer({
    settings: ['--user', 'plain', 'on', '>pw', '~*', '+@all', '-client|tracking'],
  });
});
afterAll(() => server.stop());

function track(url: string) {
  const changes: (string | null)[] = [];
  const logged: string[] = [];
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  const reads: TrackedReads = connectTracking(url, { log, onChange: (key) => changes.push(key) });
  return { reads, changes, logged };
}

test('the change of what was read is announced, whoever makes it', async () => {
  const { reads, changes } = track(server.url);
  const writer = await connect(server.url);
  await until(() => reads.isLive);
  await writer.client.set('key', '1');
  expect(await reads.get('key')).toBe('1');
  expect(changes).toEqual([]);
  await writer.client.set('key', '2');
  await until(() => changes.includes('key'));
  expect(await reads.get('key')).toBe('2');
  await writer.client.expire('key', 0);
  await until(() => changes.length === 2);
  reads.close();
  await writer.close();
});

test('behind Sentinel the master announces it, and after a change of masters the new one does', async () => {
  const topology = await startSentinelTopology();
  const successor = await startRedisServer();
  const { reads, changes } = track(topology.url);
  const writer = await connect(topology.url);
  try {
    await until(() => reads.isLive);
    await writer.client.set('key', '1');
    expect(await reads.get('key')).toBe('1');
    await writer.client.set('key', '2');
    await until(() => changes.includes('key'));

    await ask(successor, ['SET', 'key', 'successor']);
    const [sentinel] = topology.watchers;
    if (sentinel === undefined) throw new Error('a sentinel');
    await ask(sentinel, ['SENTINEL', 'REMOVE', 'main']);
    await ask(sentinel, ['SENTINEL', 'MONITOR', 'main', '127.0.0.1', `${successor.port}`, '1']);
    await until(async () => (await reads.get('key').catch(() => 'away')) === 'successor');
    expect(changes).toContain(null);
    await ask(successor, ['SET', 'key', '3']);
    await until(() => changes.at(-1) === 'key');
  } finally {
    reads.close();
    await writer.close();
    await Promise.all([topology.stop(), successor.stop()]);
  }
});

test('when the connection is cut everything is void, until there is another', async () => {
  const { reads, changes } = track(server.url);
  const other = await connect(server.url);
  await until(() => reads.isLive);
  await other.client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'NORMAL', 'SKIPME', 'YES']);
  await until(() => changes.includes(null));
  await until(() => reads.isLive);
  reads.close();
  await other.close();
});

test('when Redis falls silent nothing is trusted any more', async () => {
  const silentLog = await startRedisServer();
  const { reads } = track(silentLog.url);
  await until(() => reads.isLive);
  silentLog.freeze();
  await until(() => !reads.isLive);
  silentLog.thaw();
  await until(() => reads.isLive);
  reads.close();
  await silentLog.stop();
});

test('a server that has no room for another connection is asked again, and tracks once it has', async () => {
  const crowded = await startRedisServer({ settings: ['--maxclients', '1'] });
  const other = await connect(crowded.url);
  const { reads, logged } = track(crowded.url);
  const refused = async () => String(await other.client.sendCommand(['INFO', 'stats']));
  await until(async () => /rejected_connections:[1-9]/.test(await refused()));
  expect(reads.isLive).toBe(false);
  await other.close();
  await until(() => reads.isLive);
  expect(logged).toEqual([]);
  reads.close();
  await crowded.stop();
});

test.each([
  ['a cluster', () => 'redis+cluster://127.0.0.1:1'],
  ['an account that may not track', () => server.url.replace('//', '//plain:pw@')],
])('%s is read plainly, and that is said', async (_, url) => {
  const { reads, logged } = track(url());
  await until(() => logged.some((line) => line.includes('Sessions are read from Redis for each request')));
  expect(reads.isLive).toBe(false);
  reads.close();
});

describe('two instances that keep what they read', () => {
  let one: TestEntrance;
  let two: TestEntrance;
  beforeAll(async () => {
    one = await startTestEntrance({ store: 'Redis' });
    two = await startTestEntrance({ microsoft: one.microsoft, ...(one.redis && { redis: one.redis }) });
  });
  afterAll(async () => {
    await two.close();
    await one.close();
  });

  test('ask nothing for a session that was read, and see its end at once', async () => {
    const browser = await one.signIn('admin');
    const cookie = cookiesOf(browser);
    const me = async ({ browser: visitor }: TestEntrance) =>
      visitor().get('/admin/login').set('Cookie', cookie);
    expect(await gets(one, () => me(two))).toBe(1);
    await until(async () => (await gets(one, () => Promise.all([me(one), me(two)]))) === 0);
    expect(await gets(one, () => Promise.all([me(one), me(two), me(two)]))).toBe(0);
    expect((await me(two)).status).toBe(303);
    await browser.post('/admin/logout').expect(303);
    expect((await me(two)).status).toBe(200);
  });
});

/** How many times Redis was asked for a session meanwhile: other work of an instance reads other keys. */
async function gets(entrance: TestEntrance, meanwhile: () => Promise<unknown>): Promise<number> {
  const url = entrance.redis?.url ?? '';
  const seen: string[] = [];
  const watcher = await createClient({ url }).connect();
  await watcher.monitor((line) => void seen.push(String(line)));
  await meanwhile();
  const { client, close } = await connect(url);
  await client.sendCommand(['ECHO', 'that was all']);
  await until(() => seen.some((line) => line.includes('that was all')));
  watcher.destroy();
  await close();
  return seen.filter((line) => /"GET" "[^"]*session:/i.test(line)).length;
}
