import type { ServerMetadata } from 'openid-client';
import { EntranceError } from '../../errors.js';
import { isTenantId } from '../../identity/tenant.js';
import type { SaidOfIssuer } from '../issuer.js';
import { cloudOf } from './clouds.js';
import { externalIssuer, externalTenantOf, isExternalId, tenantInHost } from './external-id.js';
import { issuerRemedy } from './issuer-remedy.js';
import type { EntraConfig } from './settings.js';
import { PERSONAL_TENANT } from './tenant.js';

/** Stands in the place of the tenant where an issuer is that of a multi-tenant endpoint. */
const TEMPLATE = '{tenantid}';
/** Issuer of v1.0 tokens, in any cloud. */
const VERSION_1_ISSUER = /^https:\/\/sts\.[\w.-]+\/[0-9a-f-]{36}\/$/;

type Tenancy = Pick<EntraConfig, 'authority' | 'tenantId'>;

/**
 * Whether the metadata is that of the configured cloud and tenant (OpenID Connect Discovery §4.3), and sends codes and
 * secrets to that cloud alone.
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

/** A domain may be moved to another tenant: the first issuer remains the only one for as long as this is in use. */
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
 * The tenant ID in an issuer of this cloud, or the template; undefined where it is no issuer of this cloud. A host that we
 * don’t know may be the custom URL domain of an external tenant.
 */
export function tenantOf(issuer: string, { authority }: Pick<Tenancy, 'authority'>): string | undefined {
  if (isExternalId(authority)) return externalTenantOf(issuer);
  const [, tenant] =
    /^\/([^/]+)\/v2\.0$/.exec(issuer.startsWith(authority) ? issuer.slice(authority.length) : '') ?? [];
  if (tenant === TEMPLATE || isTenantId(tenant)) return tenant;
  return cloudOf(authority) === undefined ? externalTenantOf(issuer) : undefined;
}

/**
 * An issuer with the tenant in the place of the template, on any authority host; what is no template stays as it is. The
 * tenant is that of a token (`tid`), or of the issuer that an authorization response names.
 */
export function completeIssuer(stated: string, { iss = '', claims }: SaidOfIssuer): string {
  const { tid = iss.endsWith('/v2.0') ? iss.split('/').at(-2) : undefined } = claims ?? {};
  return isTenantId(tid) ? stated.replaceAll(TEMPLATE, tid) : stated;
}

/** What it means that a token comes from another issuer than that of the one tenant that is configured. */
export function foreignIssuerError(issuer: string, config: Tenancy): EntranceError | undefined {
  if (VERSION_1_ISSUER.test(issuer)) return versionError();
  const tenant = tenantOf(issuer, config);
  return isTenantId(tenant) && !isTemplated(config.tenantId)
    ? new EntranceError('tenant_not_allowed', { cause: { claim: 'iss' }, facts: { tenantId: tenant } })
    : undefined;
}

/** A token of version 1.0, which says too little and says it otherwise. */
export function versionError(): EntranceError {
  return new EntranceError('sso_misconfigured', {
    cause: { claim: 'ver' },
    mend: 'Only v2.0 ID tokens are accepted. App registrations → your app → Manifest: set requestedAccessTokenVersion (api) to 2, and leave SSO_ENTRA_AUTHORITY without a version.',
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

/** Behind a custom URL domain nothing but the ID in the settings says which external tenant is meant. */
function isExternalTenantExpected(tenant: string, { authority, tenantId }: Tenancy): boolean {
  const named = [tenantInHost(authority), tenantId].filter(isTenantId);
  return (isExternalId(authority) || isTenantId(tenantId)) && named.every((one) => one === tenant);
}

function expectedIssuer({ authority, tenantId }: Tenancy): string {
  if (!isExternalId(authority)) return `${authority}/${tenantId}/v2.0`;
  return externalIssuer(tenantInHost(authority) ?? (isTenantId(tenantId) ? tenantId : '‹tenant ID›'));
}

/** Whether the metadata of what is configured has a template in its issuer. */
function isTemplated(configured: string): boolean {
  return configured === 'organizations' || configured === 'common';
}

function contradiction(expected: string, received: unknown, mend: string): EntranceError {
  return new EntranceError('sso_misconfigured', { cause: { expected, received }, mend });
}
