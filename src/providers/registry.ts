import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { Config, ProviderConfig } from '../config/config.js';
import { EntranceError } from '../errors.js';
import type { ProviderCredential } from './credentials/expiry.js';
import { providerKinds } from './kinds.js';
import type { OwnAddresses, Provider } from './provider.js';
import type { ProviderKind } from './provider-kind.js';

/** The configured providers, in the order of their buttons. */
export function createProviders(
  config: Config,
  clock: Clock,
  log: Logger,
  kinds: readonly ProviderKind[] = providerKinds,
): readonly Provider[] {
  return config.sso.providers.map((one) => {
    const addresses = addressesOf(config, one.id);
    const provider = kindOf(one, kinds).create(one, {
      addresses,
      clock,
      log: log.child({ provider: one.id }),
    });
    log.info(`SSO provider '${provider.id}' initialized successfully`);
    return provider;
  });
}

function kindOf({ kind }: ProviderConfig, kinds: readonly ProviderKind[]): ProviderKind {
  const found = kinds.find((one) => one.kind === kind);
  if (found === undefined) throw new TypeError(`no kind of provider is called ${kind}`);
  return found;
}

/** @throws EntranceError `provider_unknown` */
export function findProvider(providers: readonly Provider[], id: string): Provider {
  const provider = providers.find((one) => one.id === id);
  if (provider === undefined) throw new EntranceError('provider_unknown');
  return provider;
}

/** Makes a function that reads, at each call, the credentials with a known end of all providers. */
export function datedCredentialsOf(providers: readonly Provider[]): () => readonly ProviderCredential[] {
  return () =>
    providers.flatMap(({ id, inspection }) =>
      inspection.datedCredentials().map((credential) => ({ ...credential, provider: id })),
    );
}

function addressesOf({ server: { baseUrl } }: Config, id: string): OwnAddresses {
  const base = `${baseUrl.origin}${baseUrl.path}`;
  return { redirectUri: `${base}/auth/sso/callback/${id}`, signInUrl: `${base}/admin/login` };
}
