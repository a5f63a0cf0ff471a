import { inTime, storeUnavailable } from './failure.js';
import type { RedisClient } from './node.js';
import type { Route } from './route.js';

/**
 * The time that replicas have to acknowledge a write. A write may have to wait for the acknowledgement of an earlier
 * write first.
 */
const REPLICA_TIMEOUT_MS = 300;

/**
 * The same route, but a command counts as done only when `replicas` replicas of its server have everything that was
 * written before, by any client. So a repeated revocation that finds nothing left to write still waits until the first
 * one is safe. A command without enough acknowledgements rejects with `store_unavailable`, and the fate of its write
 * isn't known. The route needs its own connections, since WAIT delays the commands after it.
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

/**
 * Shares one WAIT between callers: it covers everything that was written before it. A caller during a WAIT shares the
 * next one.
 */
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
  const acknowledged = await server.wait(replicas, REPLICA_TIMEOUT_MS);
  if (acknowledged < replicas) throw storeUnavailable({ expected: replicas, received: acknowledged });
}
