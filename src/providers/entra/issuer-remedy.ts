import { authorityProblem, cloudOf, isB2c, NO_B2C } from './clouds.js';
import {
  EXTERNAL_ID_FORM,
  externalIssuer,
  externalTenantOf,
  isExternalId,
  isExternalIdHost,
} from './external-id.js';
import type { EntraConfig } from './settings.js';

type Tenancy = Pick<EntraConfig, 'authority' | 'tenantId'>;

/** The setting to change if the metadata is that of another issuer than the expected one. */
export function issuerRemedy(issuer: string, config: Tenancy): string {
  const { authority, tenantId } = config;
  const { hostname, origin } = URL.canParse(issuer) ? new URL(issuer) : {};
  if (hostname === undefined || origin === undefined)
    return 'The received issuer is no address: look whether an outbound proxy answers in Microsoft’s place.';
  if (isB2c(hostname)) return `The received issuer is one of B2C. ${NO_B2C}.`;
  if (isExternalId(authority)) return remedyAtExternalId(issuer, config);
  if (isExternalIdHost(hostname)) return remedyElsewhere(issuer, config);
  if (origin === authority)
    return `SSO_ENTRA_TENANT_ID has to be the tenant of the received issuer, and is ${tenantId}.`;
  return authorityProblem(hostname) === undefined
    ? `SSO_ENTRA_AUTHORITY has to be the origin of the received issuer, ${origin}.`
    : 'SSO_ENTRA_AUTHORITY has to be the origin of the cloud, such as https://login.microsoftonline.com: see “National clouds” in docs/entra-setup.md.';
}

function remedyAtExternalId(issuer: string, { authority, tenantId }: Tenancy): string {
  return externalTenantOf(issuer) === undefined
    ? `The issuer of an external tenant names its ID twice, as ${externalIssuer('‹tenant ID›')} does: look whether an outbound proxy changes the metadata. For a tenant of employees SSO_ENTRA_AUTHORITY has to be https://login.microsoftonline.com.`
    : `SSO_ENTRA_TENANT_ID (${tenantId}) and SSO_ENTRA_AUTHORITY (${authority}) both have to be of the external tenant in the received issuer.`;
}

function remedyElsewhere(issuer: string, { authority, tenantId }: Tenancy): string {
  return cloudOf(authority) === undefined && externalTenantOf(issuer) !== undefined
    ? `With a custom URL domain SSO_ENTRA_TENANT_ID has to be the ID of the external tenant in the received issuer, and is ${tenantId}.`
    : `The received issuer is one of External ID: SSO_ENTRA_AUTHORITY has to be ${EXTERNAL_ID_FORM}, where people of the external tenant sign in.`;
}
