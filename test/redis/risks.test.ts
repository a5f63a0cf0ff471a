import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTestEntrance } from '../support/entrance.js';
import { type RedisServer, startRedisServer } from '../support/redis-server.js';
import { ask, connect, silentLog } from '../support/redis-topologies.js';

let server: RedisServer;
beforeEach(async () => {
  server = await startRedisServer({ appendonly: true });
});
afterEach(() => server.stop());

async function risks(url = server.url, waitReplicas = 0): Promise<readonly string[]> {
  const redis = await connect(url, { waitReplicas });
  return redis.findRisks().finally(() => redis.close());
}

test('a server that keeps everything is no risk', async () => {
  expect(await risks()).toEqual([]);
});

test.each([
  ['allkeys-lru', /all users at once/],
  ['allkeys-random', /all users at once/],
  ['volatile-ttl', /sessions are thrown away.*users stay/],
])('maxmemory-policy %s is one', async (policy, words) => {
  await ask(server, ['CONFIG', 'SET', 'maxmemory-policy', policy]);
  expect(await risks()).toEqual([expect.stringMatching(words)]);
});

test('so is writing nothing to disk; snapshots will do', async () => {
  await ask(server, ['CONFIG', 'SET', 'appendonly', 'no']);
  expect(await risks()).toEqual([expect.stringMatching(/appendonly is no and save is empty/)]);
  await ask(server, ['CONFIG', 'SET', 'save', '3600 1']);
  expect(await risks()).toEqual([]);
});

test('and waiting for replicas that aren’t there', async () => {
  expect(await risks(server.url, 2)).toEqual([expect.stringMatching(/REDIS_WAIT_REPLICAS is 2.*0 replicas/)]);
});

describe('a server that doesn’t tell everything', () => {
  const access = async (...rules: readonly string[]) => {
    await ask(server, ['ACL', 'SETUSER', 'ada', 'on', '>secret', '~*', '&*', '+@all', ...rules]);
    return `redis://ada:secret@127.0.0.1:${server.port}`;
  };

  test('without CONFIG, INFO is asked', async () => {
    const url = await access('-config');
    expect(await risks(url)).toEqual([]);
    await ask(server, ['CONFIG', 'SET', 'appendonly', 'no']);
    await ask(server, ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu']);
    expect(await risks(url)).toEqual([
      expect.stringMatching(/maxmemory-policy is allkeys-lfu/),
      expect.stringMatching(/could not check appendonly and save/),
    ]);
  });

  test('without either, it says so', async () => {
    expect(await risks(await access('-config', '-info'))).toEqual([
      expect.stringMatching(/could not check maxmemory-policy/),
      expect.stringMatching(/could not check appendonly and save/),
    ]);
  });
});

test('the log tells at start, and /readyz as long as it is so, which stays 200', async () => {
  await ask(server, ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru']);
  const entrance = await startTestEntrance({ redis: server });
  try {
    const { body } = await request(entrance.app).get('/readyz').expect(200);
    expect(body).toMatchObject({ status: 'ready', warnings: [expect.stringMatching(/allkeys-lru/)] });
    const lines = entrance.logged.filter((line) => line.includes('allkeys-lru'));
    expect(lines.map((line) => JSON.parse(line).level)).toEqual([40]);
  } finally {
    await entrance.close();
  }
});

test('a node of a cluster that is taken for a single server is told', async () => {
  const node = await startRedisServer({ isInCluster: true, appendonly: true });
  try {
    const redis = await connect(node.url, { log: silentLog() });
    expect(await redis.findRisks().finally(() => redis.close())).toEqual([
      expect.stringMatching(/redis\+cluster:\/\//),
    ]);
  } finally {
    await node.stop();
  }
});
