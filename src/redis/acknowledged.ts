import { inTime, storeUnavailable } from './failure.js';
import type { RedisClient } from './node.js';
import type { Route } from './route.js';

/** How long replicas may take, milliseconds: a write may have to wait for another's acknowledgement and then for its own. */
const REPLICA_PATIENCE = 300;

/**
 * The same route, where a command counts as done only when so many replicas of its server have what it wrote, and
 * what it found written: otherwise it rejects with `store_unavailable`, and what became of the write isn't known.
 * It needs connections of its own, since WAIT holds up all that comes behind it.
 */
export function acknowledgedBy(replicas: number, route: Route): Route {
  const waits = new WeakMap<RedisClient, (key: string) => Promise<void>>();

  function replicated(server: RedisClient, key: string): Promise<void> {
    const wait = waits.get(server) ?? createWait(server, replicas);
    waits.set(server, wait);
    return wait(key);
  }

  return {
    ...route,
    send: (key, command) =>
      inTime(
        route.send(key, async (server) => {
          const reply = await command(server);
          if (key !== undefined) await replicated(server, key);
          return reply;
        }),
      ),
  };
}

/** One WAIT covers all that was written before it: who comes while one is under way shares the next. */
function createWait(server: RedisClient, replicas: number): (key: string) => Promise<void> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;

  return (key) => {
    next ??= underWay.then(() => {
      next = undefined;
      const wait = waitOnce(server, replicas, key);
      underWay = wait.catch(() => {});
      return wait;
    });
    return next;
  };
}

async function waitOnce(server: RedisClient, replicas: number, key: string): Promise<void> {
  // WAIT counts what its own connection wrote. A revocation that is repeated may find nothing left to write, and
  // still has to wait for the first: so something is written. In a cluster it stays in the slot of the key.
  const mark = server.set(`${key}:{${key}}`, '', { expiration: { type: 'PX', value: 1 } });
  const [acknowledged] = await Promise.all([
    server.wait(replicas, REPLICA_PATIENCE),
    mark.catch(() => {}), // a server that is full takes no more, and ends sessions all the same
  ]);
  if (acknowledged < replicas) throw storeUnavailable({ expected: replicas, received: acknowledged });
}
