import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackAddress {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The name in its addresses; it listens on 127.0.0.1 alone. */
  readonly host?: '127.0.0.1' | 'localhost';
}

/** Gives the origin. */
export async function listenOnLoopback(
  server: Server,
  { host = '127.0.0.1', port = 0 }: LoopbackAddress,
): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo; // it listens on a port
  return `http://${host}:${taken}`;
}

/** Ends open connections too. */
export async function closeServer(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
}
