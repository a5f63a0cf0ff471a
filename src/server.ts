import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { createApp } from './app.js';
import type { Config } from './config/config.js';
import type { Rotation } from './http/health.js';
import { serverOptions } from './http/server-options.js';
import { type OpenOptions, openEntrance } from './open.js';

/** So long a server that starts waits for its store before it listens, since a proxy sends requests as soon as it does. */
const STORE_PATIENCE_MS = 1_000;
/** Longer than proxies keep a connection that nobody uses (nginx and AWS 60 s): who hangs up first may cut a request off. */
const KEEP_ALIVE_MS = 65_000;
/** In a longer turn of the event loop somebody may have connected after the system was asked for connections. */
const QUIET_TURN_MS = 0.1;
/** A server that is busy without a pause has no such turn. */
const QUIET_PATIENCE_MS = 5_000;
/** Open requests may take this long to end when the server stops. */
const STOP_PATIENCE_MS = 10_000;
/** Who has connected just before the server stops may take this long to send a request; then idle connections are closed. */
const FIRST_REQUEST_PATIENCE_MS = 500;

export interface RunningServer {
  /** Where it listens, which behind a proxy isn't where people open it. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the local administrator exists, or none is configured. */
  readonly administratorReady: Promise<void>;
  /** Says at `/readyz` for a while that the server stops, if anybody has asked there, and serves on meanwhile. */
  leaveRotation(): Promise<void>;
  /** Stops listening, lets open requests end and lets go of the store. */
  close(): Promise<void>;
}

/**
 * Starts the standalone server. It listens when its store has answered, and soon in any case; it is ready when its store is.
 * @throws ConfigError for a weak administrator password; Node's own error where the port is taken
 */
export async function startServer(config: Config, options: OpenOptions = {}): Promise<RunningServer> {
  const opened = openEntrance(config, options);
  const { log } = opened.deps;
  const { host, port: wantedPort, shutdownDelayMs } = config.server;
  const rotation: Rotation = { isWatched: false, isStopping: false };
  let server: Server;
  try {
    const app = createApp({ ...opened.deps, rotation });
    const patience = pause(STORE_PATIENCE_MS, undefined, { ref: false });
    await Promise.race([opened.administratorReady, patience]);
    server = createServer({ ...serverOptions(app), keepAliveTimeout: KEEP_ALIVE_MS }, app);
    // Ahead of the app, so that no proxy sends a further request over this connection.
    server.prependListener('request', (_request, response) => {
      if (rotation.isStopping) response.setHeader('Connection', 'close');
    });
    server.listen(wantedPort, host);
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
    async leaveRotation() {
      rotation.isStopping = true;
      if (!rotation.isWatched || shutdownDelayMs === 0) return;
      log.info(
        { milliseconds: shutdownDelayMs },
        'Entrance says at /readyz that it stops, and serves on meanwhile',
      );
      await pause(shutdownDelayMs);
    },
    async close() {
      rotation.isStopping = true;
      await stop(server);
      await opened.close();
    },
  };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  const impatience = setTimeout(() => server.closeAllConnections(), STOP_PATIENCE_MS);
  await stopListening(server);
  const idleCheck = setInterval(() => server.closeIdleConnections(), FIRST_REQUEST_PATIENCE_MS);
  await closed;
  clearInterval(idleCheck);
  clearTimeout(impatience);
}

/**
 * Stops listening behind a turn of the event loop that was short and in which no connection was accepted. Nobody waits to be accepted
 * then: the system cuts off whoever waits when a server stops listening, and a proxy sends no form twice.
 */
async function stopListening(server: Server): Promise<void> {
  let isQuiet = false;
  const noteConnection = () => {
    isQuiet = false;
  };
  server.on('connection', noteConnection);
  const end = performance.now() + QUIET_PATIENCE_MS;
  for (let now = performance.now(); !isQuiet && now < end; ) {
    const began = now;
    isQuiet = true;
    await nextTurn();
    now = performance.now();
    if (now - began > QUIET_TURN_MS) isQuiet = false;
  }
  // An http server’s own `close` cuts connections off whose first request is still on its way.
  NetServer.prototype.close.call(server);
  server.off('connection', noteConnection);
}
