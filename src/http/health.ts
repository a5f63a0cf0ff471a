import { type Request, Router } from 'express';
import type { RedisFault } from '../redis/connection.js';

export interface HealthSources {
  /** Milliseconds that the store took to answer; rejects when it doesn't. */
  pingStore(): Promise<number>;
  /** How the store could lose what it was given: sentences for an operator; rejects when it doesn't answer. */
  findStoreRisks(): Promise<readonly string[]>;
  /** The fault of the store; undefined if it isn't known. */
  explainStoreFailure(error: unknown): RedisFault | undefined;
  /** False while something that the first start has to make isn't there yet. */
  isPrepared(): boolean;
  readonly providers: readonly { readonly id: string; readonly health: { readonly reachable: boolean } }[];
  /** Left out, the app never says that it stops. */
  readonly rotation?: Rotation;
}

/** The answers for a load balancer while an instance stops. */
export interface Rotation {
  /** Whether anybody has asked `/readyz`. */
  isWatched: boolean;
  isStopping: boolean;
}

/**
 * `/healthz`: the process lives. `/readyz`: it can do its work; a provider that is away, and what the store could
 * lose, is reported and not fatal.
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

/** The code alone: this page may be open to people who mustn't know the store's address. */
function faulty(fault: RedisFault | undefined): { readonly status: string; readonly cause?: string } {
  return {
    status: fault?.isAway === false ? 'unusable' : 'unreachable',
    ...(fault && { cause: fault.code }),
  };
}
