import { afterEach, expect, test } from '@jest/globals';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';
import { type Load, lostWrites, startLoad } from '../support/load.js';
import { ask, startSentinelTopology, type Topology, until } from '../support/redis-topologies.js';

let topology: Topology | undefined;
let entrance: TestEntrance | undefined;
let load: Load | undefined;

afterEach(async () => {
  await load?.stop();
  await entrance?.close();
  await topology?.stop();
});

/** The commands of docs/operations.md, “Sentinel”. Without the pause, one replica acknowledges what the next master doesn’t have. */
test('a failover by hand, two replicas and REDIS_WAIT_REPLICAS=1: nothing acknowledged is lost', async () => {
  topology = await startSentinelTopology({ replicas: 2, sentinels: 3 });
  const [watcher] = topology.watchers;
  if (watcher === undefined) throw new Error('no sentinel');
  entrance = await startTestEntrance({
    settings: { REDIS_URL: topology.url, REDIS_WAIT_REPLICAS: '1' },
  });
  load = await startLoad(entrance);
  await load.untilServed();

  const before = await masterPort();
  const master = topology.servers.find(({ port }) => port === before);
  if (master === undefined) throw new Error(`no server at ${before}`);
  await ask(master, ['CLIENT', 'PAUSE', '10000', 'WRITE']);
  expect(await ask(watcher, ['SENTINEL', 'FAILOVER', 'main'])).toBe('OK');
  await until(async () => (await masterPort()) !== before);
  await load.untilServed();
  await load.stop();
  expect(load.complaints).toEqual([]);
  expect(await lostWrites(load, entrance)).toEqual([]);

  async function masterPort(): Promise<number> {
    if (watcher === undefined) return 0;
    const [, port] = (await ask(watcher, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main'])) as string[]; // as Redis documents it
    return Number(port);
  }
});
