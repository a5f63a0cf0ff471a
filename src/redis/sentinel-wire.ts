import { ErrorReply } from '@redis/client';
import type { HostPort, SentinelAddress } from '../config/redis-address.js';
import { prefixOf } from './failure.js';
import { FaultyRedisError } from './fault.js';
import { askOnce, newClient, type RedisClient, type Server, singleUse } from './node.js';

/** A sentinel that takes longer is passed over. */
const SENTINEL_PATIENCE_MS = 500;
/** Sentinels publish here that there is another master, and its name first. */
const SWITCH_CHANNEL = '+switch-master';

/** Where the master is, as this sentinel says. Rejects where it doesn’t answer in time or knows none. */
export function askSentinel(sentinel: HostPort, address: SentinelAddress): Promise<HostPort> {
  const { masterName } = address;
  return askOnce(serverOf(sentinel, address), SENTINEL_PATIENCE_MS, async (client) => {
    const reply = await withAccess(client, address, () =>
      client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName]),
    );
    const [host, port] = Array.isArray(reply) ? reply.map(String) : [];
    if (host === undefined) throw new FaultyRedisError('master_unknown', masterName);
    return { host, port: Number(port) };
  });
}

/** A connection to a sentinel, which says when another master is chosen. */
export interface Hearing {
  /** False once the connection is lost: nobody connects it again. */
  readonly isOpen: boolean;
  close(): void;
}

export function hearSwitches(sentinel: HostPort, address: SentinelAddress, switched: () => void): Hearing {
  let isOpen = true;
  const client = newClient(singleUse(serverOf(sentinel, address), SENTINEL_PATIENCE_MS));
  const close = () => {
    isOpen = false;
    if (client.isOpen) client.destroy();
  };
  const hear = (message: string) => {
    if (message.startsWith(`${address.masterName} `)) switched();
  };
  client.on('error', close);
  client.on('end', close);
  client
    .connect()
    .then(() => withAccess(client, address, () => client.subscribe(SWITCH_CHANNEL, hear)))
    // What changed before it was heard: who begins to listen has to look once more.
    .then(switched, close);
  return {
    get isOpen() {
      return isOpen;
    },
    close,
  };
}

function serverOf({ host, port }: HostPort, { tls }: SentinelAddress): Server {
  return { topology: 'sentinel', host, port, tls, username: undefined, password: undefined, database: 0 };
}

/** The user and password are the master’s; sentinels get them only where they want some. */
async function withAccess<T>(
  client: Pick<RedisClient, 'auth'>,
  { username, password }: SentinelAddress,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ErrorReply && prefixOf(error) === 'NOAUTH' && password !== undefined)) throw error;
    await client.auth(username === undefined ? { password } : { username, password });
    return ask();
  }
}
