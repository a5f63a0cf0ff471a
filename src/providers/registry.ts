import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { createEntraProvider } from './entra/entra.js';
import type { OwnAddresses, Provider } from './provider.js';

/** Which providers there are, by the order of their buttons. */
export function createProviders(config: Config, clock: Clock, log: Logger): readonly Provider[] {
  const providers: Provider[] = [];
  if (config.sso.entra !== undefined) {
    providers.push(createEntraProvider(config.sso.entra, addresses(config, 'entra'), clock, log));
  }
  for (const { id } of providers) log.info(`SSO provider '${id}' initialized successfully`);
  return providers;
}

function addresses({ server: { baseUrl } }: Config, id: string): OwnAddresses {
  const base = `${baseUrl.origin}${baseUrl.path}`;
  return { redirectUri: `${base}/auth/sso/callback/${id}`, signInUrl: `${base}/admin/login` };
}
