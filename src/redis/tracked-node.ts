import { ClientOfflineError } from '@redis/client';
import { storeUnavailable } from './failure.js';
import { CONNECT_TIMEOUT, LONGEST_RETRY, type NodeEvents, type Server } from './node.js';
import { retryDelay } from './retry.js';
import type { Candidate } from './sentinel.js';
import { openWire, type Wire } from './wire.js';

/** Called with a key that has changed since it was read on this connection, or with null when any may have. */
export type OnChange = (key: string | null) => void;

/** What a server tracks is read here. Rejects with `store_unavailable`; fails at once where there is no connection. */
export interface TrackedNode extends Candidate {
  get(key: string): Promise<string | null>;
  ping(): Promise<unknown>;
}

/**
 * A connection to one server that announces what changes of what was read on it (`CLIENT TRACKING`). Connects in the background,
 * for ever. Its own way to the wire, since what a guarded request has to fetch goes this way, and node-redis takes longer
 * for a GET than everything else that such a request does.
 */
export function openTrackedNode(
  server: Server,
  { ready, lost }: NodeEvents,
  onChange: OnChange,
): TrackedNode {
  let wire: Wire;
  let isReady = false;
  let isClosed = false;
  let retries = 0;
  let retry: NodeJS.Timeout | undefined;
  const awaitingReady = new Set<() => void>();
  connect();

  return {
    get: (key) => command('GET', key) as Promise<string | null>, // as Redis answers GET
    ping: () => command('PING'),
    role: () => command('ROLE'),
    async isReadyWithin(milliseconds) {
      if (isReady) return true;
      return new Promise((resolve) => {
        const settle = () => {
          clearTimeout(tooLate);
          awaitingReady.delete(settle);
          resolve(isReady);
        };
        const tooLate = setTimeout(settle, milliseconds);
        awaitingReady.add(settle);
      });
    },
    async close() {
      isClosed = true;
      clearTimeout(retry);
      wire.end(new Error('closed'));
    },
  };

  function command(...words: readonly string[]): Promise<unknown> {
    return isReady ? wire.send(...words) : Promise.reject(storeUnavailable(new ClientOfflineError()));
  }

  function connect(): void {
    let isOver = false;
    const tooLate = setTimeout(() => wire.end(new Error('no connection in time')), CONNECT_TIMEOUT);
    const greet = () => {
      clearTimeout(tooLate);
      // What ends it may have come in one packet with the answer: the next connection isn't greeted by that.
      shakeHands(wire, server).then(() => isOver || welcome(), wire.end);
    };
    wire = openWire(server, {
      opened: greet,
      pushed,
      ended(cause) {
        isOver = true;
        clearTimeout(tooLate);
        ended(cause);
      },
    });
  }

  function welcome(): void {
    isReady = true;
    retries = 0;
    for (const settle of awaitingReady) settle();
    ready?.();
  }

  /** Redis names the keys that were changed, or none where it emptied a database. */
  function pushed(kind: string, keys: unknown): void {
    if (kind !== 'invalidate') return;
    if (!Array.isArray(keys)) onChange(null);
    else for (const key of keys) onChange(String(key));
  }

  function ended(cause: unknown): void {
    isReady = false;
    if (isClosed) return;
    retry = setTimeout(connect, retryDelay(retries, LONGEST_RETRY));
    retries += 1;
    lost(cause, server);
  }
}

async function shakeHands(wire: Wire, { username = 'default', password, database }: Server): Promise<void> {
  const credentials = password === undefined ? [] : ['AUTH', username, password];
  const hello = wire.send('HELLO', '3', ...credentials);
  const select = database === 0 ? undefined : wire.send('SELECT', `${database}`);
  await Promise.all([hello, select, wire.send('CLIENT', 'TRACKING', 'ON')]);
}
