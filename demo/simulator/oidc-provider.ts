import { randomBytes } from 'node:crypto';
import type { Configuration, Provider } from 'oidc-provider';
import type { Application } from './entra-errors.js';
import { createMemoryAdapter } from './memory-adapter.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

export interface ProviderOptions {
  readonly issuer: string;
  readonly tenantId: string;
  readonly application: Application;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly renderError: NonNullable<Configuration['renderError']>;
}

/** The OpenID provider under the simulator: the code flow with PKCE for one application, at Entra's paths. */
export async function createOidcProvider(options: ProviderOptions): Promise<Provider> {
  return withoutNotices(async () => {
    const { default: OidcProvider } = await import('oidc-provider');
    const { Prompt, base } = (await import('oidc-provider')).interactionPolicy;
    const policy = base();
    policy.add(new Prompt({ name: 'select_account', requestable: true }), 0);
    const provider = new OidcProvider(options.issuer, {
      ...configuration(options),
      interactions: interactions(options, policy),
    });
    Object.defineProperty(provider.Client.prototype, 'redirectUriAllowed', {
      value: (uri: string) => options.redirectUris.some((registered) => sameRedirectUri(registered, uri)),
    });
    return provider;
  });
}

function configuration(options: ProviderOptions): Configuration {
  return {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: options.application.clientId,
        client_name: options.application.clientName,
        client_secret: options.clientSecret,
        redirect_uris: options.redirectUris,
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    clientAuthMethods: ['client_secret_post'],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    pkce: { required: () => true },
    renderError: options.renderError,
    responseTypes: ['code'],
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      jwks: '/discovery/v2.0/keys',
    },
    scopes: ['openid', 'profile', 'email', 'offline_access', 'User.Read'],
    ttl: {
      AccessToken: HOUR,
      AuthorizationCode: 10 * MINUTE,
      Grant: HOUR,
      IdToken: HOUR,
      Interaction: HOUR,
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

/** Its notices are for those who run it in earnest; here they would bury what the demo prints. */
async function withoutNotices<T>(create: () => Promise<T>): Promise<T> {
  const { info, warn } = console;
  const unlessNotice =
    (print: typeof warn) =>
    (text: unknown, ...more: unknown[]) => {
      if (!String(text).includes('oidc-provider ')) print(text, ...more);
    };
  console.info = unlessNotice(info);
  console.warn = unlessNotice(warn);
  try {
    return await create();
  } finally {
    Object.assign(console, { info, warn });
  }
}
