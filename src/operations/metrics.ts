import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler, Router } from 'express';
import type { Logger } from 'pino';
import createRouter from 'router';
import type { Clock } from '../clock.js';
import type { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import type { ProviderCredential } from '../providers/credentials/expiry.js';
import { loadOnce } from '../single-flight.js';
import { bearerToken } from '../tokens/bearer-token.js';

/** Prometheus’s text format. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Counts one sign-in by provider and outcome (`success` or an error code). */
export type CountSignIn = (provider: string, outcome: string) => void;

export interface Metrics {
  readonly countSignIn: CountSignIn;
  readonly measure: RequestHandler;
  /** All metrics in Prometheus’s text format. */
  read(): Promise<string>;
}

export interface MetricsSources {
  /** Whether to measure the process too: memory, CPU, the event loop. A host app measures its process by itself. */
  readonly ofProcess: boolean;
  readonly datedCredentials: () => readonly ProviderCredential[];
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

/** Loads the library for metrics after the first answer, since a start is quicker without it. */
export function createMetrics({ ofProcess, datedCredentials, clock, log }: MetricsSources): Metrics {
  const instruments = loadOnce(() => createInstruments(ofProcess, datedCredentials, clock));
  const record = (what: (of: Instruments) => void) =>
    void instruments()
      .then(what)
      .catch((error: unknown) => log.error({ err: error }, 'a metric could not be recorded'));

  return {
    read: async () => (await instruments()).register.metrics(),
    countSignIn: (provider, outcome) => record(({ signIns }) => signIns.inc({ provider, outcome })),
    measure({ method }, response, next) {
      const started = performance.now();
      response.on('finish', () => {
        const seconds = (performance.now() - started) / 1_000;
        record(({ durations }) => durations.observe({ method, status: `${response.statusCode}` }, seconds));
      });
      next();
    },
  };
}

type Instruments = Awaited<ReturnType<typeof createInstruments>>;

async function createInstruments(
  ofProcess: boolean,
  datedCredentials: MetricsSources['datedCredentials'],
  clock: Clock,
) {
  const { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } = await import('prom-client');
  const register = new Registry();
  if (ofProcess) collectDefaultMetrics({ register });
  const signIns = new Counter({
    name: 'entrance_sign_ins_total',
    help: 'Sign-ins by provider and outcome.',
    labelNames: ['provider', 'outcome'],
    registers: [register],
  });
  const durations = new Histogram({
    name: 'entrance_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [register],
  });
  new Gauge({
    name: 'entrance_credential_expires_in_seconds',
    help: 'Seconds until the credential that proves us to the provider expires; negative once it has.',
    labelNames: ['provider', 'credential'],
    registers: [register],
    collect() {
      this.reset();
      for (const { provider, kind, expiresAt } of datedCredentials())
        this.set({ provider, credential: kind }, Math.round((expiresAt - clock.now()) / 1_000));
    },
  });
  return { register, signIns, durations };
}

/** @param token the only bearer token that is answered; without one, only loopback clients are */
export function metricsRoutes({ read }: Metrics, token: Secret | undefined): Router {
  const router = createRouter();
  router.get('/metrics', async (request, response) => {
    if (!mayRead(request, token)) throw new EntranceError('not_found');
    response
      .set('Cache-Control', 'no-store')
      .type(CONTENT_TYPE)
      .send(await read());
  });
  return router;
}

function mayRead(request: Request, token: Secret | undefined): boolean {
  if (token === undefined)
    return isLoopback(request.socket.remoteAddress) && request.headers['x-forwarded-for'] === undefined;
  const sent = bearerToken(request);
  return sent !== undefined && token.values().some((one) => equal(one, sent));
}

function isLoopback(address = ''): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address);
}

function equal(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
