import { afterEach, expect, test } from '@jest/globals';
import { type Crowd, gatherCrowd, lostOf } from '../support/crowd.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import {
  ask,
  startClusterTopology,
  startSentinelTopology,
  type Topology,
  until,
} from '../support/redis-topologies.js';

let topology: Topology | undefined;
let entrance: TestEntrance | undefined;
let crowd: Crowd | undefined;

afterEach(async () => {
  await crowd?.leave();
  await entrance?.close();
  await topology?.stop();
  [crowd, entrance, topology] = [undefined, undefined, undefined];
});

/** Two replicas where the directory is, so that one is left to acknowledge after a failover. */
test.each([
  ['Sentinel', 'is killed', () => startSentinelTopology({ replicas: 2, sentinels: 3 })],
  ['a cluster', 'freezes', () => startClusterTopology([1, 2, 1])],
] as const)(
  'when a master behind %s %s, everybody is served again, as who they are, and nothing acknowledged is lost',
  async (_, event, start) => {
    topology = await start();
    entrance = await startTestEntrance({
      settings: { REDIS_URL: topology.url, REDIS_WAIT_REPLICAS: '1' },
    });
    crowd = await gatherCrowd(entrance);
    await crowd.untilServed();

    const master = await masterOfDirectory(topology);
    if (event === 'freezes') master.freeze();
    else await master.kill();
    await until(async () => (crowd?.answers.get(503) ?? 0) > 0);
    await crowd.untilServed();
    master.thaw();
    await crowd.untilServed();
    await crowd.leave();

    expect(crowd.complaints).toEqual([]);
    expect([...crowd.answers.keys()].sort()).toEqual([200, 503]);
    expect(await lostOf(crowd, entrance)).toEqual([]);
  },
);

async function masterOfDirectory({ servers }: Topology) {
  for (const server of servers) {
    const exists = await ask(server, ['HLEN', 'entrance:{directory}:users']).catch(() => 0);
    if (exists) return server;
  }
  throw new Error('nobody has the directory');
}
