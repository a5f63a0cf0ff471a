import { oneAtATime } from '../single-flight.js';
import { inTime, storeUnavailable } from './failure.js';
import type { RedisClient } from './node.js';
import type { Route } from './route.js';

/** A write may have to wait for the acknowledgement of an earlier write first. */
const REPLICA_TIMEOUT_MS = 300;

/**
 * The same route, but a command counts as done only when `replicas` replicas of its server have everything that was
 * written before, by any client. So a repeated revocation that finds nothing left to write still waits until the first
 * one is safe. A command without enough acknowledgements rejects with `store_unavailable`, and the fate of its write
 * isn't known. The route needs its own connections, since WAIT delays the commands after it.
 */
export function acknowledgedBy(replicas: number, route: Route): Route {
  const watched = new WeakMap<RedisClient, Watched>();

  function watch(server: RedisClient): Watched {
    const known = watched.get(server) ?? startWatching(server, replicas);
    watched.set(server, known);
    return known;
  }

  return {
    ...route,
    send: (key, command) =>
      inTime(
        route.send(key, async (server) => {
          const { connections, wait } = watch(server);
          const before = connections();
          const reply = await command(server);
          await wait();
          if (connections() !== before)
            throw storeUnavailable({ expected: 'the connection of the write', received: 'a later one' });
          return reply;
        }),
      ),
  };
}

interface Watched {
  connections(): number;
  wait(): Promise<void>;
}

function startWatching(server: RedisClient, replicas: number): Watched {
  let count = 0;
  server.on('ready', () => {
    count += 1;
  });
  // One WAIT is shared between callers, since it covers everything that was written before it.
  return { connections: () => count, wait: oneAtATime(() => waitOnce(server, replicas)) };
}

async function waitOnce(server: RedisClient, replicas: number): Promise<void> {
  const acknowledged = await server.wait(replicas, REPLICA_TIMEOUT_MS);
  if (acknowledged < replicas) throw storeUnavailable({ expected: replicas, received: acknowledged });
}
