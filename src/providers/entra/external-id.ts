import { isTenantId } from '../../identity/tenant.js';

const DOMAIN = 'ciamlogin.com';
/** The sign-in of an external tenant: the first part of its domain, or its ID. */
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

/** The ID of an external tenant, if the origin where its people sign in has it in its name. */
export function tenantInHost(authority: string): string | undefined {
  const [, name] = HOST.exec(new URL(authority).hostname) ?? [];
  return isTenantId(name) ? name : undefined;
}

/** The ID of an external tenant, which its issuer names twice; undefined for any other issuer. */
export function externalTenantOf(issuer: string): string | undefined {
  const [, host, path] = ISSUER.exec(issuer) ?? [];
  return host === path && isTenantId(host) ? host : undefined;
}

/** The issuer of an external tenant, whatever name of it is asked. */
export function externalIssuer(tenant: string): string {
  return `https://${tenant}.${DOMAIN}/${tenant}/v2.0`;
}

/** A host with External ID’s domain in the place of its own, to find slips. */
export function asExternalIdHost(hostname: string): string {
  return hostname.replace(/[^.]+\.[^.]+$/, DOMAIN);
}
