import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createClient, RESP_TYPES } from '@redis/client';
import { newClient } from '#entrance/redis/new-client.js';
import type { RedisClient } from '#entrance/redis/node.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';

let server: RedisServer;
let ours: RedisClient;
let theirs: RedisClient;

beforeAll(async () => {
  server = await startRedisServer();
  [ours, theirs] = [newClient({ url: server.url }), createClient({ url: server.url })];
  await Promise.all([ours.connect(), theirs.connect()]);
});
afterAll(async () => {
  ours.destroy();
  theirs.destroy();
  await server.stop();
});

function namesOf(client: object): string[] {
  const names = new Set<string>();
  for (let at: object | null = client; at !== null; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  return [...names].sort();
}

test('it has every method of node-redis’s own client, and no other', () => {
  expect(namesOf(ours)).toEqual(namesOf(theirs));
  expect(namesOf(ours.multi())).toEqual(namesOf(theirs.multi()));
});

test.each<[string, (redis: RedisClient) => Promise<unknown>]>([
  ['a plain reply', async (redis) => [await redis.set('a', '1'), await redis.get('a')]],
  ['a map', async (redis) => [await redis.hSet('h', { a: '1', b: '2' }), await redis.hGetAll('h')].slice(1)],
  [
    'scores',
    async (redis) => {
      await redis.zAdd('z', { value: 'one', score: 1.5 });
      return redis.zRangeWithScores('z', 0, -1);
    },
  ],
  ['a transaction', (redis) => redis.multi().set('m', '5').incr('m').hGetAll('h').exec()],
  ['a pipeline', (redis) => redis.multi().get('a').hGetAll('h').execAsPipeline()],
  ['options of its own', (redis) => redis.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }).get('a')],
  ['a script', (redis) => redis.eval('return {KEYS[1], ARGV[1]}', { keys: ['k'], arguments: ['v'] })],
  ['an error', (redis) => redis.hGet('a', 'field').catch((error: Error) => error.message)],
])('%s is what node-redis’s own client gives', async (_what, ask) => {
  const expected = await ask(theirs);
  expect(expected).toBeDefined();
  expect(await ask(ours)).toEqual(expected);
});

test('all clients are of one class', () => {
  expect(Object.getPrototypeOf(Object.getPrototypeOf(newClient({})))).toBe(
    Object.getPrototypeOf(Object.getPrototypeOf(ours)),
  );
});
