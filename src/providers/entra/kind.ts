import { isTenantId } from '../../identity/tenant.js';
import { onlyProvider } from '../provider-kind.js';
import { checkEntra } from './contradictions.js';
import { AZURE_TOKEN_FILE } from './credential-settings.js';
import { createEntraProvider } from './entra.js';
import { foreignNames } from './foreign-names.js';
import { type EntraConfig, entraNames, entraSettings, readEntra } from './settings.js';
import { multiTenantNames } from './tenant.js';

export const entra = onlyProvider<EntraConfig>({
  names: entraNames,
  settings: entraSettings,
  othersNames: [AZURE_TOKEN_FILE],
  foreignNames,
  read: readEntra,
  keepsOut,
  check: checkEntra,
  create: createEntraProvider,
});

function keepsOut({ allowedTenants, tenantId }: EntraConfig, tenant: string): string | undefined {
  const admitted = multiTenantNames.includes(tenantId) ? allowedTenants : [tenantId];
  const isKnown = admitted.every(isTenantId);
  return isKnown && !admitted.includes(tenant)
    ? `Nobody can sign in with ${tenant} before SSO_ENTRA_TENANT_ID or SSO_ENTRA_ALLOWED_TENANTS names it.`
    : undefined;
}
