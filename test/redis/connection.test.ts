import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Logger, pino } from 'pino';
import { connectRedis, isStoreFailure, type RedisConnection } from '#entrance/redis/connection.js';
import { defineScript, runScript } from '#entrance/redis/script.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { endsWithin } from '../support/timing.js';

const COMMANDS: ReadonlyArray<readonly [string, (redis: RedisConnection) => Promise<unknown>]> = [
  ['a command', ({ client }) => client.get('key')],
  ['a raw command', ({ client }) => client.sendCommand(['GET', 'key'])],
  ['a command with options of its own', ({ client }) => client.withCommandOptions({ asap: true }).get('key')],
  ['a transaction', ({ client }) => client.multi().incr('key').expire('key', 9).exec()],
  ['a pipeline', ({ client }) => client.multi().get('key').get('key').execAsPipeline()],
  ['a script', ({ client }) => client.eval('return 1', { keys: ['key'] })],
  ['a ping', (redis) => redis.ping()],
];

let server: RedisServer;
let redis: RedisConnection;
let lines: string[];

beforeEach(async () => {
  server = await startRedisServer();
  lines = [];
  redis = connectRedis(server.url, { log: recordingLog() });
  await ready(redis);
});

afterEach(async () => {
  await redis.close();
  await server.stop();
});

describe('a server that is frozen', () => {
  test.each(COMMANDS)('%s ends within a second', async (_, command) => {
    server.freeze();
    const failing = rejection(command(redis));
    expect(await endsWithin(1_000, failing)).toBe(true);
    expect(isStoreFailure(await failing)).toBe(true);
  });

  test('many commands at once end within a second', async () => {
    server.freeze();
    const failing = Promise.allSettled(
      Array.from({ length: 500 }, (_, index) => redis.client.set(`key:${index}`, 'x'.repeat(20_000))),
    );
    expect(await endsWithin(1_500, failing)).toBe(true);
    expect(
      (await failing).every((outcome) => outcome.status === 'rejected' && isStoreFailure(outcome.reason)),
    ).toBe(true);
  });

  test('costs nobody the second after the first: the connection is given up', async () => {
    server.freeze();
    await rejection(redis.client.get('key'));
    const failing = rejection(redis.client.get('key'));
    expect(await endsWithin(50, failing)).toBe(true);
    expect(isStoreFailure(await failing)).toBe(true);
  });

  test('is used again when it thaws, and a late reply goes to nobody', async () => {
    await redis.client.set('one', '1');
    await redis.client.set('two', '2');
    server.freeze();
    await rejection(redis.client.get('one'));
    server.thaw();
    await ready(redis);
    expect(await redis.client.get('two')).toBe('2');
  });

  test('a script that keeps the server busy ends within a second', async () => {
    const failing = rejection(redis.client.eval(busyFor(1_400), {}));
    expect(await endsWithin(1_000, failing)).toBe(true);
    expect(isStoreFailure(await failing)).toBe(true);
  });
});

