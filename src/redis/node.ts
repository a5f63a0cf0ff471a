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
import { COMMAND_DEADLINE, prefixOf, storeUnavailable, translated, within } from './failure.js';
import { isOfRedis } from './fault.js';
import type { FaultPlace } from './fault-texts.js';
import { retryDelay } from './retry.js';

/** An idle connection is asked this often whether it is alive, so that a dead one is replaced before it is needed. */
const PING_INTERVAL = 2_000;
/** Ends a connection on which not even the handshake is answered; longer than pings are apart. */
const SILENCE_LIMIT = 5_000;
const CONNECT_TIMEOUT = 2_000;
const LONGEST_RETRY = 2_000;
/** Commands that may wait for a reply at once; beyond it they fail instead of piling up. */
const QUEUE_LIMIT = 10_000;
/** A server that takes no writes is asked for anew at most this often: its reads go on meanwhile. */
const READONLY_PATIENCE = 1_000;

/**
 * A node-redis client whose every command, MULTI and pipeline ends within a second, and rejects with an
 * EntranceError `store_unavailable` when the connection or the server's state is to blame. Safe to hand to
 * libraries. Not so for what `duplicate()` returns.
 */
export type RedisClient = ReturnType<typeof createClient>;

/** One server, and how to speak to it. */
export interface Server extends Access, HostPort {
  readonly database: number;
  /** The kind of installation that `REDIS_URL` names. */
  readonly topology: RedisAddress['topology'];
}

export interface RedisNode {
  readonly client: RedisClient;
  /** Whether it is connected within this many milliseconds, and without another failed attempt. */
  isReadyWithin(milliseconds: number): Promise<boolean>;
  /** Lets running commands end and hangs up; never rejects. */
  close(): Promise<void>;
}

export interface NodeEvents {
  ready?(): void;
  /** Also for each failed attempt to connect. */
  lost(cause: unknown, place?: FaultPlace): void;
  /** A key that was read here has changed, or with null any of them may have. The server tracks keys only if this is given. */
  readonly changed?: ((key: string | null) => void) | undefined;
}

/** Connects in the background, for ever: the server may be away at start or later. Meanwhile commands fail at once. */
export function openNode(server: Server, events: NodeEvents): RedisNode {
  const client = createNodeClient(server, events.changed !== undefined);
  let isClosed = false;
  /** Something arrived that isn't the protocol. node-redis reads on behind it, so replies may reach the wrong commands. */
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
      if (client.isReady) await within(COMMAND_DEADLINE, client.close()).catch(() => {});
      client.destroy();
    },
  };

  function connect(): void {
    if (!isClosed) client.connect().catch(() => {}); // reported by `error` events, and retried
  }

  function replaceConnection(): void {
    client.destroy();
    setTimeout(connect, retryDelay(0, LONGEST_RETRY));
  }

  function reportLoss(cause: unknown): void {
    if (!isClosed) events.lost(cause, server);
  }
}

/** `createClient` makes a class of 800 methods for each set of options, which takes 50 ms (redis/node-redis#2954). */
export function newClient(options: NonNullable<Parameters<typeof createClient>[0]>): RedisClient {
  const { RESP = 3 } = options;
  return NodeRedisClient.factory<RedisModules, RedisFunctions, RedisScripts, RespVersions>({ RESP })(options);
}

function createNodeClient(server: Server, isTracked: boolean): RedisClient {
  return newClient({
    socket: {
      ...socketOf(server),
      connectTimeout: CONNECT_TIMEOUT,
      socketTimeout: SILENCE_LIMIT,
      reconnectStrategy: (retries) => retryDelay(retries, LONGEST_RETRY),
    },
    ...credentialsOf(server),
    database: server.database,
    pingInterval: PING_INTERVAL,
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE_LIMIT,
    commandOptions: { timeout: 0 }, // it ends only commands that were not sent yet (redis/node-redis#3008)
    maintNotifications: 'disabled',
    emitInvalidate: isTracked,
  });
}

/**
 * Puts the deadline and the translation of errors around everything that this client sends. The three methods
 * are the only ways to the wire, and node-redis looks them up on the instance behind the object it returns.
 */
function boundCommands(client: RedisClient, replaceConnection: (cause: unknown) => void): void {
  const instance: RedisClient = Object.getPrototypeOf(client);
  let lastReply = 0;
  let lastReadOnly = Number.NEGATIVE_INFINITY;

  /** Silence means a dead connection; READONLY that the name of a server may belong to another one by now. */
  const isConnectionSpent = (error: unknown, sent: number) => {
    if (error instanceof TimeoutError) return lastReply < sent;
    if (!(error instanceof ErrorReply && prefixOf(error) === 'READONLY')) return false;
    if (lastReadOnly + READONLY_PATIENCE > sent) return false;
    lastReadOnly = sent;
    return true;
  };

  const bounded = <Args extends unknown[]>(send: (this: RedisClient, ...args: Args) => Promise<unknown>) =>
    async function (this: RedisClient, ...args: Args): Promise<unknown> {
      if (!client.isReady) throw storeUnavailable(new ClientOfflineError());
      const sent = performance.now();
      try {
        const reply = await within(COMMAND_DEADLINE, send.apply(this, args));
        lastReply = performance.now();
        return reply;
      } catch (error) {
        if (error instanceof ErrorReply) lastReply = performance.now();
        if (isConnectionSpent(error, sent) && client.isReady) replaceConnection(error);
        throw translated(error);
      }
    };

  Object.assign(instance, {
    sendCommand: bounded(instance.sendCommand),
    _executeMulti: bounded(instance._executeMulti),
    _executePipeline: bounded(instance._executePipeline),
  });
}

/** Asks a server on a connection of its own, which ends with the answer. Rejects where there is none in time. */
export async function askOnce<T>(
  server: Server,
  milliseconds: number,
  question: (client: RedisClient) => Promise<T>,
): Promise<T> {
  const client = newClient(singleUse(server, milliseconds));
  client.on('error', () => {}); // each also rejects what waits
  const asked = client.connect().then(() => question(client));
  return within(milliseconds, asked).finally(() => client.destroy());
}

/** Options of a connection that nobody connects again once it is lost. `milliseconds`: how long connecting may take. */
export function singleUse(server: Server, milliseconds: number) {
  return {
    socket: { ...socketOf(server), connectTimeout: milliseconds, reconnectStrategy: false },
    ...credentialsOf(server),
    RESP: 2, // begins without HELLO, which sentinels refuse to those who haven’t named a password
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
