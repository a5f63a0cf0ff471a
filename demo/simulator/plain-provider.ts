import { randomBytes } from 'node:crypto';
import type { ClientMetadata, Configuration, Provider } from 'oidc-provider';
import { createMemoryAdapter } from './memory-adapter.js';
import { withoutNotices } from './without-notices.js';

const LIFETIME_SECONDS = 600;

/**
 * An OpenID provider as the certified library has it, in nobody’s shape: the code flow with PKCE.
 * @param configuration replaces members of the configuration that all of these providers have
 */
export function createPlainProvider(
  issuer: string,
  clients: readonly ClientMetadata[],
  configuration: Configuration,
): Promise<Provider> {
  return withoutNotices(async () => {
    const { default: OidcProvider, interactionPolicy } = await import('oidc-provider');
    const policy = interactionPolicy.base();
    policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
    return new OidcProvider(issuer, {
      adapter: await adapterWith(clients),
      cookies: { keys: [randomBytes(32).toString('base64url')] },
      features: { devInteractions: { enabled: false }, userinfo: { enabled: true } },
      interactions: { policy, url: (_, { uid }) => `/interaction/${uid}` },
      pkce: { required: () => true },
      ttl: {
        AccessToken: LIFETIME_SECONDS,
        AuthorizationCode: LIFETIME_SECONDS,
        Grant: LIFETIME_SECONDS,
        IdToken: LIFETIME_SECONDS,
        Interaction: LIFETIME_SECONDS,
        RefreshToken: LIFETIME_SECONDS,
        Session: LIFETIME_SECONDS,
      },
      ...configuration,
    });
  });
}

/**
 * Through the adapter, since the OpenID provider copies the `clients` of its configuration into objects that Jest
 * gives other prototypes, and then doesn’t know them as key sets.
 */
async function adapterWith(clients: readonly ClientMetadata[]) {
  const adapter = createMemoryAdapter();
  for (const client of clients)
    await adapter('Client').upsert(client.client_id, { ...client }, Number.POSITIVE_INFINITY);
  return adapter;
}
