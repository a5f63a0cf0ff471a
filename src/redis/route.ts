import { ClientOfflineError, type RedisArgument } from '@redis/client';
import { storeUnavailable } from './failure.js';
import { newClient, type RedisClient } from './node.js';

/** The choice of a server for each command, if there are several servers or the server changes. */
export interface Route {
  /** Sends a command to the server that holds the key; without a key, to any server. */
  send<T>(key: string | undefined, command: (server: RedisClient) => Promise<T>): Promise<T>;
  /** The clients of all servers that take writes. */
  servers(): readonly RedisClient[];
  /** Rejects with `store_unavailable` if a part of the store can't serve. */
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

/** It never connects itself: its three methods that send commands use the route instead. */
export function clientOver(route: Route): RedisClient {
  const client: RedisClient = newClient({ maintNotifications: 'disabled' });
  const instance: RedisClient = Object.getPrototypeOf(client);
  const ways: Pick<RedisClient, 'sendCommand' | '_executeMulti' | '_executePipeline'> = {
    sendCommand: (args, options) => route.send(keyOf(args), (server) => server.sendCommand(args, options)),
    _executeMulti: (commands) =>
      route.send(keyOf(commands[0]?.args), (server) => server._executeMulti(commands)),
    _executePipeline: (commands) =>
      route.send(keyOf(commands[0]?.args), (server) => server._executePipeline(commands)),
  };
  Object.assign(instance, ways);
  return client;
}

/** The key stands after the command's name, in scripts after the number of keys. Some commands have none. */
function keyOf([name, first, second, third]: readonly RedisArgument[] = []): string | undefined {
  const key =
    /^EVAL/.test(String(name)) && second !== undefined ? (String(second) === '0' ? undefined : third) : first;
  return key?.toString();
}

/** The rejection of a command that no known server can take. */
export function nowhere(): Promise<never> {
  return Promise.reject(storeUnavailable(new ClientOfflineError()));
}
