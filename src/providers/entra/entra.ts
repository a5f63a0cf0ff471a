import type { ServerMetadata } from 'openid-client';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { EntraConfig } from '../../config/config.js';
import type { Secret } from '../../config/secret.js';
import { EntranceError } from '../../errors.js';
import { claimsRequestFor } from '../../identity/auth-context.js';
import { type Claimed, type ClaimedRights, isComplete, namedIn, sortRights } from '../../identity/claimed.js';
import {
  ANY_TENANT,
  isTenantId,
  multiTenantNames,
  namedTenants,
  PERSONAL_TENANT,
} from '../../identity/tenant.js';
import { loadOnce } from '../../load-once.js';
import type { Tell } from '../../log.js';
import { datedCredentials } from '../credentials/expiry.js';
import { refusesCredential } from '../credentials/refusals.js';
import type { OperatorValues } from '../failure-text.js';
import type { Remedies } from '../failures.js';
import { HealthRecord } from '../health.js';
import { PROVIDER_DEADLINE } from '../outbound.js';
import type { AuthorizationOptions, OwnAddresses, Provider } from '../provider.js';
import type { RelyingParty } from '../relying-party.js';
import type { Refine } from '../reported-error.js';
import { readSessionClaims } from '../session-claims.js';
import { refineEntraError } from './aadsts.js';
import { claimNoticesTo } from './claim-notices.js';
import { identityFromEntraClaims, namesOfClaims } from './claims.js';
import { GLOBAL_GRAPH, graphOf } from './clouds.js';
import { groupsFromGraph } from './graph.js';
import { checkEntraMetadata, completeIssuer, foreignIssuerError, tenantOf } from './issuer.js';
import { type ClaimNotice, needsGroupIds } from './rights.js';

/**
 * Microsoft Entra ID: one tenant, or several. What speaks OpenID Connect is a tenth of a start with its libraries, and is
 * loaded when the provider is watched or first needed.
 */
