import { ErrorReply } from '@redis/client';
import type { Logger } from 'pino';
import { parseRedisAddress } from '../config/redis-address.js';
import { openRoute } from './connection.js';

/** The interval of pings to check that Redis is still there. */
const PING_INTERVAL_MS = 500;
/** After this long without an answer, values that were read before aren't trusted any more. */
const LONGEST_SILENCE_MS = 1_500;

export interface TrackedReads {
  /** Whether Redis is there, and so would announce a change of a value that was read here. */
  readonly isLive: boolean;
  /** Reads a value; its next change will be announced. Rejects with `store_unavailable`. */
  get(key: string): Promise<string | null>;
  close(): void;
}

export interface TrackingOptions {
  readonly log: Logger;
  /** Called with a key whose value changed after it was read, or with null if any value may have changed. */
  readonly onChange: (key: string | null) => void;
}

/**
 * A separate connection for reads that Redis tracks (client-side caching with RESP3, `CLIENT TRACKING`). A value that
 * was read may be kept until `onChange` names its key. A lost connection makes all values invalid, and a silent one
 * makes them unusable until Redis answers again.
 */
export function connectTracking(url: string, { log, onChange }: TrackingOptions): TrackedReads {
  const parsed = parseRedisAddress(url);
  if ('problem' in parsed) throw new TypeError(`the address of Redis ${parsed.problem}`);
  if (parsed.address.topology === 'cluster') return readPlainly(log, 'a cluster');

  let heardAt = Number.NEGATIVE_INFINITY;
  const { route } = openRoute(parsed.address, { ready: ask, lost: lose, changed: onChange });
  const asking = setInterval(ask, PING_INTERVAL_MS).unref();

  return {
    get isLive() {
      return performance.now() - heardAt < LONGEST_SILENCE_MS;
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
      () => {}, // `lost` or the missing answers show the failure
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

/** A Redis before version 6, a proxy without RESP3, or an account without the permission. */
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
