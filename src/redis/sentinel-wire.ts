import { ErrorReply } from '@redis/client';
import type { HostPort, SentinelAddress } from '../config/redis-address.js';
import { prefixOf } from './failure.js';
import { FaultyRedisError } from './fault.js';
import { askOnce, newClient, type RedisClient, type Server, singleUse } from './node.js';

/** The time that a sentinel has to answer; a slower one is skipped. */
const SENTINEL_TIMEOUT_MS = 500;
/** The channel on which sentinels announce another master. A message begins with the master's name. */
const SWITCH_CHANNEL = '+switch-master';

/** Rejects if the sentinel doesn’t answer in time, or knows no master. */
export function askSentinel(sentinel: HostPort, address: SentinelAddress): Promise<HostPort> {
  const { masterName } = address;
  return askOnce(serverOf(sentinel, address), SENTINEL_TIMEOUT_MS, async (client) => {
    const reply = await withAccess(client, address, () =>
      client.sendCommand(['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName]),
    );
    const [host, port] = Array.isArray(reply) ? reply.map(String) : [];
    if (host === undefined) throw new FaultyRedisError('master_unknown', masterName);
    return { host, port: Number(port) };
  });
}

/** A connection to a sentinel, which announces another master. */
export interface SwitchSubscription {
  /** False after the connection was lost; it isn't connected again. */
  readonly isOpen: boolean;
  close(): void;
}

export function hearSwitches(
  sentinel: HostPort,
  address: SentinelAddress,
  switched: () => void,
): SwitchSubscription {
  let isOpen = true;
  const client = newClient(singleUse(serverOf(sentinel, address), SENTINEL_TIMEOUT_MS));
  const close = () => {
    isOpen = false;
    if (client.isOpen) client.destroy();
  };
  const receive = (message: string) => {
    if (message.startsWith(`${address.masterName} `)) switched();
  };
  client.on('error', close);
  client.on('end', close);
  client
    .connect()
    .then(() => withAccess(client, address, () => client.subscribe(SWITCH_CHANNEL, receive)))
    // A change before the subscription isn't announced, so the caller has to ask once more.
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

/** The user and the password are the master’s. A sentinel gets them only if it asks for credentials. */
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