export function createEntraProvider(
  config: EntraConfig,
  { redirectUri, signInUrl }: OwnAddresses,
  clock: Clock,
  log: Logger,
): Provider {
  const values = operatorValues(config, redirectUri, signInUrl);
  const metadataUrl = metadataUrlOf(config);
  const graphUrl = config.graphUrl ?? graphOf(config.authority);
  const explain: Refine = (reported) => refineEntraError(reported, values);
  const health = new HealthRecord(clock, log);
  const logNotice = claimNoticesTo(log);
  let loaded: RelyingParty | undefined;

  const relyingParty = loadOnce(async () => {
    const { RelyingParty } = await import('../relying-party.js').catch((error: unknown) => {
      const failure = new EntranceError('sso_failed', {
        cause: { reason: 'not loaded', error: String(error) },
      });
      health.failed(failure);
      throw failure;
    });
    loaded = new RelyingParty({
      metadata: {
        urls: [metadataUrl],
        accept: (published) => {
          checkEntraMetadata(published, config);
          return published;
        },
      },
      issuerRule: { complete: completeIssuer, aliases: [] },
      clientId: config.clientId,
      credentials: config.credentials,
      refusesCredential,
      redirectUri,
      allowHttp: config.authority.startsWith('http:'),
      foreignIssuerError: (issuer) => foreignIssuerError(issuer, config),
      refine: explain,
      remedies,
      health,
      clock,
      log,
    });
    return loaded;
  });

  async function metadata(): Promise<ServerMetadata> {
    return (await relyingParty()).published.metadata();
  }

  /** Those on the list or, of a single-tenant registration, the one that the metadata names. */
  async function allowedTenants(): Promise<readonly string[]> {
    if (multiTenantNames.includes(config.tenantId)) return config.allowedTenants;
    const tenant = tenantOf((await metadata()).issuer, config);
    return tenant === undefined ? [] : [tenant];
  }

  /** Asks Graph for the groups that a token doesn't hold. */
  async function allGroups(
    { groups }: ClaimedRights,
    notices: readonly ClaimNotice[],
    accessToken: Secret,
    deadline: AbortSignal,
    tell: Tell,
  ): Promise<Claimed> {
    if (isComplete(groups) || !needsGroupIds(config, notices)) return groups;
    if (graphUrl === undefined) {
      log.warn(
        'somebody’s token doesn’t hold all their groups, and which Graph to ask isn’t known: set SSO_ENTRA_GRAPH_URL',
      );
      return groups;
    }
    const { published } = await relyingParty();
    const ask = published.ask.bind(published);
    const found = await groupsFromGraph(graphUrl, accessToken, { ask, deadline, log });
    tell('Microsoft Graph was asked for the groups', () => ({ groups: found?.length ?? 'unknown' }));
    return found === undefined ? groups : sortRights([...namedIn(groups), ...found], []).groups;
  }

  async function isIssuer(iss: string): Promise<boolean> {
    const tenant = tenantOf(iss, config);
    const allowed = await allowedTenants();
    const isAllowed = isTenantId(tenant) && [tenant, ANY_TENANT].some((one) => allowed.includes(one));
    return isAllowed && iss === completeIssuer((await metadata()).issuer, { iss });
  }

  return {
    id: 'entra',
    displayName: 'Microsoft Entra ID',
    tenant: config.tenantId,
    signInLabel: 'Continue with Microsoft',
    authorizationUrl: async (secrets, options) =>
      (await relyingParty()).authorizationUrl(secrets, authorizationParameters(config, options)),
    async complete(parameters, secrets, tell) {
      const deadline = AbortSignal.timeout(PROVIDER_DEADLINE);
      const begun = performance.now();
      const { claims, accessToken, refreshToken } = await (await relyingParty()).redeem(
        parameters,
        secrets,
        deadline,
      );
      tell('the code was redeemed', () => ({ durationMs: Math.round(performance.now() - begun) }));
      tell('the ID token was read', () => namesOfClaims(claims));
      const notices: ClaimNotice[] = [];
      const identity = identityFromEntraClaims(claims, namedTenants(await allowedTenants()), (notice) => {
        notices.push(notice);
        logNotice(notice);
      });
      return {
        ...identity,
        groups: await allGroups(identity, notices, accessToken, deadline, tell),
        ...readSessionClaims(claims, await metadata()),
        refreshToken,
      };
    },
    confirm: async (refreshToken) => (await relyingParty()).confirm(refreshToken),
    allowedTenants,
    get health() {
      return health.now;
    },
    endSessionUrl: (returnTo, loginHint) =>
      endSessionUrl(loaded?.published.knownMetadata, returnTo, loginHint),
    isIssuer,
    readLogoutToken: async (token) => (await relyingParty()).readLogoutToken(token, isIssuer),
    inspection: {
      metadataUrl,
      redirectUri,
      graphUrl,
      metadata,
      explain,
      async tryCredentials() {
        // A resource that every tenant has, and that needs no assignment.
        const scope = `${graphUrl ?? GLOBAL_GRAPH}/.default`;
        const party = await relyingParty();
        if (!multiTenantNames.includes(config.tenantId)) return party.tryCredentials(scope);
        // Endpoints of several tenants give an application no token for itself (AADSTS50059).
        const [tenant] = namedTenants(config.allowedTenants).filter((one) => one !== PERSONAL_TENANT);
        return tenant === undefined
          ? undefined
          : party.tryCredentials(scope, `${config.authority}/${tenant}/oauth2/v2.0/token`);
      },
      datedCredentials: datedCredentials(config.credentials),
    },
    watch: async () => (await relyingParty()).published.watch(),
  };
}

const remedies: Remedies = {
  metadata:
    'Check SSO_ENTRA_AUTHORITY and SSO_ENTRA_TENANT_ID, and whether an outbound proxy answers in the provider’s place: “entrance doctor” shows what it gets.',
  keys: 'No published key fits the token. If it goes on: the registration may sign with a key of its own (claims mapping) that isn’t valid, so renew that key or take the claims-mapping policy away; see too that no outbound proxy answers for jwks_uri with old keys.',
};

/** With `appid` Microsoft also names the application’s own signing keys (claims mapping); to others it makes no difference. */
function metadataUrlOf({ authority, clientId, tenantId }: EntraConfig): string {
  return `${authority}/${tenantId}/v2.0/.well-known/openid-configuration?${new URLSearchParams({ appid: clientId })}`;
}

function operatorValues(config: EntraConfig, redirectUri: string, signInUrl: string): OperatorValues {
  const { authority, clientId, scopes, tenantId: tenant } = config;
  // Admin consent isn't to be had under common or consumers.
  const consenting = tenant === 'common' || tenant === 'consumers' ? 'organizations' : tenant;
  const query = new URLSearchParams({ client_id: clientId, scope: scopes, redirect_uri: signInUrl });
  const adminConsentUrl = `${authority}/${consenting}/v2.0/adminconsent?${query}`;
  return { redirectUri, clientId, tenant, authority, scopes, adminConsentUrl };
}

function authorizationParameters(
  config: EntraConfig,
  { loginHint, selectAccount, isInteractive, authContext }: AuthorizationOptions,
) {
  const usual = isInteractive && config.prompt === 'none' ? undefined : config.prompt;
  const prompt = selectAccount ? 'select_account' : usual;
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
