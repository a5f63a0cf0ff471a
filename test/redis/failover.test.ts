import { afterEach, expect, test } from '@jest/globals';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { type Load, lostWrites, startLoad } from '../support/load.js';
import {
  ask,
  startClusterTopology,
  startSentinelTopology,
  type Topology,
  until,
} from '../support/redis-topologies.js';

let topology: Topology | undefined;
let entrance: TestEntrance | undefined;
let load: Load | undefined;

afterEach(async () => {
  await load?.stop();
  await entrance?.close();
  await topology?.stop();
  [load, entrance, topology] = [undefined, undefined, undefined];
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
    load = await startLoad(entrance);
    await load.untilServed();

    const master = await masterOfDirectory(topology);
    if (event === 'freezes') master.freeze();
    else await master.kill();
    await until(async () => (load?.answers.get(503) ?? 0) > 0);
    await load.untilServed();
    master.thaw();
    await load.untilServed();
    await load.stop();

    expect(load.complaints).toEqual([]);
    expect([...load.answers.keys()].sort()).toEqual([200, 503]);
    expect(await lostWrites(load, entrance)).toEqual([]);
  },
);

async function masterOfDirectory({ servers }: Topology) {
  for (const server of servers) {
    const exists = await ask(server, ['HLEN', 'entrance:{directory}:users']).catch(() => 0);
    if (exists) return server;
  }
  throw new Error('nobody has the directory');
}
