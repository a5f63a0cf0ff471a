import { randomBytes } from 'node:crypto';
import type { AdapterFactory, Configuration, Provider } from 'oidc-provider';
import type { Application } from './entra-errors.js';
import { createMemoryAdapter } from './memory-adapter.js';
import type { RegisteredCredentials } from './registered-credentials.js';
import { withoutNotices } from './without-notices.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Stands for `offline_access`, which the OpenID provider gives for `prompt=consent` only, and Entra always. */
export const OFFLINE_SCOPE = 'entra_offline_access';

export interface ProviderOptions {
  readonly issuer: string;
  readonly tenantId: string;
  readonly application: Application;
  readonly credentials: RegisteredCredentials;
  readonly redirectUris: readonly string[];
  readonly renderError: NonNullable<Configuration['renderError']>;
}

/** The OpenID provider under the simulator: the code flow with PKCE for one application, at Entra's paths. */
export async function createEntraProvider(options: ProviderOptions): Promise<Provider> {
  return withoutNotices(async () => {
    const { default: OidcProvider, errors, interactionPolicy } = await import('oidc-provider');
    const policy = interactionPolicy.base();
    policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
    const { credentials } = options;
    const provider = new OidcProvider(options.issuer, {
      ...configuration(options, await createAdapter(options)),
      interactions: interactions(options, policy),
      assertJwtClientAuthClaimsAndHeader(ctx, claims, header) {
        if (claims.aud === ctx.oidc.urlFor('token') && credentials.knowsThumbprint(header)) return;
        throw new errors.InvalidClientAuth('not the assertion of a registered certificate');
      },
    });
    Object.defineProperties(provider.Client.prototype, {
      redirectUriAllowed: {
        value: (uri: string) => options.redirectUris.some((registered) => sameRedirectUri(registered, uri)),
      },
      // Entra takes whichever registered credential comes; the OpenID provider knows one kind for each application.
      clientAuthMethod: {
        get: () =>
          OidcProvider.ctx?.oidc.params?.client_assertion === undefined
            ? 'client_secret_post'
            : 'private_key_jwt',
      },
      compareClientSecret: { value: (secret: string) => credentials.acceptsSecret(secret) },
    });
    return provider;
  });
}

/**
 * Through the adapter, since the OpenID provider copies the `clients` of its configuration into objects that Jest
 * gives other prototypes, and then doesn’t know them as key sets.
 */
async function createAdapter({ application, credentials, redirectUris }: ProviderOptions) {
  const adapter = createMemoryAdapter();
  await adapter('Client').upsert(
    application.clientId,
    {
      client_id: application.clientId,
      client_name: application.clientName,
      client_secret: 'any that is registered',
      grant_types: ['authorization_code', 'client_credentials', 'refresh_token'],
      jwks: { keys: credentials.publicKeys() },
      redirect_uris: [...redirectUris],
      token_endpoint_auth_method: 'client_secret_post',
    },
    Number.POSITIVE_INFINITY,
  );
  return adapter;
}

function configuration(options: ProviderOptions, adapter: AdapterFactory): Configuration {
  return {
    adapter,
    clientAuthMethods: ['client_secret_post', 'private_key_jwt'],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: {
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    // Entra doesn’t tie a refresh token to the browser, and gives a new one each time.
    expiresWithSession: () => false,
    rotateRefreshToken: true,
    issueRefreshToken: (_, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') && scopes.has(OFFLINE_SCOPE),
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    pkce: { required: () => true },
    renderError: options.renderError,
    responseTypes: ['code'],
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      jwks: '/discovery/v2.0/keys',
    },
    scopes: [
      'openid',
      'profile',
      'email',
      'offline_access',
      OFFLINE_SCOPE,
      'User.Read',
      'https://graph.microsoft.com/.default',
    ],
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 10 * MINUTE,
      ClientCredentials: HOUR,
      Grant: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: 90 * 24 * HOUR,
      Session: HOUR,
    },
  };
}

function interactions(
  { tenantId }: ProviderOptions,
  policy: NonNullable<Configuration['interactions']>['policy'],
) {
  return {
    ...(policy === undefined ? {} : { policy }),
    url: (_: unknown, { uid }: { uid: string }) => `/${tenantId}/interaction/${uid}`,
  };
}

/** Entra compares redirect URIs exactly, but ignores the port of loopback ones (RFC 8252 §7.3). */
function sameRedirectUri(registered: string, sent: string): boolean {
  return (
    registered === sent ||
    (URL.canParse(sent) && withoutLoopbackPort(registered) === withoutLoopbackPort(sent))
  );
}

function withoutLoopbackPort(uri: string): string {
  const url = new URL(uri);
  if (url.hostname === 'localhost' || url.hostname === '127.0.0.1') url.port = '';
  return url.href;
}
