import { once } from 'node:events';
import {
  ClientOfflineError,
  type createClient,
  ErrorReply,
  RedisClient as NodeRedisClient,
  type RedisFunctions,
  type RedisModules,
  type RedisScripts,
  type RespVersions,
  TimeoutError,
} from '@redis/client';
import type { Access, HostPort, RedisAddress } from '../config/redis-address.js';
import { asStoreFailure, COMMAND_DEADLINE_MS, prefixOf, storeUnavailable, withTimeout } from './failure.js';
import { isOfRedis } from './fault.js';
import type { FaultPlace } from './fault-texts.js';
import { retryDelay } from './retry.js';

/** The interval of pings on an idle connection, so that a dead connection is replaced before it is needed. */
const PING_INTERVAL_MS = 2_000;
/** Ends a connection that is silent this long, for example without a handshake. Longer than the interval of pings. */
const SILENCE_LIMIT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_RETRY_MS = 2_000;
/** The most commands that wait for a reply at once; further commands fail. */
const QUEUE_LIMIT = 10_000;
/** The shortest interval between two new connections because a server takes no writes. Reads go on meanwhile. */
const READONLY_INTERVAL_MS = 1_000;

/**
 * A node-redis client. Every command, MULTI and pipeline ends within a second, and rejects with an EntranceError
 * `store_unavailable` if the connection or the state of the server is to blame. Libraries may use it safely, but not a
 * client that `duplicate()` returns.
 */
export type RedisClient = ReturnType<typeof createClient>;

export interface Server extends Access, HostPort {
  readonly database: number;
  /** The kind of Redis that `REDIS_URL` names. */
  readonly topology: RedisAddress['topology'];
}

export interface RedisNode {
  readonly client: RedisClient;
  /** Whether the node is connected within this many milliseconds, without another failed attempt. */
  isReadyWithin(milliseconds: number): Promise<boolean>;
  /** Closes the connection after the running commands. Never rejects. */
  close(): Promise<void>;
}

export interface NodeEvents {
  ready?(): void;
  /** Called for a lost connection, and for each failed attempt to connect. */
  lost(cause: unknown, place?: FaultPlace): void;
  /** Called with a key that changed after it was read here, or null if any may have. If given, reads are tracked. */
  readonly changed?: ((key: string | null) => void) | undefined;
}

/** Connects in the background, and never gives up. While there is no connection, commands fail at once. */
export function openNode(server: Server, events: NodeEvents): RedisNode {
  const client = createNodeClient(server, events.changed !== undefined);
  let isClosed = false;
  /** node-redis reads on after data that isn't the protocol, so a reply may reach the wrong command. */
  let isGarbled = false;

  client.on('connect', () => {
    isGarbled = false;
  });
  client.on('error', (cause) => {
    isGarbled = true;
    reportLoss(cause);
    if (client.isReady && !isOfRedis(cause)) replaceConnection();
  });
  client.on('ready', () => (isGarbled ? replaceConnection() : events.ready?.()));
  client.on('invalidate', (key) => events.changed?.(key === null ? null : String(key)));
  boundCommands(client, (cause) => {
    reportLoss(cause);
    replaceConnection();
  });
  connect();

  return {
    client,
    async isReadyWithin(milliseconds) {
      if (client.isReady) return true;
      const signal = AbortSignal.timeout(milliseconds);
      return once(client, 'ready', { signal }).then(
        () => client.isReady,
        () => false,
      );
    },
    async close() {
      isClosed = true;
      if (client.isReady) await withTimeout(COMMAND_DEADLINE_MS, client.close()).catch(() => {});
      client.destroy();
    },
  };

  function connect(): void {
    if (!isClosed) client.connect().catch(() => {}); // `error` events report failures, and node-redis tries again
  }

  function replaceConnection(): void {
    client.destroy();
    setTimeout(connect, retryDelay(0, LONGEST_RETRY_MS));
  }

  function reportLoss(cause: unknown): void {
    if (!isClosed) events.lost(cause, server);
  }
}

