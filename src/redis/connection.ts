import type { Logger } from 'pino';
import {
  parseRedisAddress,
  type RedisAddress,
  type SentinelAddress,
  type StandaloneAddress,
} from '../config/redis-address.js';
import { acknowledgedBy } from './acknowledged.js';
import { openCluster } from './cluster.js';
import { storeUnavailable } from './failure.js';
import { FaultyRedisError, faultOf, isOfRedis, type RedisFault } from './fault.js';
import { type NodeEvents, openNode, type RedisClient, type Server } from './node.js';
import { reportOutages } from './outages.js';
import { watchRisks } from './risks.js';
import { clientOver, nowhere, type Route } from './route.js';
import { followMaster } from './sentinel.js';

export { isStoreFailure } from './failure.js';
export { faultMet, type RedisFault } from './fault.js';
export type { RedisClient } from './node.js';

export interface RedisConnection {
  readonly client: RedisClient;
  /**
   * A client of the same store for writes that must not be lost. A write is done when `waitReplicas` replicas have it,
   * and rejects with `store_unavailable` if too few have it. The same as `client` if `waitReplicas` is 0.
   */
  readonly acknowledged: RedisClient;
  /**
   * The ways in which the servers, with their present settings, could lose data, as sentences for an operator. The
   * servers are asked at each connection, and again if the last answer is a minute old. Rejects with
   * `store_unavailable`.
   */
  findRisks(): Promise<readonly string[]>;
  /** The milliseconds until the server, or all masters, answer. Rejects with `store_unavailable`. */
  ping(): Promise<number>;
  /** The fault behind a rejected command or ping; undefined if the store is not to blame. */
  explain(error: unknown): RedisFault | undefined;
  /** Closes the connection after the running commands. Never rejects. */
  close(): Promise<void>;
}

export interface RedisOptions {
  readonly log: Logger;
  /** The number of replicas that must have the writes of `acknowledged`; 0 if left out. */
  readonly waitReplicas?: number;
  /** Called at each connection: at the first, and after each outage. */
  readonly onReady?: () => void;
}

/** Connects in the background, and never gives up. While there is no connection, commands fail at once. */
export function connectRedis(url: string, options: RedisOptions): RedisConnection {
  const parsed = parseRedisAddress(url);
  if ('problem' in parsed) throw new TypeError(`the address of Redis ${parsed.problem}`);
  const { address } = parsed;
  const { log, waitReplicas = 0, onReady } = options;
  const outages = reportOutages(log);
  const { route, client } = openRoute(address, {
    lost: outages.began,
    ready() {
      outages.ended();
      risks.lookAnew();
      onReady?.();
    },
  });
  const isCluster = address.topology === 'cluster';
  const risks = watchRisks(route.servers, { log, waitReplicas, isCluster });
  const waiting =
    waitReplicas === 0 ? undefined : acknowledgedBy(waitReplicas, openRoute(address, SILENT).route);

  return {
    client,
    acknowledged: waiting === undefined ? client : clientOver(waiting),
    findRisks: risks.find,
    async ping() {
      const asked = performance.now();
      await route.ping();
      if (risks.unfit !== undefined) throw storeUnavailable(new FaultyRedisError(risks.unfit));
      return performance.now() - asked;
    },
    explain(error) {
      if (!isOfRedis(error)) return undefined;
      const fault = faultOf(error, address.topology === 'standalone' ? serverOf(address) : undefined);
      return fault.code === 'connecting' ? (outages.fault ?? fault) : fault;
    },
    async close() {
      await Promise.all([route.close(), waiting?.close()]);
    },
  };
}

function serverOf(address: StandaloneAddress): Server {
  return { ...address, ...address.server };
}

export function openRoute(address: RedisAddress, events: NodeEvents): { route: Route; client: RedisClient } {
  if (address.topology === 'standalone') {
    const { client, close } = openNode(serverOf(address), events);
    return { route: routeTo(() => client, close), client };
  }
  const route =
    address.topology === 'sentinel' ? routeToMaster(address, events) : openCluster(address, events);
  return { route, client: clientOver(route) };
}

function routeToMaster(address: SentinelAddress, events: NodeEvents): Route {
  const following = followMaster(address, events);
  return routeTo(() => following.master?.client, following.close);
}

/** A route to a single server; undefined means that no server is known at the moment. */
function routeTo(client: () => RedisClient | undefined, close: () => Promise<void>): Route {
  const toServer = <T>(command: (server: RedisClient) => Promise<T>) => {
    const server = client();
    return server === undefined ? nowhere() : command(server);
  };
  return {
    send: (_key, command) => toServer(command),
    servers: () => [client()].filter((server) => server !== undefined),
    ping: () => toServer((server) => server.ping()),
    close,
  };
}

/** For a second connection to servers whose outages the first one reports. */
const SILENT: NodeEvents = { lost: () => {} };
