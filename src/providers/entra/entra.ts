import type { ServerMetadata } from 'openid-client';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { EntraConfig } from '../../config/config.js';
import { EntranceError } from '../../errors.js';
import { claimsRequestFor } from '../../identity/auth-context.js';
import { credentialChain } from '../credentials/chain.js';
import { datedCredentials } from '../credentials/expiry.js';
import type { AuthorizationOptions, Provider } from '../provider.js';
import { RelyingParty } from '../relying-party.js';
import { readSessionClaims } from '../session-claims.js';
import { refineEntraError } from './aadsts.js';
import { identityFromEntraClaims } from './claims.js';
import { GLOBAL_GRAPH, graphOf } from './clouds.js';

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** Microsoft Entra ID, one tenant. */
export function createEntraProvider(
  config: EntraConfig,
  redirectUri: string,
  clock: Clock,
  log: Logger,
): Provider {
  const metadataUrl = `${config.authority}/${config.tenantId}/v2.0/.well-known/openid-configuration`;
  const graphUrl = graphOf(config.authority);
  const relyingParty = new RelyingParty({
    metadataUrl,
    checkMetadata: (metadata) => tenantOfIssuer(metadata, config),
    clientId: config.clientId,
    credentials: () => credentialChain(config.credentials),
    redirectUri,
    allowHttp: config.authority.startsWith('http:'),
    codeOfForeignIssuer: (issuer) => (isTenantIssuer(issuer, config) ? 'tenant_not_allowed' : undefined),
    refine: refineEntraError,
    clock,
    log,
  });
  const tenant = async () => tenantOfIssuer(await relyingParty.metadata(), config);

  return {
    id: 'entra',
    displayName: 'Microsoft Entra ID',
    signInLabel: 'Continue with Microsoft',
    authorizationUrl: (secrets, options) =>
      relyingParty.authorizationUrl(secrets, authorizationParameters(config, options)),
    async complete(parameters, secrets) {
      const tenantId = await tenant();
      const { claims, refreshToken } = await relyingParty.redeem(parameters, secrets);
      return {
        ...identityFromEntraClaims(claims, [tenantId]),
        ...readSessionClaims(claims, await relyingParty.metadata()),
        refreshToken,
      };
    },
    confirm: (refreshToken) => relyingParty.confirm(refreshToken),
    allowedTenants: async () => [await tenant()],
    get reachable() {
      return relyingParty.reachable;
    },
    endSessionUrl: (returnTo, loginHint) => endSessionUrl(relyingParty.knownMetadata, returnTo, loginHint),
    isIssuer: async (issuer) => issuer === (await relyingParty.metadata()).issuer,
    readLogoutToken: (token) => relyingParty.readLogoutToken(token),
    inspection: {
      metadataUrl,
      redirectUri,
      graphUrl,
      metadata: () => relyingParty.metadata(),
      // A resource that every tenant has, and that needs no assignment.
      tryCredentials: () => relyingParty.tryCredentials(`${graphUrl ?? GLOBAL_GRAPH}/.default`),
      datedCredentials: datedCredentials(config.credentials),
    },
    async warmUp() {
      await relyingParty.metadata().catch(() => undefined);
    },
  };
}

/** The tenant ID in the metadata's issuer, which has to be the configured one's (OpenID Connect Discovery §4.3). */
function tenantOfIssuer(metadata: ServerMetadata, config: EntraConfig): string {
  const prefix = `${config.authority}/`;
  const tenantId = metadata.issuer.slice(prefix.length, -'/v2.0'.length).toLowerCase();
  const expected = GUID.test(config.tenantId) ? config.tenantId : tenantId;
  const matches =
    GUID.test(tenantId) && metadata.issuer.toLowerCase() === `${prefix}${expected}/v2.0`.toLowerCase();
  if (!matches) {
    throw new EntranceError('sso_misconfigured', {
      cause: { expected: `${prefix}${config.tenantId}/v2.0`, received: metadata.issuer },
    });
  }
  return tenantId;
}

/** Whether an issuer is some tenant of the same cloud. */
function isTenantIssuer(issuer: string, config: EntraConfig): boolean {
  return (
    issuer.startsWith(`${config.authority}/`) &&
    GUID.test(issuer.slice(config.authority.length + 1, -'/v2.0'.length).toLowerCase())
  );
}

function authorizationParameters(
  config: EntraConfig,
  { loginHint, selectAccount, authContext }: AuthorizationOptions,
) {
  const prompt = selectAccount ? 'select_account' : config.prompt;
  return {
    scope: scopesOf(config),
    response_mode: 'query',
    ...(prompt !== undefined ? { prompt } : {}),
    ...(config.domainHint !== undefined ? { domain_hint: config.domainHint } : {}),
    // Microsoft refuses a hint beside its account picker.
    ...(loginHint !== undefined && prompt !== 'select_account' ? { login_hint: loginHint } : {}),
    ...(authContext !== undefined ? { claims: claimsRequestFor(authContext) } : {}),
  };
}

/** Refresh tokens are given for `offline_access` alone (OpenID Connect Core §11). */
function scopesOf({ scopes, revalidateInterval }: EntraConfig): string {
  const isThere = scopes.split(' ').includes('offline_access');
  return revalidateInterval === 0 || isThere ? scopes : `${scopes} offline_access`;
}

/** With the hint Microsoft needn't ask which account; an ID token never stands in a URL of ours. */
function endSessionUrl(
  metadata: ServerMetadata | undefined,
  returnTo: string,
  loginHint: string | undefined,
): string | undefined {
  if (metadata?.end_session_endpoint === undefined) return undefined;
  const url = new URL(metadata.end_session_endpoint);
  url.searchParams.set('post_logout_redirect_uri', returnTo);
  if (loginHint !== undefined) url.searchParams.set('logout_hint', loginHint);
  return url.href;
}
