import { afterEach, expect, test } from '@jest/globals';
import pino from 'pino';
import { checkRedis, judgeRedis } from '#entrance/doctor/redis.js';
import type { Finding } from '#entrance/providers/inspection/finding.js';
import { connectRedis } from '#entrance/redis/connection.js';
import type { RedisFacts } from '#entrance/redis/server-facts.js';
import { type RedisServer, type RedisServerOptions, startRedisServer } from '../support/redis-server.js';

let server: RedisServer | undefined;
afterEach(() => server?.stop());

async function found(options: RedisServerOptions): Promise<Record<string, string>> {
  server = await startRedisServer(options);
  return severities(await examined(server.url));
}

async function examined(url: string, now = () => Date.now()): Promise<readonly Finding[]> {
  const redis = connectRedis(url, { log: pino({ level: 'silent' }) });
  const findings = await checkRedis(redis, now);
  await redis.close();
  return findings;
}

const severities = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ check, severity }) => [check, severity]));

test('a Redis that is set up as the guide says is found healthy', async () => {
  expect(await found({ appendonly: true })).toEqual({
    store: 'ok',
    redis_version: 'ok',
    redis_persistence: 'ok',
    redis_eviction: 'ok',
    redis_latency: expect.stringMatching(/^(?:ok|warning)$/), // a busy machine is slow
    redis_clock: 'ok',
  });
});

test('one that keeps nothing and throws away fails', async () => {
  const settings = ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'];
  expect(await found({ settings })).toMatchObject({ redis_persistence: 'failed', redis_eviction: 'failed' });
});

test('snapshots alone are warned of', async () => {
  expect(await found({ settings: ['--save', '3600', '1'] })).toMatchObject({ redis_persistence: 'warning' });
});

test('a service that forbids the question is told as that', async () => {
  const settings = ['--rename-command', 'CONFIG', ''];
  expect(await found({ settings })).toMatchObject({ redis_persistence: 'could_not_check' });
});

test.each([
  [30_000, 'warning'],
  [-90_000, 'failed'],
])('a clock that is %i ms apart: %s', async (apart, severity) => {
  server = await startRedisServer();
  const clock = (await examined(server.url, () => Date.now() + apart)).find(
    ({ check }) => check === 'redis_clock',
  );
  expect(clock).toMatchObject({
    severity,
    what: expect.stringContaining(apart > 0 ? 'behind' : 'ahead'),
  });
});

test('one that is away fails', async () => {
  const away = await startRedisServer();
  await away.stop();
  expect(severities(await examined(away.url))).toEqual({ store: 'failed' });
});

test('without one there is nothing to check', async () => {
  expect(await checkRedis(undefined, () => Date.now())).toEqual([]);
});

test.each<[Partial<RedisFacts>, string, string]>([
  [{ version: '6.2.14' }, 'redis_version', 'failed'],
  [{ version: '10.0.1' }, 'redis_version', 'ok'],
  [{ evictionPolicy: 'volatile-lru' }, 'redis_eviction', 'warning'],
  [{ roundTrip: 20.1 }, 'redis_latency', 'warning'],
])('%j: %s %s', (facts, check, severity) => {
  const healthy: RedisFacts = {
    version: '7.4.0',
    appendOnly: true,
    snapshots: false,
    evictionPolicy: 'noeviction',
    memoryLimit: 0,
    roundTrip: 0.3,
    clockAhead: 0,
  };
  const findings = judgeRedis({ ...healthy, ...facts });
  expect(severities(findings)).toMatchObject({ [check]: severity });
  expect(findings.filter((finding) => finding.severity !== 'ok' && finding.remedy === undefined)).toEqual([]);
});
