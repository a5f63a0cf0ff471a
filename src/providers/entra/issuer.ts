import type { ServerMetadata } from 'openid-client';
import { EntranceError } from '../../errors.js';
import { isTenantId } from '../../identity/tenant.js';
import type { SaidOfIssuer } from '../issuer.js';
import { cloudOf } from './clouds.js';
import { externalIssuer, externalTenantOf, isExternalId, tenantInHost } from './external-id.js';
import { issuerRemedy } from './issuer-remedy.js';
import type { EntraConfig } from './settings.js';
import { PERSONAL_TENANT } from './tenant.js';

/** Stands in place of the tenant in the issuer of a multi-tenant endpoint. */
const TEMPLATE = '{tenantid}';
/** The issuer of v1.0 tokens, in any cloud. */
const VERSION_1_ISSUER = /^https:\/\/sts\.[\w.-]+\/[0-9a-f-]{36}\/$/;

type Tenancy = Pick<EntraConfig, 'authority' | 'tenantId'>;

/**
 * Checks that the metadata belongs to the configured cloud and tenant (OpenID Connect Discovery §4.3), and that its
 * endpoints send codes and secrets to that cloud only.
 * @throws EntranceError `sso_misconfigured`
 */
export function checkEntraMetadata(metadata: ServerMetadata, config: Tenancy): void {
  const { issuer } = metadata;
  if (!isExpected(issuer, config))
    throw contradiction(expectedIssuer(config), issuer, issuerRemedy(issuer, config));
  const { authorization_endpoint, jwks_uri, token_endpoint } = metadata;
  for (const endpoint of [authorization_endpoint, token_endpoint, jwks_uri]) {
    if (endpoint === undefined || !endpoint.startsWith(`${config.authority}/`)) {
      throw contradiction(
        `${config.authority}/…`,
        endpoint,
        'The metadata names an address outside of SSO_ENTRA_AUTHORITY: look whether an outbound proxy changes it.',
      );
    }
  }
}

/** Keeps to the first issuer for as long as the process lives, since a domain may be moved to another tenant. */
export function createIssuerPin(): (issuer: string) => void {
  let pinned: string | undefined;
  return (issuer) => {
    pinned ??= issuer;
    if (issuer !== pinned)
      throw contradiction(
        pinned,
        issuer,
        'The metadata names another tenant than before: look whether an outbound proxy changes it. If the domain in SSO_ENTRA_TENANT_ID was moved on purpose, set the directory (tenant) ID in its place, and restart.',
      );
  };
}

/**
 * The tenant ID in an issuer of this cloud, or the template; undefined for the issuer of another cloud. An unknown host
 * may be the custom URL domain of an external tenant.
 */
export function tenantOf(issuer: string, { authority }: Pick<Tenancy, 'authority'>): string | undefined {
  if (isExternalId(authority)) return externalTenantOf(issuer);
  const [, tenant] =
    /^\/([^/]+)\/v2\.0$/.exec(issuer.startsWith(authority) ? issuer.slice(authority.length) : '') ?? [];
  if (tenant === TEMPLATE || isTenantId(tenant)) return tenant;
  return cloudOf(authority) === undefined ? externalTenantOf(issuer) : undefined;
}

/**
 * Replaces the template in an issuer by the tenant; an issuer without a template stays as it is. The tenant is that of
 * the token (`tid`), or that of the issuer in an authorization response.
 */
export function completeIssuer(stated: string, { iss = '', claims }: SaidOfIssuer): string {
  const { tid = iss.endsWith('/v2.0') ? iss.split('/').at(-2) : undefined } = claims ?? {};
  return isTenantId(tid) ? stated.replaceAll(TEMPLATE, tid) : stated;
}

export function foreignIssuerError(issuer: string, config: Tenancy): EntranceError | undefined {
  if (VERSION_1_ISSUER.test(issuer)) return versionError();
  const tenant = tenantOf(issuer, config);
  return isTenantId(tenant) && !isTemplated(config.tenantId)
    ? new EntranceError('tenant_not_allowed', { cause: { claim: 'iss' }, facts: { tenantId: tenant } })
    : undefined;
}

/** The error for a token of version 1.0, whose claims are fewer and differ. */
export function versionError(): EntranceError {
  return new EntranceError('sso_misconfigured', {
    cause: { claim: 'ver' },
    remedy:
      'Only v2.0 ID tokens are accepted. App registrations → your app → Manifest: set requestedAccessTokenVersion (api) to 2, and leave SSO_ENTRA_AUTHORITY without a version.',
  });
}

function isExpected(issuer: string, config: Tenancy): boolean {
  const tenant = tenantOf(issuer, config);
  if (tenant === undefined) return false;
  return externalTenantOf(issuer) === undefined
    ? isTenantExpected(tenant, config.tenantId)
    : isExternalTenantExpected(tenant, config);
}

function isTenantExpected(tenant: string, configured: string): boolean {
  if (isTemplated(configured)) return tenant === TEMPLATE;
  if (configured === 'consumers') return tenant === PERSONAL_TENANT;
  return isTenantId(configured) ? tenant === configured : isTenantId(tenant);
}

/** Behind a custom URL domain, only a tenant ID in the settings says which external tenant is meant. */
function isExternalTenantExpected(tenant: string, { authority, tenantId }: Tenancy): boolean {
  const named = [tenantInHost(authority), tenantId].filter(isTenantId);
  return (isExternalId(authority) || isTenantId(tenantId)) && named.every((one) => one === tenant);
}

function expectedIssuer({ authority, tenantId }: Tenancy): string {
  if (!isExternalId(authority)) return `${authority}/${tenantId}/v2.0`;
  return externalIssuer(tenantInHost(authority) ?? (isTenantId(tenantId) ? tenantId : '‹tenant ID›'));
}

function isTemplated(configured: string): boolean {
  return configured === 'organizations' || configured === 'common';
}

function contradiction(expected: string, received: unknown, remedy: string): EntranceError {
  return new EntranceError('sso_misconfigured', { cause: { expected, received }, remedy });
}
