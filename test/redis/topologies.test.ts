import { expect, test } from '@jest/globals';
import { connected, startClusterTopology, startSentinelTopology } from '../support/redis-topologies.js';

test('sentinel', async () => {
  const t0 = performance.now();
  const topology = await startSentinelTopology({ replicas: 2, sentinels: 3 });
  console.log('sentinel up', performance.now() - t0);
  const redis = await connected(topology.url, { waitReplicas: 1 });
  console.log('connected', performance.now() - t0);
  expect(await redis.client.set('a', 'b')).toBe('OK');
  await new Promise((r) => setTimeout(r, 300));
  console.log(await redis.acknowledged.set('a', 'c').catch((e) => e.cause));
  await redis.close();
  await topology.stop();
});
test('cluster', async () => {
  const t0 = performance.now();
  const topology = await startClusterTopology([2, 1, 1]);
  console.log('cluster up', performance.now() - t0);
  const redis = await connected(topology.url, { waitReplicas: 1 });
  console.log('connected', performance.now() - t0);
  for (let i = 0; i < 100; i++) expect(await redis.client.set(`a${i}`, 'b')).toBe('OK');
  await new Promise((r) => setTimeout(r, 300));
  for (let i = 0; i < 100; i++) expect(await redis.acknowledged.set(`a${i}`, 'b')).toBe('OK');
  expect(await redis.client.multi().set('x', '1').get('x').exec()).toEqual(['OK', '1']);
  await redis.close();
  await topology.stop();
});
