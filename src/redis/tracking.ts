import type { Logger } from 'pino';
import { createClient, ErrorReply } from 'redis';
import { retryDelay, storeUnavailable, within } from './connection.js';

/** Redis is asked this often whether it still is there, milliseconds. */
const SIGN_OF_LIFE_INTERVAL = 500;
/** Without a sign of life for this long nothing that was read before is trusted any more, milliseconds. */
const LONGEST_SILENCE = 1_500;
const COMMAND_DEADLINE = 900;
const CONNECT_TIMEOUT = 2_000;

export interface TrackedReads {
  /** Whether Redis is there to announce each change of what was read here. */
  readonly isLive: boolean;
  /** A value, whose next change will be announced. Rejects with `store_unavailable`. */
  get(key: string): Promise<string | null>;
  close(): void;
}

export interface TrackingOptions {
  readonly log: Logger;
  /** Called with a key that has changed, or with null when any may have. */
  readonly onChange: (key: string | null) => void;
}

/**
 * A connection of its own for reads that Redis tracks (client-side caching with RESP3, `CLIENT TRACKING`). What was read
 * through it may be kept until `onChange` names its key. When the connection is lost all of it is void, and while Redis is
 * silent none of it is to be used.
 */
export function connectTracking(url: string, { log, onChange }: TrackingOptions): TrackedReads {
  let heardAt = Number.NEGATIVE_INFINITY;
  const client = createClient({
    url,
    RESP: 3,
    emitInvalidate: true,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    socket: {
      connectTimeout: CONNECT_TIMEOUT,
      socketTimeout: LONGEST_SILENCE,
      reconnectStrategy: (retries, cause) => (isUnsupported(cause) ? cause : retryDelay(retries)),
    },
  });
  client
    .on('invalidate', (key: unknown) => onChange(key === null ? null : String(key)))
    .on('ready', ask)
    .on('error', lose)
    .on('reconnecting', lose)
    .on('end', lose);
  const asking = setInterval(ask, SIGN_OF_LIFE_INTERVAL).unref();
  client.connect().catch((error: unknown) => {
    if (isUnsupported(error))
      log.warn({ err: error }, 'Redis can’t announce changes (RESP3 tracking): each session is read from it');
  });

  return {
    get isLive() {
      return client.isReady && performance.now() - heardAt < LONGEST_SILENCE;
    },
    async get(key) {
      try {
        return await within(COMMAND_DEADLINE, client.get(key));
      } catch (error) {
        lose();
        throw storeUnavailable(error);
      }
    },
    close() {
      clearInterval(asking);
      client.destroy();
    },
  };

  function ask(): void {
    if (!client.isReady) return;
    const asked = performance.now();
    client.ping().then(
      () => {
        heardAt = asked;
      },
      () => {},
    );
  }

  function lose(): void {
    heardAt = Number.NEGATIVE_INFINITY;
    onChange(null);
  }
}

/** A server before Redis 6, a proxy, or an account that may not. */
function isUnsupported(error: unknown): error is ErrorReply {
  return error instanceof ErrorReply && /^(?:NOPROTO|NOPERM|ERR)\b/.test(error.message);
}
