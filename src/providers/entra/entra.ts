import type { ServerMetadata } from 'openid-client';
import type { Logger } from 'pino';
import { withOfflineAccess } from '../../config/scopes.js';
import { claimsRequestFor } from '../../identity/auth-context.js';
import { type Claimed, type ClaimedRights, isComplete, namedIn, sortRights } from '../../identity/claimed.js';
import { isTenantId } from '../../identity/tenant.js';
import { type FailureText, inNameOf } from '../failure-text.js';
import type { Remedies } from '../failures.js';
import { createOpenIdProvider, type SignInContext } from '../openid.js';
import type { AuthorizationOptions, Provider } from '../provider.js';
import type { ProviderDependencies } from '../provider-kind.js';
import type { RelyingParty } from '../relying-party.js';
import type { Refine } from '../reported-error.js';
import { failureText, refineEntraError } from './aadsts.js';
import { claimNoticesTo } from './claim-notices.js';
import { identityFromEntraClaims, namesOfClaims } from './claims.js';
import { GLOBAL_GRAPH, graphOf } from './clouds.js';
import { groupsFromGraph } from './graph.js';
import { checkGraph, inspectionWords, refusalRemediesFor, renewal, texts } from './inspection.js';
import {
  checkEntraMetadata,
  completeIssuer,
  createIssuerPin,
  foreignIssuerError,
  tenantOf,
} from './issuer.js';
import { MICROSOFT_MARK } from './mark.js';
import { operatorValues } from './operator-values.js';
import { type ClaimNotice, needsGroupIds } from './rights.js';
import type { EntraConfig } from './settings.js';
import { ANY_TENANT, multiTenantNames, namedTenants, PERSONAL_TENANT } from './tenant.js';

export function createEntraProvider(config: EntraConfig, dependencies: ProviderDependencies): Provider {
  const { addresses, log } = dependencies;
  const values = operatorValues(config, addresses);
  const graphUrl = config.graphUrl ?? graphOf(config.authority);
  const explain: Refine = (reported) => refineEntraError(reported, values);
  const logNotice = claimNoticesTo(log);
  const pinIssuer = createIssuerPin();

  return createOpenIdProvider(
    {
      config,
      renewal,
      metadata: {
        urls: [metadataUrlOf(config)],
        accept(published) {
          checkEntraMetadata(published, config);
          pinIssuer(published.issuer);
          return published;
        },
      },
      allowHttp: config.authority.startsWith('http:'),
      issuerRule: { complete: completeIssuer, aliases: [] },
      foreignIssuerError: (issuer) => foreignIssuerError(issuer, config),
      remedies,
      isIssuer: (issuer, metadata) => isIssuer(issuer, metadata, config),
      async identify(claims, context) {
        const notices: ClaimNotice[] = [];
        const allowed = allowedTenants(context.metadata, config);
        const identity = identityFromEntraClaims(claims, allowed, (notice) => {
          notices.push(notice);
          logNotice(notice);
        });
        const needsGraph = !isComplete(identity.groups) && needsGroupIds(config, notices);
        return needsGraph
          ? { ...identity, groups: await allGroups(identity, graphUrl, context, log) }
          : identity;
      },
      claimsTold: namesOfClaims,
      authorizationParameters: (options) => authorizationParameters(config, options),
      button: { label: 'Continue with Microsoft', mark: MICROSOFT_MARK },
      explain,
      failureText: namedFailureText,
      texts,
      refusalRemedies: refusalRemediesFor(config),
      inspection: {
        words: inspectionWords(config, explain),
        tryCredentials: (party) => tryCredentials(party, config, graphUrl),
        moreChecks: () => checkGraph(graphUrl),
      },
      tenant: config.tenantId,
      stepsUp: true,
      confirms: true,
      // The hint is enough, so that no ID token stands in a URL.
      endSession: ({ returnTo, loginHint }) => ({
        post_logout_redirect_uri: returnTo,
        ...(loginHint !== undefined && { logout_hint: loginHint }),
      }),
    },
    dependencies,
  );
}

