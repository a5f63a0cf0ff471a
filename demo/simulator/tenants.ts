import type { IncomingMessage } from 'node:http';
import type { Persona } from '../personas.js';

/** What stands in the place of the tenant in the issuer of a multi-tenant endpoint. */
const TEMPLATE = '{tenantid}';
/** The tenant of all personal accounts. */
const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** In place of a tenant in an address: of several tenants. */
export const multiTenantNames: readonly string[] = ['organizations', 'common', 'consumers'];

const asked = new WeakMap<IncomingMessage, string>();

/** Remembers which tenant, or which name for several, the request was made to. */
export function rememberTenant(request: IncomingMessage, tenant: string): void {
  asked.set(request, tenant.toLowerCase());
}

/** `organizations`, `common` or `consumers`, where the request was made to one of these. */
export function multiTenantNameOf(request: IncomingMessage): string | undefined {
  const tenant = asked.get(request);
  return tenant !== undefined && multiTenantNames.includes(tenant) ? tenant : undefined;
}

/** The tenant in the issuer of the metadata and of the key set; for several tenants that is a template. */
export function publishedTenant(request: IncomingMessage, tenantId: string): string {
  const name = multiTenantNameOf(request);
  return name === undefined ? tenantId : name === 'consumers' ? PERSONAL : TEMPLATE;
}

/** @param authority undefined for an external tenant, whose issuer has the tenant for a host */
export function issuerOfTenant(tenant: string, authority: string | undefined): string {
  return `${authority ?? `https://${tenant}.ciamlogin.com`}/${tenant}/v2.0`;
}

/** The tenant that a token for this person names. */
export function homeOf(persona: Persona, request: IncomingMessage, tenantId: string): string {
  return persona.tenantId ?? (multiTenantNameOf(request) === 'consumers' ? PERSONAL : tenantId);
}