/** `createClient` makes a class of 800 methods for each set of options in 50 ms (redis/node-redis#2954). */
export function newClient(options: NonNullable<Parameters<typeof createClient>[0]>): RedisClient {
  const { RESP = 3 } = options;
  const client = NodeRedisClient.factory<RedisModules, RedisFunctions, RedisScripts, RespVersions>({ RESP })(
    options,
  );
  // `destroy` doesn't end a connection that is still being made.
  client.on('connect', () => {
    if (!client.isOpen) client.destroy();
  });
  return client;
}

function createNodeClient(server: Server, isTracked: boolean): RedisClient {
  return newClient({
    socket: {
      ...socketOf(server),
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_LIMIT_MS,
      reconnectStrategy: (retries) => retryDelay(retries, LONGEST_RETRY_MS),
    },
    ...credentialsOf(server),
    database: server.database,
    pingInterval: PING_INTERVAL_MS,
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE_LIMIT,
    commandOptions: { timeout: 0 }, // this timeout ends only commands that were not sent yet (redis/node-redis#3008)
    maintNotifications: 'disabled',
    emitInvalidate: isTracked,
  });
}

/** All commands go through these three methods, which node-redis looks up on the instance behind its object. */
function boundCommands(client: RedisClient, replaceConnection: (cause: unknown) => void): void {
  const instance: RedisClient = Object.getPrototypeOf(client);
  let lastReply = 0;
  let lastReadOnly = Number.NEGATIVE_INFINITY;

  /** Silence means a dead connection. READONLY means that the name may belong to another server by now. */
  const isConnectionSpent = (error: unknown, sent: number) => {
    if (error instanceof TimeoutError) return lastReply < sent;
    if (!(error instanceof ErrorReply && prefixOf(error) === 'READONLY')) return false;
    if (lastReadOnly + READONLY_INTERVAL_MS > sent) return false;
    lastReadOnly = sent;
    return true;
  };

  const bounded = <Args extends unknown[]>(send: (this: RedisClient, ...args: Args) => Promise<unknown>) =>
    async function (this: RedisClient, ...args: Args): Promise<unknown> {
      if (!client.isReady) throw storeUnavailable(new ClientOfflineError());
      const sent = performance.now();
      try {
        const reply = await withTimeout(COMMAND_DEADLINE_MS, send.apply(this, args));
        lastReply = performance.now();
        return reply;
      } catch (error) {
        if (error instanceof ErrorReply) lastReply = performance.now();
        if (isConnectionSpent(error, sent) && client.isReady) replaceConnection(error);
        throw asStoreFailure(error);
      }
    };

  Object.assign(instance, {
    sendCommand: bounded(instance.sendCommand),
    _executeMulti: bounded(instance._executeMulti),
    _executePipeline: bounded(instance._executePipeline),
  });
}

/** Asks a server on a separate connection, which ends with the answer. Rejects if there is no answer in time. */
export async function askOnce<T>(
  server: Server,
  milliseconds: number,
  question: (client: RedisClient) => Promise<T>,
): Promise<T> {
  const client = newClient(singleUse(server, milliseconds));
  client.on('error', () => {}); // each error also rejects the waiting commands
  const asked = client.connect().then(() => question(client));
  return withTimeout(milliseconds, asked).finally(() => client.destroy());
}

/** Options of a connection that isn't connected again after a loss. `milliseconds`: the longest time to connect. */
export function singleUse(server: Server, milliseconds: number) {
  return {
    socket: { ...socketOf(server), connectTimeout: milliseconds, reconnectStrategy: false },
    ...credentialsOf(server),
    RESP: 2, // connects without HELLO, which sentinels refuse to a client without a password
    disableClientInfo: true,
    maintNotifications: 'disabled',
  } as const;
}

function socketOf({ host, port, tls }: Server) {
  return { host, port, ...(tls ? { tls } : {}) };
}

function credentialsOf({ username, password }: Access) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}
