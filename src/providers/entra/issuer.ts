import type { ServerMetadata } from 'openid-client';
import { EntranceError } from '../../errors.js';
import { isTenantId } from '../../identity/tenant.js';
import type { SaidOfIssuer } from '../issuer.js';
import { authorityProblem, isExternalId, NO_EXTERNAL_ID } from './clouds.js';
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
  const tenant = tenantOf(metadata.issuer, config);
  if (tenant === undefined || !isExpected(tenant, config.tenantId)) {
    throw contradiction(
      `${config.authority}/${config.tenantId}/v2.0`,
      metadata.issuer,
      issuerRemedy(metadata.issuer, config),
    );
  }
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

/** The tenant ID in an issuer of this cloud, or the template; undefined where it is no issuer of this cloud. */
export function tenantOf(issuer: string, { authority }: Pick<Tenancy, 'authority'>): string | undefined {
  const [, tenant] =
    /^\/([^/]+)\/v2\.0$/.exec(issuer.startsWith(authority) ? issuer.slice(authority.length) : '') ?? [];
  return tenant === TEMPLATE || isTenantId(tenant) ? tenant : undefined;
}

/**
 * An issuer with the tenant in the place of the template, on any authority host; what is no template stays as it is. The
 * tenant is that of a token (`tid`), or of the issuer that an authorization response names.
 */
export function completeIssuer(stated: string, { iss = '', claims }: SaidOfIssuer): string {
  const { tid = /[^/]+(?=\/v2\.0$)/.exec(iss)?.[0] } = claims ?? {};
  return isTenantId(tid) ? stated.replace(TEMPLATE, tid) : stated;
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

function isExpected(tenant: string, configured: string): boolean {
  if (isTemplated(configured)) return tenant === TEMPLATE;
  if (configured === 'consumers') return tenant === PERSONAL_TENANT;
  return isTenantId(configured) ? tenant === configured : isTenantId(tenant);
}

/** Whether the metadata of what is configured has a template in its issuer. */
function isTemplated(configured: string): boolean {
  return configured === 'organizations' || configured === 'common';
}

function contradiction(expected: string, received: unknown, mend: string): EntranceError {
  return new EntranceError('sso_misconfigured', { cause: { expected, received }, mend });
}

/** The setting that leads to metadata of another issuer. */
function issuerRemedy(issuer: string, { authority, tenantId }: Tenancy): string {
  const { hostname, origin } = URL.canParse(issuer) ? new URL(issuer) : {};
  if (hostname === undefined || origin === undefined)
    return 'The received issuer is no address: look whether an outbound proxy answers in Microsoft’s place.';
  if (isExternalId(hostname)) return `The received issuer is one of External ID or B2C. ${NO_EXTERNAL_ID}.`;
  if (origin === authority)
    return `SSO_ENTRA_TENANT_ID has to be the tenant of the received issuer, and is ${tenantId}.`;
  return authorityProblem(hostname) === undefined
    ? `SSO_ENTRA_AUTHORITY has to be the origin of the received issuer, ${origin}.`
    : 'SSO_ENTRA_AUTHORITY has to be the origin of the cloud, such as https://login.microsoftonline.com: see “National clouds” in docs/entra-setup.md.';
}
