import type { ServerMetadata } from 'openid-client';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { EntraConfig } from '../../config/config.js';
import { multiTenantNames, namedTenants } from '../../identity/tenant.js';
import type { OperatorValues } from '../failure-text.js';
import type { OwnAddresses, Provider } from '../provider.js';
import { RelyingParty } from '../relying-party.js';
import { refineEntraError } from './aadsts.js';
import { identityFromEntraClaims } from './claims.js';
import { checkEntraMetadata, completeIssuer, foreignIssuerError, tenantOf } from './issuer.js';

/** Microsoft Entra ID: one tenant, or several. */
export function createEntraProvider(
  config: EntraConfig,
  { redirectUri, signInUrl }: OwnAddresses,
  clock: Clock,
  log: Logger,
): Provider {
  const values = operatorValues(config, redirectUri, signInUrl);
  const relyingParty = new RelyingParty({
    metadataUrl: `${config.authority}/${config.tenantId}/v2.0/.well-known/openid-configuration`,
    checkMetadata: (metadata) => checkEntraMetadata(metadata, config),
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    redirectUri,
    allowHttp: config.authority.startsWith('http:'),
    completeIssuer,
    foreignIssuerError: (issuer) => foreignIssuerError(issuer, config),
    refine: (reported) => refineEntraError(reported, values),
    clock,
    log,
  });

  const { published } = relyingParty;

  /** Those on the list or, of a single-tenant registration, the one that the metadata names. */
  async function allowedTenants(): Promise<readonly string[]> {
    if (multiTenantNames.includes(config.tenantId)) return config.allowedTenants;
    const tenant = tenantOf((await published.metadata()).issuer, config);
    return tenant === undefined ? [] : [tenant];
  }

  return {
    id: 'entra',
    displayName: 'Microsoft Entra ID',
    signInLabel: 'Continue with Microsoft',
    authorizationUrl: (secrets, options) =>
      relyingParty.authorizationUrl(
        secrets,
        authorizationParameters(config, options.loginHint, options.selectAccount),
      ),
    async complete(parameters, secrets) {
      const claims = await relyingParty.redeem(parameters, secrets);
      return identityFromEntraClaims(claims, namedTenants(await allowedTenants()));
    },
    allowedTenants,
    get health() {
      return published.health.now;
    },
    endSessionUrl: (returnTo) => endSessionUrl(published.knownMetadata, returnTo),
    watch: () => published.watch(),
  };
}

function operatorValues(config: EntraConfig, redirectUri: string, signInUrl: string): OperatorValues {
  const { authority, clientId, scopes, tenantId: tenant } = config;
  // Admin consent isn't to be had under common or consumers.
  const consenting = tenant === 'common' || tenant === 'consumers' ? 'organizations' : tenant;
  const query = new URLSearchParams({ client_id: clientId, scope: scopes, redirect_uri: signInUrl });
  const adminConsentUrl = `${authority}/${consenting}/v2.0/adminconsent?${query}`;
  return { redirectUri, clientId, tenant, authority, scopes, adminConsentUrl };
}

function authorizationParameters(config: EntraConfig, loginHint: string | undefined, selectAccount = false) {
  const prompt = selectAccount ? 'select_account' : config.prompt;
  return {
    scope: config.scopes,
    response_mode: 'query',
    ...(prompt !== undefined ? { prompt } : {}),
    ...(config.domainHint !== undefined ? { domain_hint: config.domainHint } : {}),
    // Microsoft refuses a hint beside its account picker.
    ...(loginHint !== undefined && prompt !== 'select_account' ? { login_hint: loginHint } : {}),
  };
}

function endSessionUrl(metadata: ServerMetadata | undefined, returnTo: string): string | undefined {
  if (metadata?.end_session_endpoint === undefined) return undefined;
  const url = new URL(metadata.end_session_endpoint);
  url.searchParams.set('post_logout_redirect_uri', returnTo);
  return url.href;
}
