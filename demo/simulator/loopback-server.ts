import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

export interface LoopbackAddress {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The name in the server’s addresses; the server listens on 127.0.0.1 alone. */
  readonly host?: '127.0.0.1' | 'localhost';
}

/** Gives the origin of the server. */
export async function listenOnLoopback(
  server: Server,
  { host = '127.0.0.1', port = 0 }: LoopbackAddress,
): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo; // it listens on a port
  return `http://${host}:${taken}`;
}

/**
 * Ends open connections too.
 * @throws an error if the server doesn’t run
 */
export async function closeServer(server: Server): Promise<void> {
  const closed = promisify(server.close.bind(server))();
  server.closeAllConnections();
  await closed;
}
