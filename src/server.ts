import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import type { Config } from './config/config.js';
import { serverOptions } from './http/server-options.js';
import { type OpenOptions, openEntrance } from './open.js';

/** Open requests may take this long to end when the server stops, milliseconds. */
const STOP_PATIENCE = 10_000;

export interface RunningServer {
  /** Where it listens, which behind a proxy isn't where people open it. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the local administrator exists, or none is configured. */
  readonly administratorReady: Promise<void>;
  /** Stops listening, lets open requests end and lets go of the store. */
  close(): Promise<void>;
}

/**
 * Starts the standalone server. It answers as soon as it listens; it is ready when its store is.
 * @throws ConfigError for a weak administrator password; Node's own error where the port is taken
 */
export async function startServer(config: Config, options: OpenOptions = {}): Promise<RunningServer> {
  const opened = openEntrance(config, options);
  const { log } = opened.deps;
  const { host, port: wantedPort } = config.server;
  let server: Server;
  try {
    const app = createApp(opened.deps);
    server = createServer(serverOptions(app), app).listen(wantedPort, host);
    await once(server, 'listening');
  } catch (error) {
    await opened.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo; // a TCP server's address once it listens
  log.info(
    { host, port, baseUrl: config.server.baseUrl.origin + config.server.baseUrl.path },
    'Entrance is listening',
  );
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    administratorReady: opened.administratorReady,
    async close() {
      await stop(server);
      await opened.close();
    },
  };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), STOP_PATIENCE);
  await closed;
  clearTimeout(impatience);
}
