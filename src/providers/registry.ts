import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import { EntranceError } from '../errors.js';
import type { ProviderCredential } from './credentials/expiry.js';
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

/** @throws EntranceError `provider_unknown` */
export function findProvider(providers: readonly Provider[], id: string): Provider {
  const provider = providers.find((one) => one.id === id);
  if (provider === undefined) throw new EntranceError('provider_unknown');
  return provider;
}

/** The credentials of all providers whose end is known, as they are at each call. */
export function datedCredentialsOf(providers: readonly Provider[]): () => readonly ProviderCredential[] {
  return () =>
    providers.flatMap(({ id, inspection }) =>
      inspection.datedCredentials().map((credential) => ({ ...credential, provider: id })),
    );
}

function addresses({ server: { baseUrl } }: Config, id: string): OwnAddresses {
  const base = `${baseUrl.origin}${baseUrl.path}`;
  return { redirectUri: `${base}/auth/sso/callback/${id}`, signInUrl: `${base}/admin/login` };
}
