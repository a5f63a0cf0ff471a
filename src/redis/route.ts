import { ClientOfflineError, type RedisArgument } from '@redis/client';
import { storeUnavailable } from './failure.js';
import { newClient, type RedisClient } from './node.js';

/** Which server takes a command, where there are several or it changes. */
export interface Route {
  /** Sends it to the server that holds the key; without a key any will do. */
  send<T>(key: string | undefined, command: (server: RedisClient) => Promise<T>): Promise<T>;
  /** A client of each server that takes writes. */
  servers(): readonly RedisClient[];
  /** Rejects with `store_unavailable` where part of the store can't serve. */
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * A client for everybody who knows nothing of routes: it never connects itself, and its three ways to the wire lead
 * along the route instead.
 */
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

/**
 * The key stands right behind the command's name, but in scripts behind the number of keys. The few commands
 * without a key may be answered by whichever server this gives.
 */
function keyOf([name, first, second, third]: readonly RedisArgument[] = []): string | undefined {
  const key =
    /^EVAL/.test(String(name)) && second !== undefined ? (String(second) === '0' ? undefined : third) : first;
  return key?.toString();
}

/** Where no server is known to take the command. */
export function nowhere(): Promise<never> {
  return Promise.reject(storeUnavailable(new ClientOfflineError()));
}
