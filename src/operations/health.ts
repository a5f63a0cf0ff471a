import { type Request, Router } from 'express';
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
  /** Whether anybody has asked `/readyz`. */
  isWatched: boolean;
  isStopping: boolean;
}

/**
 * `/healthz` says that the process lives. `/readyz` says that it can work; a provider that is away, or data that the
 * store could lose, is reported and doesn't fail the check.
 */
export function healthRoutes(sources: HealthSources): Router {
  const { pingStore, findStoreRisks, isPrepared, providers, rotation } = sources;
  const router = Router();
  router.get('/healthz', (_request: Request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    if (rotation !== undefined) rotation.isWatched = true;
    const [store, warnings] = await Promise.all([
      pingStore().then(
        (milliseconds) => ({ status: 'ok', milliseconds }),
        (error: unknown) => faulty(sources.explainStoreFailure(error)),
      ),
      findStoreRisks().catch(() => []),
    ]);
    const isStopping = rotation?.isStopping ?? false;
    const ready = store.status === 'ok' && isPrepared() && !isStopping;
    if (!ready) response.set('Retry-After', '5');
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({
        status: ready ? 'ready' : isStopping ? 'stopping' : 'not ready',
        store,
        warnings,
        providers: Object.fromEntries(
          providers.map(({ id, health }) => [id, health.reachable ? 'ok' : 'unreachable']),
        ),
      });
  });
  return router;
}

/** Gives the code only: anybody may read this page, and the store's address isn't for everybody. */
function faulty(fault: RedisFault | undefined): { readonly status: string; readonly cause?: string } {
  return {
    status: fault?.isAway === false ? 'unusable' : 'unreachable',
    ...(fault && { cause: fault.code }),
  };
}
