import { ErrorReply } from '@redis/client';
import type { Logger } from 'pino';
import { parseRedisAddress } from '../config/redis-address.js';
import { openRoute } from './connection.js';

/** Redis is asked this often whether it still is there, milliseconds. */
const SIGN_OF_LIFE_INTERVAL = 500;
/** Without a sign of life for this long nothing that was read before is trusted any more, milliseconds. */
const LONGEST_SILENCE = 1_500;

export interface TrackedReads {
  /** Whether Redis is there to announce each change of what was read here. */
  readonly isLive: boolean;
  /** A value, whose next change will be announced. Rejects with `store_unavailable`. */
  get(key: string): Promise<string | null>;
  close(): void;
}

export interface TrackingOptions {
  readonly log: Logger;
  /** Called with a key that has changed since it was read, or with null if any may have. */
  readonly onChange: (key: string | null) => void;
}

/**
 * A connection of its own for reads that Redis tracks (client-side caching with RESP3, `CLIENT TRACKING`). What was read
 * through it may be kept until `onChange` names its key. When the connection is lost all of it is void, and while Redis is
 * silent none of it is to be used.
 */
export function connectTracking(url: string, { log, onChange }: TrackingOptions): TrackedReads {
  const parsed = parseRedisAddress(url);
  if ('problem' in parsed) throw new TypeError(`the address of Redis ${parsed.problem}`);
  if (parsed.address.topology === 'cluster') return readPlainly(log, 'a cluster');

  let heardAt = Number.NEGATIVE_INFINITY;
  const { route } = openRoute(parsed.address, { ready: ask, lost: lose, changed: onChange });
  const asking = setInterval(ask, SIGN_OF_LIFE_INTERVAL).unref();

  return {
    get isLive() {
      return performance.now() - heardAt < LONGEST_SILENCE;
    },
    get: (key) => route.send(key, (server) => server.get(key)),
    close,
  };

  function ask(): void {
    const asked = performance.now();
    route.ping().then(
      () => {
        heardAt = asked;
      },
      () => {}, // `lost` says so, or silence does
    );
  }

  function lose(cause: unknown): void {
    heardAt = Number.NEGATIVE_INFINITY;
    onChange(null);
    if (!isUnsupported(cause)) return;
    readPlainly(log, 'this server');
    close();
  }

  function close(): void {
    clearInterval(asking);
    void route.close();
  }
}

/** A server before Redis 6, a proxy that knows no RESP3, or an account that may not track. */
function isUnsupported(cause: unknown): boolean {
  return (
    cause instanceof ErrorReply && /^(?:NOPROTO|NOPERM|ERR(?! max number of clients))\b/.test(cause.message)
  );
}

function readPlainly(log: Logger, where: string): TrackedReads {
  log.info(
    `Sessions are read from Redis for each request: ${where} can’t announce their changes (RESP3 client tracking)`,
  );
  return {
    isLive: false,
    get: () => Promise.reject(new TypeError('nothing is tracked')),
    close: () => {},
  };
}
