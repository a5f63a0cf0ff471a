import { isTenantId } from '../../identity/tenant.js';

const DOMAIN = 'ciamlogin.com';
/** The sign-in host of an external tenant, with the first part of its domain or with its ID. */
const HOST = /^([a-z\d-]+)\.ciamlogin\.com$/;
const ISSUER = /^https:\/\/([^./]+)\.ciamlogin\.com\/([^/]+)\/v2\.0$/;

/** The form of `SSO_ENTRA_AUTHORITY` for an external tenant. */
export const EXTERNAL_ID_FORM = `https://‹name›.${DOMAIN}`;

/** Whether people of an external tenant (Entra External ID) sign in at this origin. */
export function isExternalId(authority: string): boolean {
  return isExternalIdHost(new URL(authority).hostname);
}

export function isExternalIdHost(hostname: string): boolean {
  return HOST.test(hostname);
}

/** Undefined if the host's name, at which an external tenant's people sign in, isn't the tenant ID. */
export function tenantInHost(authority: string): string | undefined {
  const [, name] = HOST.exec(new URL(authority).hostname) ?? [];
  return isTenantId(name) ? name : undefined;
}

/** The tenant ID in an external tenant's issuer, where it stands twice; undefined for any other issuer. */
export function externalTenantOf(issuer: string): string | undefined {
  const [, host, path] = ISSUER.exec(issuer) ?? [];
  return host === path && isTenantId(host) ? host : undefined;
}

export function externalIssuer(tenant: string): string {
  return `https://${tenant}.${DOMAIN}/${tenant}/v2.0`;
}

/** The host with External ID’s domain in place of its own, for finding misspellings. */
export function asExternalIdHost(hostname: string): string {
  return [...hostname.split('.').slice(0, -2), DOMAIN].join('.');
}
