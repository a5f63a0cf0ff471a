import { inTime, storeUnavailable } from './failure.js';
import type { RedisClient } from './node.js';
import type { Route } from './route.js';

/** How long replicas may take, milliseconds: a write may have to wait for another's acknowledgement and then for its own. */
const REPLICA_PATIENCE = 300;

/**
 * The same route, where a command counts as done only when so many replicas of its server have all that was written
 * up to then, by whomever: a revocation that is repeated may find nothing left to write, and still waits for the first.
 * Otherwise it rejects with `store_unavailable`, and what became of the write isn't known. It needs connections of
 * its own, since WAIT holds up all that comes behind it.
 */
export function acknowledgedBy(replicas: number, route: Route): Route {
  const waits = new WeakMap<RedisClient, () => Promise<void>>();

  function replicated(server: RedisClient): Promise<void> {
    const wait = waits.get(server) ?? createWait(server, replicas);
    waits.set(server, wait);
    return wait();
  }

  return {
    ...route,
    send: (key, command) =>
      inTime(
        route.send(key, async (server) => {
          const reply = await command(server);
          await replicated(server);
          return reply;
        }),
      ),
  };
}

/** One WAIT covers all that was written before it: who comes while one is under way shares the next. */
function createWait(server: RedisClient, replicas: number): () => Promise<void> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;

  return () => {
    next ??= underWay.then(() => {
      next = undefined;
      const wait = waitOnce(server, replicas);
      underWay = wait.catch(() => {});
      return wait;
    });
    return next;
  };
}

async function waitOnce(server: RedisClient, replicas: number): Promise<void> {
  const acknowledged = await server.wait(replicas, REPLICA_PATIENCE);
  if (acknowledged < replicas) throw storeUnavailable({ expected: replicas, received: acknowledged });
}
