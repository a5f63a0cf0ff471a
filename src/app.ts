import express, { type Express } from 'express';
import { assembleEntrance, type EntranceDependencies } from './entrance.js';
import { parseAddress } from './identity/network.js';
import { type HealthSources, healthRoutes } from './operations/health.js';
import { createMetrics, metricsRoutes } from './operations/metrics.js';
import { requestLog } from './operations/request-log.js';
import { errorHandler, notFound } from './pages/answer-error.js';
import { noStore, securityHeaders } from './pages/security-headers.js';
import { datedCredentialsOf } from './providers/registry.js';
import { identifyRequest } from './requests/request-id.js';

/** The app of the standalone server, which mounts `entrance.routes` as a host app does. */
export function createApp(deps: EntranceDependencies & HealthSources): Express {
  const { config, log, providers, clock } = deps;
  const { path } = config.server.baseUrl;
  const metrics = createMetrics({
    ofProcess: true,
    datedCredentials: datedCredentialsOf(providers),
    clock,
    log,
  });
  const entrance = assembleEntrance({ ...deps, countSignIn: metrics.countSignIn });
  const operators = [healthRoutes(deps), metricsRoutes(metrics, config.metricsToken)];

  const app = express();
  app.set('trust proxy', config.server.trustProxy);
  trustAddressesWithoutPort(app);
  app.set('query parser', 'simple');
  app.set('env', 'production');
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(identifyRequest, requestLog(log), metrics.measure, securityHeaders(config.server.baseUrl));
  app.use(operators);
  if (path !== '') app.use(path, operators);
  app.get('/', noStore, (_request, response) => response.redirect(303, entrance.pages.at('/admin')));
  app.use(entrance.routes);
  app.use(noStore, notFound);
  app.use(errorHandler(entrance.answerError));
  return app;
}

/** Some proxies add a port, and Express would compare `10.1.0.4:40213` as a whole with the trusted addresses. */
function trustAddressesWithoutPort(app: Express): void {
  const isTrusted: (address: string, hop: number) => boolean = app.get('trust proxy fn');
  app.set('trust proxy', (address: string, hop: number) => isTrusted(parseAddress(address) ?? address, hop));
}
