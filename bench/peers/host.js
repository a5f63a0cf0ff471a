import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import express from 'express';

const PUBLIC_FOLDER = fileURLToPath(new URL('./public/', import.meta.url));
/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 1;

const report = {
  title: 'Requests by service',
  rows: Array.from({ length: 10 }, (_, day) => ({ day, requests: 1_200 + day, errors: day % 3 })),
};

/**
 * The app that every contestant protects: the same Express, the same routes, the same answers.
 * `protect(app)` mounts what the contestant needs on all routes and gives the guard of the guarded one. `optionsFor(app)` are
 * the server's; without them it is as `app.listen` makes it.
 */
export async function serveHost(protect, optionsFor = () => ({})) {
  const app = express();
  app.set('trust proxy', 'loopback');
  const guard = await protect(app);
  app.get('/public', (_request, response) => response.json(report));
  app.use('/assets', express.static(PUBLIC_FOLDER, { immutable: true, maxAge: '365d' }));
  app.get('/reports', guard, (_request, response) => response.json(report));
  const server = createServer(optionsFor(app), app);
  server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.({ listening: true }));
  process.on('disconnect', () => process.exit());
  process.on('message', (question) => process.send(answers[question]()));
  return server;
}

let delays;

/** What the benchmark asks of this process. */
const answers = {
  /** Microseconds of CPU that this process has used, all its threads together. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  watchEventLoop() {
    delays = monitorEventLoopDelay({ resolution: RESOLUTION });
    delays.enable();
    return true;
  },
  /** Milliseconds by which the event loop was late. */
  eventLoopDelay() {
    delays.disable();
    const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
    return { p50: late(delays.percentile(50)), p99: late(delays.percentile(99)), max: late(delays.max) };
  },
};
