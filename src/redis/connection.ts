import type { Logger } from 'pino';
import { AbortError, ClientOfflineError, createClient, ErrorReply, TimeoutError, WatchError } from 'redis';
import { EntranceError } from '../errors.js';

/** Milliseconds after which a command has ended, whatever the server does: the contract promises one second. */
const COMMAND_DEADLINE = 900;
/** An idle connection is asked this often whether it is alive, so that a dead one is replaced before it is needed. */
const PING_INTERVAL = 2_000;
/** Ends a connection on which not even the handshake is answered; longer than pings are apart. */
const SILENCE_LIMIT = 5_000;
const CONNECT_TIMEOUT = 2_000;
const FIRST_RETRY = 50;
const LONGEST_RETRY = 2_000;
/** Commands that may wait for a reply at once; beyond it they fail instead of piling up. */
const QUEUE_LIMIT = 10_000;

/** Error replies that say "not now" or "not this server", by the prefix that Redis gives them. */
const UNAVAILABLE_REPLIES: ReadonlySet<string> = new Set([
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOAUTH',
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
]);

/**
 * A node-redis client whose every command, MULTI and pipeline ends within a second, and rejects with an
 * EntranceError `store_unavailable` when the connection or the server's state is to blame. Safe to hand to
 * libraries. Not so for what `duplicate()` returns.
 */
export type RedisClient = ReturnType<typeof createClient>;

export interface RedisConnection {
  readonly client: RedisClient;
  /** Asks the server; milliseconds until the answer. Rejects with `store_unavailable`. */
  ping(): Promise<number>;
  /** Lets running commands end and hangs up; never rejects. */
  close(): Promise<void>;
}

export interface RedisOptions {
  readonly log: Logger;
  /** Called at each connection: the first and every one after an outage. */
  readonly onReady?: () => void;
}

/**
 * Connects to `redis://` or `rediss://` in the background, for ever: the server may be away at start or at any
 * time later. Meanwhile commands fail at once.
 */
export function connectRedis(url: string, options: RedisOptions): RedisConnection {
  const client = createRedisClient(url);
  const connect = () => void client.connect().catch(() => {}); // reported by `error` events, and retried
  const outage = reportOutages(client, options);

  boundCommands(client, () => {
    outage.began(new TimeoutError('no reply'));
    client.destroy();
    connect();
  });
  connect();

  return {
    client,
    async ping() {
      const asked = performance.now();
      await client.ping();
      return performance.now() - asked;
    },
    async close() {
      if (client.isReady) await within(COMMAND_DEADLINE, client.close()).catch(() => {});
      client.destroy();
    },
  };
}

/** Whether the store couldn't be reached, or couldn't serve, when this was thrown. */
export function isStoreFailure(error: unknown): error is EntranceError {
  return error instanceof EntranceError && error.code === 'store_unavailable';
}

function createRedisClient(url: string): RedisClient {
  return createClient({
    url,
    socket: { connectTimeout: CONNECT_TIMEOUT, socketTimeout: SILENCE_LIMIT, reconnectStrategy: retryDelay },
    pingInterval: PING_INTERVAL,
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE_LIMIT,
    commandOptions: { timeout: 0 }, // it only ends commands that were not sent yet; see boundCommands
    maintNotifications: 'disabled',
  });
}

/** Exponential, with jitter so that many instances don't return in step. */
export function retryDelay(retries: number): number {
  const longest = Math.min(FIRST_RETRY * 2 ** Math.min(retries, 10), LONGEST_RETRY);
  return longest * (0.5 + Math.random() / 2);
}

/** One line in the log when an outage begins and one when it ends, however often we tried in between. */
function reportOutages(client: RedisClient, { log, onReady }: RedisOptions) {
  let away = false;
  const began = (error: unknown) => {
    if (!away) log.error({ err: error }, 'Redis can’t be reached; trying again until it answers');
    away = true;
  };
  client.on('error', began);
  client.on('ready', () => {
    log.info(away ? 'Redis answers again' : 'Connected to Redis');
    away = false;
    onReady?.();
  });
  return { began };
}

/**
 * Puts the deadline and the translation of errors around everything that this client sends. The three methods
 * are the only ways to the wire, and node-redis looks them up on the instance behind the object it returns.
 */
function boundCommands(client: RedisClient, replaceConnection: () => void): void {
  const instance: RedisClient = Object.getPrototypeOf(client);
  let lastReply = 0;

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
        const silent = error instanceof TimeoutError && lastReply < sent;
        if (silent && client.isReady) replaceConnection();
        throw translated(error);
      }
    };

  Object.assign(instance, {
    sendCommand: bounded(instance.sendCommand),
    _executeMulti: bounded(instance._executeMulti),
    _executePipeline: bounded(instance._executePipeline),
  });
}

export function within<T>(milliseconds: number, reply: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // After a pause of this process the timer is due before the replies that wait in the socket are read: let them in first.
    const expire = () => setImmediate(() => reject(new TimeoutError(`no reply in ${milliseconds} ms`)));
    const timer = setTimeout(expire, milliseconds);
    reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Everything that isn't the server's answer to a command is the connection's fault, save for our own mistakes. */
function translated(error: unknown): unknown {
  if (error instanceof ErrorReply) {
    const [prefix = ''] = error.message.split(' ', 1);
    return UNAVAILABLE_REPLIES.has(prefix) ? storeUnavailable(error) : error;
  }
  const ours = error instanceof TypeError || error instanceof AbortError || error instanceof WatchError;
  return ours ? error : storeUnavailable(error);
}

export function storeUnavailable(cause: unknown): EntranceError {
  return new EntranceError('store_unavailable', { cause });
}
