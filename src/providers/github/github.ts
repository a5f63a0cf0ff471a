import { loadOnce } from '../../single-flight.js';
import { HealthRecord } from '../health.js';
import { loadRelyingParty } from '../load-relying-party.js';
import { PROVIDER_DEADLINE_MS } from '../outbound.js';
import { explaining } from '../own-errors.js';
import type { AuthorizationOptions, Provider } from '../provider.js';
import { ProviderApi } from '../provider-api.js';
import type { ProviderDependencies } from '../provider-kind.js';
import type { Granted, RelyingParty } from '../relying-party.js';
import { githubErrors } from './errors.js';
import { identityFromGitHub } from './identity.js';
import { GITHUB_MARK } from './mark.js';
import { revoke } from './revoke.js';
import { type GitHubConfig, tokenEndpointOf } from './settings.js';

const refusalRemedies: Provider['refusalRemedies'] = {
  email_missing:
    'GitHub tells no address of the person that takes mail: the scope user:email wasn’t granted, or SSO_GITHUB_SCOPE lacks it, or a GitHub App has no account permission “Email addresses: Read-only”. An address at users.noreply.github.com doesn’t count.',
  email_unverified:
    'The person’s primary address at GitHub isn’t verified: GitHub → Settings → Emails, as that person. Another address counts if they make it the primary one.',
  domain_not_trusted:
    'The primary address of the person’s GitHub account counts. If their work address is another one of it, they make it the primary one: GitHub → Settings → Emails.',
};

/** OAuth 2.0 without an ID token: `state` and PKCE bind the answer to the browser, the API names the person. */
export function createGitHubProvider(config: GitHubConfig, dependencies: ProviderDependencies): Provider {
  const { addresses, clock, log } = dependencies;
  const { redirectUri } = addresses;
  const { apiUrl, clientId, credentials, mapped } = config;
  const health = new HealthRecord(clock, log);
  const { explain, failureText } = explaining(githubErrors, {
    provider: 'GitHub',
    redirectUri,
    clientId,
    scopes: config.scopes,
    requestSettings: 'SSO_GITHUB_CLIENT_ID and SSO_GITHUB_SCOPE',
    addressSetting: 'SSO_GITHUB_URL',
    url: config.url,
  });

  const relyingParty = loadOnce(() =>
    loadRelyingParty({
      metadata: { document: metadataOf(config) },
      clientId,
      credentials,
      redirectUri,
      allowHttp: config.url.startsWith('http:'),
      refine: explain,
      remedies: { metadata: 'Check SSO_GITHUB_URL.' },
      health,
      clock,
      log,
    }),
  );

  /** Nothing waits for the revocation, and a sign-in doesn’t depend on it. */
  function revokeInBackground(party: RelyingParty, { accessToken }: Granted): void {
    const { secret } = credentials;
    const ask: Parameters<typeof revoke>[0]['ask'] = (url, question) =>
      party.published.ask(url, question, AbortSignal.timeout(PROVIDER_DEADLINE_MS));
    revoke({ apiUrl, clientId, secret, accessToken, ask }).catch((error: unknown) => {
      log.warn(
        { cause: party.published.meaningOf(error).cause },
        'GitHub did not revoke the access token of a sign-in, which isn’t kept here; it stays in force at GitHub',
      );
    });
  }

  return {
    id: config.id,
    config,
    button: { label: 'Continue with GitHub', mark: GITHUB_MARK, look: 'ink' },
    async authorizationUrl(secrets, options) {
      const url = await (await relyingParty()).authorizationUrl(secrets, parametersOf(config, options));
      url.searchParams.delete('nonce'); // of ID tokens
      return url;
    },
    async complete(parameters, secrets, tell) {
      const deadline = AbortSignal.timeout(PROVIDER_DEADLINE_MS);
      const begun = performance.now();
      const party = await relyingParty();
      const granted = await party.redeemWithoutIdToken(parameters, secrets, deadline);
      tell('the code was redeemed', () => ({ durationMs: Math.round(performance.now() - begun) }));
      try {
        const { accessToken, scope } = granted;
        const api = { api: new ProviderApi(apiUrl, party.published), url: apiUrl, accessToken, deadline };
        return await identityFromGitHub({ api, mapped, granted: scope, log });
      } finally {
        revokeInBackground(party, granted);
      }
    },
    get health() {
      return health.now;
    },
    explain,
    failureText,
    refusalRemedies,
    inspection: {
      redirectUri,
      datedCredentials: () => [],
      async examine() {
        const { examineGitHub } = await import('./examine.js');
        return examineGitHub(config, { redirectUri, explain });
      },
    },
    // GitHub publishes no metadata that would have to be kept up to date. Sign-ins show whether it can be reached.
    watch: async () => () => undefined,
  };
}

/** GitHub publishes no metadata for signing people in. */
function metadataOf({ url }: GitHubConfig) {
  return {
    // The `iss` of GitHub's authorization responses (RFC 9207), if they have one.
    issuer: `${url}/login/oauth`,
    authorization_endpoint: `${url}/login/oauth/authorize`,
    token_endpoint: tokenEndpointOf({ url }),
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  };
}

function parametersOf(
  { scopes }: GitHubConfig,
  { loginHint, selectAccount }: AuthorizationOptions,
): Readonly<Record<string, string>> {
  return {
    scope: scopes,
    // A person without an account has nothing to do in a console.
    allow_signup: 'false',
    ...(selectAccount && { prompt: 'select_account' }),
    ...(loginHint !== undefined && { login: loginHint }),
  };
}
