import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { acknowledgedBy } from '#entrance/redis/acknowledged.js';
import { isStoreFailure } from '#entrance/redis/connection.js';
import type { RedisClient } from '#entrance/redis/node.js';
import type { Route } from '#entrance/redis/route.js';

/** A server that acknowledges everything, whichever connection asks. */
const server = Object.assign(new EventEmitter(), { wait: async () => 1 }) as unknown as RedisClient;
const route = {
  send: (_key: string, command: (to: RedisClient) => unknown) => command(server),
} as unknown as Route;
const { send } = acknowledgedBy(1, route);

test('a write is done if its own connection got the acknowledgement', async () => {
  expect(await send('key', async () => 'OK')).toBe('OK');
});

test('a write fails if its connection was replaced before the acknowledgement', async () => {
  const writing = send('key', async () => {
    server.emit('ready');
    return 'OK';
  });
  const failure = await writing.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(isStoreFailure(failure)).toBe(true);
});