function namedFailureText(...[facts]: Parameters<typeof failureText>): FailureText | undefined {
  const text = failureText(facts);
  return text === undefined ? undefined : inNameOf('Microsoft', text);
}

/** The allowed tenants in the settings or, for a single-tenant registration, the tenant that the metadata names. */
function allowedTenants({ issuer }: ServerMetadata, config: EntraConfig): readonly string[] {
  if (multiTenantNames.includes(config.tenantId)) return config.allowedTenants;
  const tenant = tenantOf(issuer, config);
  return tenant === undefined ? [] : [tenant];
}

function isIssuer(iss: string, metadata: ServerMetadata, config: EntraConfig): boolean {
  const tenant = tenantOf(iss, config);
  const allowed = allowedTenants(metadata, config);
  const isAllowed = isTenantId(tenant) && [tenant, ANY_TENANT].some((one) => allowed.includes(one));
  return isAllowed && iss === completeIssuer(metadata.issuer, { iss });
}

/** Asks Graph for the groups that a token leaves out. */
async function allGroups(
  { groups }: ClaimedRights,
  graphUrl: string | undefined,
  { accessToken, ask, deadline, tell }: SignInContext,
  log: Logger,
): Promise<Claimed> {
  if (graphUrl === undefined) {
    log.warn(
      'somebody’s token doesn’t hold all their groups, and which Graph to ask isn’t known: set SSO_ENTRA_GRAPH_URL',
    );
    return groups;
  }
  const found = await groupsFromGraph(graphUrl, accessToken, { ask, deadline, log });
  tell('Microsoft Graph was asked for the groups', () => ({ groups: found?.length ?? 'unknown' }));
  return found === undefined ? groups : sortRights([...namedIn(groups), ...found], []).groups;
}

async function tryCredentials(party: RelyingParty, config: EntraConfig, graphUrl: string | undefined) {
  // Every tenant has this resource, and no assignment is needed for it.
  const scope = `${graphUrl ?? GLOBAL_GRAPH}/.default`;
  if (!multiTenantNames.includes(config.tenantId)) return party.tryCredentials(scope);
  // Multi-tenant endpoints give an application no token for itself (AADSTS50059).
  const [tenant] = namedTenants(config.allowedTenants).filter((one) => one !== PERSONAL_TENANT);
  return tenant === undefined
    ? undefined
    : party.tryCredentials(scope, `${config.authority}/${tenant}/oauth2/v2.0/token`);
}

const remedies: Remedies = {
  metadata:
    'Check SSO_ENTRA_AUTHORITY and SSO_ENTRA_TENANT_ID, and whether an outbound proxy answers in the provider’s place: “entrance doctor” shows what it gets.',
  keys: 'No published key fits the token. If it goes on: the registration may sign with a key of its own (claims mapping) that isn’t valid, so renew that key or take the claims-mapping policy away; see too that no outbound proxy answers for jwks_uri with old keys.',
};

/** `appid` makes Microsoft also publish the application’s own signing keys (claims mapping). */
function metadataUrlOf({ authority, clientId, tenantId }: EntraConfig): string {
  return `${authority}/${tenantId}/v2.0/.well-known/openid-configuration?${new URLSearchParams({ appid: clientId })}`;
}

function authorizationParameters(
  config: EntraConfig,
  { loginHint, selectAccount, isInteractive, authContext }: AuthorizationOptions,
) {
  const usual = isInteractive && config.prompt === 'none' ? undefined : config.prompt;
  const prompt = selectAccount ? 'select_account' : usual;
  return {
    scope: withOfflineAccess(config),
    response_mode: 'query',
    ...(prompt !== undefined ? { prompt } : {}),
    ...(config.domainHint !== undefined ? { domain_hint: config.domainHint } : {}),
    // Microsoft refuses a hint together with its account picker.
    ...(loginHint !== undefined && prompt !== 'select_account' ? { login_hint: loginHint } : {}),
    ...(authContext !== undefined ? { claims: claimsRequestFor(authContext) } : {}),
  };
}
