import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { createApp } from './app.js';
import type { Config } from './config/config.js';
import { type OpenOptions, openEntrance } from './open-entrance.js';
import type { Rotation } from './operations/health.js';
import { serverOptions } from './operations/server-options.js';

/** A starting server waits this long for its store before it listens, since a proxy then sends requests at once. */
const STORE_PATIENCE_MS = 1_000;
/** Longer than proxies do (nginx and AWS 60 s), since the side that closes first may cut off a request. */
const KEEP_ALIVE_MS = 65_000;
/** In a longer turn of the event loop, somebody may have connected after the system was asked for connections. */
const QUIET_TURN_MS = 0.1;
/** The longest wait for a quiet turn, since a busy server may never have one. */
const QUIET_PATIENCE_MS = 5_000;
/** The time that open requests have to end when the server stops. */
const STOP_PATIENCE_MS = 10_000;
/** A client that connected just before the stop has this long to send a request; then idle connections close. */
const FIRST_REQUEST_PATIENCE_MS = 500;

export interface RunningServer {
  /** The address on which the server listens. Behind a proxy, people open another one. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the local administrator exists, or when none is configured. */
  readonly administratorReady: Promise<void>;
  /** Reports at `/readyz` that the server stops, if anybody has asked there before, and serves requests meanwhile. */
  leaveRotation(): Promise<void>;
  /** Stops listening, waits for open requests, and closes the connection to the store. */
  close(): Promise<void>;
}

/**
 * Starts the standalone server. It listens when its store has answered, or soon in any case. It is ready when its store
 * is ready.
 * @throws ConfigError for a weak administrator password; Node's own error if the port is in use
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
    // Runs before the app, so that a proxy sends no further request over this connection.
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
 * Stops listening after a short turn of the event loop in which no connection was accepted. No client waits to be
 * accepted at that moment. This matters because the system cuts off waiting clients when a server stops listening, and
 * a proxy doesn't send a form twice.
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
  // The own `close` of an HTTP server would cut off connections whose first request is still on its way.
  NetServer.prototype.close.call(server);
  server.off('connection', noteConnection);
}
