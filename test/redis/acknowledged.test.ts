import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createRedisAudit } from '#entrance/audit/redis.js';
import { systemClock } from '#entrance/clock.js';
import { createRedisDirectory } from '#entrance/directory/redis/redis.js';
import { uuidv7 } from '#entrance/identity/uuid.js';
import { isStoreFailure, type RedisConnection } from '#entrance/redis/connection.js';
import { createRedisTokens } from '#entrance/tokens/redis.js';
import { issueToken, LAST_USE_INTERVAL } from '#entrance/tokens/tokens.js';
import { auditOptions } from '../support/audit.js';
import { written } from '../support/people.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { connect, hasReplicas, until } from '../support/redis-topologies.js';
import { endsWithin } from '../support/timing.js';

const grace = {
  id: uuidv7(Date.now()),
  email: 'grace@contoso.com',
  fullName: 'Grace Hopper',
  provider: 'local',
  providerId: null,
  providerScope: null,
  status: 'active',
  decision: null,
  roles: [],
  teams: [],
  createdAt: new Date().toISOString(),
  lastLoginAt: null,
} as const;

let master: RedisServer;
let replica: RedisServer;
const open: RedisConnection[] = [];

beforeAll(async () => {
  master = await startRedisServer();
  const settings = ['--replicaof', `127.0.0.1 ${master.port}`, '--repl-diskless-sync-delay', '0'];
  replica = await startRedisServer({ settings });
  await until(() => hasReplicas(master, 1));
});
afterEach(async () => {
  replica.thaw();
  await Promise.all(open.splice(0).map((redis) => redis.close()));
});
afterAll(async () => {
  await Promise.all([replica.stop(), master.stop()]);
});

async function connection(waitReplicas: number): Promise<RedisConnection> {
  const redis = await connect(master.url, { waitReplicas });
  open.push(redis);
  await until(() =>
    redis.acknowledged.set('any', '1').then(
      () => true,
      () => false,
    ),
  );
  return redis;
}

test('a write is done when the replicas have it: commands, transactions and scripts', async () => {
  const { acknowledged, client } = await connection(1);
  expect(await acknowledged.set('key', '1')).toBe('OK');
  expect(await acknowledged.multi().incr('key').incr('key').exec()).toEqual([2, 3]);
  expect(await acknowledged.eval("return redis.call('INCR', KEYS[1])", { keys: ['key'] })).toBe(4);
  expect(await client.get('key')).toBe('4');
});

test('with too few replicas in time it fails, and what it wrote may be there', async () => {
  const { acknowledged, client } = await connection(1);
  replica.freeze();
  const failing = rejection(acknowledged.set('late', '1'));
  expect(await endsWithin(1_000, failing)).toBe(true);
  expect(isStoreFailure(await failing)).toBe(true);
  expect(await client.get('late')).toBe('1');
});

test('many writes at once wait together, end in time, and hold up nobody who reads', async () => {
  const { acknowledged, client } = await connection(1);
  replica.freeze();
  const writes = Promise.allSettled(
    Array.from({ length: 50 }, (_, index) => acknowledged.set(`many:${index}`, '1')),
  );
  const inTime = endsWithin(1_000, writes);
  let [isWaiting, reads] = [true, 0];
  void writes.then(() => {
    isWaiting = false;
  });
  while (isWaiting) {
    await client.get('many:0');
    reads += 1;
  }
  // Behind a write that waits, no more than one would be answered in that time.
  expect(reads).toBeGreaterThan(5);
  for (const write of await writes) {
    // Told by the server, and not by our own deadline.
    expect(write).toMatchObject({ status: 'rejected', reason: { cause: { expected: 1, received: 0 } } });
  }
  expect(await inTime).toBe(true);
  replica.thaw();
  await until(async () => (await acknowledged.set('many:0', '2').catch(() => '')) === 'OK');
});

test('a revocation that is repeated elsewhere isn’t done before the first one is', async () => {
  const [one, other] = [await connection(1), await connection(1)];
  await one.acknowledged.set('session', '1');
  replica.freeze();
  expect(isStoreFailure(await rejection(one.acknowledged.del('session')))).toBe(true);
  expect(isStoreFailure(await rejection(other.acknowledged.del('session')))).toBe(true);
  replica.thaw();
  await until(async () => (await other.acknowledged.del('session').catch(() => undefined)) === 0);
});

test('users, tokens and audit events wait for the replicas; a use that isn’t recorded doesn’t', async () => {
  const { acknowledged, client } = await connection(1);
  const prefix = 'waiting:';
  const audit = createRedisAudit(client, prefix, auditOptions(), acknowledged);
  const directory = createRedisDirectory(client, prefix, audit, acknowledged, ['local', 'entra']);
  const tokens = createRedisTokens(client, prefix, audit, systemClock, acknowledged);
  const events = [{ action: 'token-use', by: {} }] as const;
  const made = { name: 'reporting', scopes: ['users:read'], expiresInDays: 1, createdBy: null } as const;
  const { record } = await issueToken(tokens, made, systemClock);
  const user = written(await directory.create(grace));
  replica.freeze();
  const now = systemClock.now();
  await tokens.touch(record, now, []);
  const later = now + 2 * LAST_USE_INTERVAL;
  const writes = [
    audit.record(events[0]),
    directory.update(user, { fullName: 'Grace Murray Hopper' }, { events }),
    tokens.touch(record, later, events),
    tokens.delete(record.id, events),
  ];
  const errors = await Promise.all(writes.map(rejection));
  expect(errors.map(isStoreFailure)).toEqual([true, true, true, true]);
  replica.thaw();
  await audit.close();
});

test('a full server ends sessions all the same', async () => {
  const { acknowledged, client } = await connection(1);
  await acknowledged.set('session', '1');
  await client.configSet('maxmemory', '1');
  try {
    expect(await acknowledged.del('session')).toBe(1);
  } finally {
    await client.configSet('maxmemory', '0');
  }
});

test('nobody waits for no replicas', async () => {
  const { acknowledged, client } = await connection(0);
  expect(acknowledged).toBe(client);
});

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