describe('a server that is gone', () => {
  test.each(COMMANDS)('%s fails at once', async (_, command) => {
    const lost = next(redis, 'error');
    await server.kill();
    await lost;
    const failing = rejection(command(redis));
    expect(await endsWithin(50, failing)).toBe(true);
    expect(isStoreFailure(await failing)).toBe(true);
  });

  test('commands under way fail when the connection breaks', async () => {
    server.freeze();
    const pending = rejection(redis.client.get('key'));
    await server.kill();
    expect(isStoreFailure(await pending)).toBe(true);
  });

  test('is used again when it is back, without a restart', async () => {
    const { port } = server;
    await server.kill();
    expect(isStoreFailure(await rejection(redis.ping()))).toBe(true);
    const again = await startRedisServer({ port });
    try {
      await ready(redis);
      expect(await redis.ping()).toBeGreaterThanOrEqual(0);
    } finally {
      await again.stop();
    }
  });

  test('is reported once, and once when it is back', async () => {
    const { port } = server;
    await server.kill();
    for (let tries = 0; tries < 4; tries++) await next(redis, 'reconnecting');
    const again = await startRedisServer({ port });
    try {
      await ready(redis);
      expect(lines).toEqual([
        'Connected to Redis',
        'Redis can’t be reached; trying again until it answers',
        'Redis answers again',
      ]);
    } finally {
      await again.stop();
    }
  });

  test('at the start it is waited for', async () => {
    const { port } = server;
    await server.kill();
    let ready = 0;
    const early = connectRedis(`redis://127.0.0.1:${port}`, { log: recordingLog(), onReady: () => ready++ });
    expect(isStoreFailure(await rejection(early.ping()))).toBe(true);
    const late = await startRedisServer({ port });
    try {
      await next(early, 'ready');
      expect(ready).toBe(1);
      expect(await early.ping()).toBeGreaterThanOrEqual(0);
    } finally {
      await early.close();
      await late.stop();
    }
  });
});

describe('what the server answers', () => {
  test('a replica that takes no writes is a store failure', async () => {
    await redis.client.replicaOf('127.0.0.1', 1);
    expect(isStoreFailure(await rejection(redis.client.set('key', 'value')))).toBe(true);
    expect(isStoreFailure(await rejection(redis.client.multi().set('key', 'value').exec()))).toBe(true);
    const script = redis.client.eval("return redis.call('SET', KEYS[1], '1')", { keys: ['key'] });
    expect(isStoreFailure(await rejection(script))).toBe(true);
  });

  test('a server out of memory is a store failure', async () => {
    await redis.client.configSet('maxmemory', '1');
    expect(isStoreFailure(await rejection(redis.client.set('key', 'value')))).toBe(true);
  });

  test('a mistake of ours is not', async () => {
    await redis.client.set('text', 'value');
    const error = await rejection(redis.client.hGet('text', 'field'));
    expect(isStoreFailure(error)).toBe(false);
    expect(error).toHaveProperty('message', expect.stringMatching(/^WRONGTYPE /));
  });
});

test('user, password and database of the URL are used', async () => {
  await redis.client.sendCommand(['ACL', 'SETUSER', 'ada', 'on', '>p:ss w@rd', '~*', '&*', '+@all']);
  const url = `redis://ada:${encodeURIComponent('p:ss w@rd')}@127.0.0.1:${server.port}/3`;
  const other = connectRedis(url, { log: recordingLog() });
  try {
    await ready(other);
    expect(await other.client.sendCommand(['ACL', 'WHOAMI'])).toBe('ada');
    await other.client.set('key', 'in three');
    expect(await redis.client.get('key')).toBeNull();
    await redis.client.select(3);
    expect(await redis.client.get('key')).toBe('in three');
  } finally {
    await other.close();
  }
});

test('a script is sent once and then called by its digest, also after the server forgot it', async () => {
  const script = defineScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");
  expect(await runScript(redis.client, script, ['count'], ['2'])).toBe(2);
  expect(await redis.client.scriptExists(script.sha1)).toEqual([1]);
  await redis.client.scriptFlush();
  expect(await runScript(redis.client, script, ['count'], ['3'])).toBe(5);
});

test('closing ends at once while the server is away', async () => {
  server.freeze();
  await rejection(redis.ping());
  expect(await endsWithin(100, redis.close())).toBe(true);
});

function recordingLog(): Logger {
  return pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line).msg) });
}

async function ready(connection: RedisConnection): Promise<void> {
  if (!connection.client.isReady) await next(connection, 'ready');
}

/** Not `once` of node:events, which rejects when an `error` comes first. */
function next({ client }: RedisConnection, event: string): Promise<unknown> {
  return new Promise((resolve) => void client.once(event, resolve));
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function busyFor(milliseconds: number): string {
  return `
    local now = function() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end
    local started = now()
    while now() - started < ${milliseconds} do end`;
}
