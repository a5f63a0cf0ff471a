import { type Request, Router } from 'express';

export interface HealthSources {
  /** Milliseconds that the store took to answer; rejects when it doesn't. */
  pingStore(): Promise<number>;
  /** How the store could lose what it was given: sentences for an operator; rejects when it doesn't answer. */
  findStoreRisks(): Promise<readonly string[]>;
  /** False while something that the first start has to make isn't there yet. */
  isPrepared(): boolean;
  readonly providers: readonly { readonly id: string; readonly health: { readonly reachable: boolean } }[];
}

/**
 * `/healthz`: the process lives. `/readyz`: it can do its work; a provider that is away, and what the store could
 * lose, is reported and not fatal.
 */
export function healthRoutes({ pingStore, findStoreRisks, isPrepared, providers }: HealthSources): Router {
  const router = Router();
  router.get('/healthz', (_request: Request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const [store, warnings] = await Promise.all([
      pingStore().then(
        (milliseconds) => ({ status: 'ok', milliseconds }),
        () => ({ status: 'unreachable' }),
      ),
      findStoreRisks().catch(() => []),
    ]);
    const ready = store.status === 'ok' && isPrepared();
    if (!ready) response.set('Retry-After', '5');
    response
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({
        status: ready ? 'ready' : 'not ready',
        store,
        warnings,
        providers: Object.fromEntries(
          providers.map(({ id, health }) => [id, health.reachable ? 'ok' : 'unreachable']),
        ),
      });
  });
  return router;
}
