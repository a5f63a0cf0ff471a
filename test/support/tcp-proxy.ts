import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A name that may stand for one server today and another tomorrow, and a network that may fail in between. */
export interface TcpProxy {
  readonly port: number;
  /** New connections lead to this port from now on. */
  leadTo(port: number): void;
  /** Closes what is open. */
  cut(): void;
  stop(): Promise<void>;
}

export async function startTcpProxy(to: number): Promise<TcpProxy> {
  let target = to;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((client) => {
    const upstream = keep(connect(target, '127.0.0.1'));
    keep(client).pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address once it listens
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    leadTo(other) {
      target = other;
    },
    cut,
    async stop() {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}
