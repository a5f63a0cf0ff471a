import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { createEntraProvider } from './entra/entra.js';
import type { Provider } from './provider.js';

/** Which providers there are, by the order of their buttons. */
export function createProviders(config: Config, clock: Clock, log: Logger): readonly Provider[] {
  const providers: Provider[] = [];
  if (config.sso.entra !== undefined) {
    providers.push(createEntraProvider(config.sso.entra, callbackUrl(config, 'entra'), clock, log));
  }
  for (const { id } of providers) log.info(`SSO provider '${id}' initialized successfully`);
  return providers;
}

function callbackUrl({ server: { baseUrl } }: Config, id: string): string {
  return `${baseUrl.origin}${baseUrl.path}/auth/sso/callback/${id}`;
}
