import type { Request, Router } from 'express';
import createRouter from 'router';
import type { Health } from '../host/health.js';
import type { RedisFault } from '../redis/connection.js';

export interface HealthSources {
  /** Milliseconds that the store took to answer. Rejects if it doesn't answer. */
  pingStore(): Promise<number>;
  /** Ways in which the store could lose data, as sentences for an operator. Rejects if the store doesn't answer. */
  findStoreRisks(): Promise<readonly string[]>;
  /** The fault of the store; undefined if the error isn't one of the known faults. */
  explainStoreFailure(error: unknown): RedisFault | undefined;
  /** False until everything that the first start creates is there. */
  isPrepared(): boolean;
  readonly providers: readonly { readonly id: string; readonly health: { readonly reachable: boolean } }[];
  /** Without it, `/readyz` never says that the app stops. */
  readonly rotation?: Rotation;
}

/** The answers for a load balancer while an instance stops. */
export interface Rotation {
  isWatched: boolean;
  isStopping: boolean;
}

export async function readHealth(sources: HealthSources): Promise<Health> {
  const { pingStore, findStoreRisks, isPrepared, providers, rotation } = sources;
  const [store, warnings] = await Promise.all([
    pingStore().then(
      (milliseconds) => ({ status: 'ok', milliseconds }) as const,
      (error: unknown) => faulty(sources.explainStoreFailure(error)),
    ),
    findStoreRisks().catch(() => []),
  ]);
  const isReady = store.status === 'ok' && isPrepared();
  return {
    status: rotation?.isStopping === true ? 'stopping' : isReady ? 'ready' : 'not ready',
    store,
    warnings,
    providers: Object.fromEntries(
      providers.map(({ id, health }) => [id, health.reachable ? 'ok' : 'unreachable']),
    ),
  };
}

/** `/healthz` says that the process lives. `/readyz` says that it can work. */
export function healthRoutes(sources: HealthSources): Router {
  const router = createRouter();
  router.get('/healthz', (_request: Request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    if (sources.rotation !== undefined) sources.rotation.isWatched = true;
    const health = await readHealth(sources);
    const isReady = health.status === 'ready';
    if (!isReady) response.set('Retry-After', '5');
    response
      .status(isReady ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(health);
  });
  return router;
}

/** Gives the code only: anybody may read this page, and the store's address isn't for everybody. */
function faulty(fault: RedisFault | undefined): Health['store'] {
  return {
    status: fault?.isAway === false ? 'unusable' : 'unreachable',
    ...(fault && { cause: fault.code }),
  };
}
