import { expect, test } from '@jest/globals';
import { isStoreFailure } from '#entrance/redis/connection.js';
import { connect, startSentinelTopology } from '../support/redis-topologies.js';
import { endsWithin } from '../support/timing.js';

test('once the master behind Sentinel is silent, commands fail at once instead of waiting for another', async () => {
  const topology = await startSentinelTopology();
  const redis = await connect(topology.url);
  try {
    const [master] = topology.servers;
    master?.freeze();
    const lost = async () => redis.client.get('key').catch((error: unknown) => error);
    await lost();
    for (let asked = 0; asked < 3; asked += 1) {
      const failing = lost();
      expect(await endsWithin(100, failing)).toBe(true);
      expect(isStoreFailure(await failing)).toBe(true);
    }
  } finally {
    await redis.close();
    await topology.stop();
  }
});
