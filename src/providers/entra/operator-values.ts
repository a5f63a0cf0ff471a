import type { OperatorValues } from '../failure-text.js';
import type { OwnAddresses } from '../provider.js';
import { GLOBAL_AUTHORITY } from './clouds.js';
import { isExternalId } from './external-id.js';
import type { EntraConfig } from './settings.js';

export interface EntraOperatorValues extends OperatorValues {
  readonly tenant: string;
  readonly authority: string;
  readonly adminConsentUrl: string;
}

/** The values that don’t depend on the configuration. */
export const fixedValues = {
  provider: 'Microsoft',
  requestSettings: 'SSO_ENTRA_SCOPES, SSO_ENTRA_PROMPT and SSO_ENTRA_DOMAIN_HINT',
  addressSetting: 'SSO_ENTRA_AUTHORITY',
} as const;

export function operatorValues(
  config: EntraConfig,
  { redirectUri, signInUrl }: OwnAddresses,
): EntraOperatorValues {
  const { authority, clientId, scopes, tenantId: tenant } = config;
  // Admin consent isn't available under common or consumers.
  const consenting = tenant === 'common' || tenant === 'consumers' ? 'organizations' : tenant;
  const query = new URLSearchParams({ client_id: clientId, scope: scopes, redirect_uri: signInUrl });
  // The administrators of an external tenant sign in at the global authority, not where its people do.
  const theirs = isExternalId(authority) ? GLOBAL_AUTHORITY : authority;
  const adminConsentUrl = `${theirs}/${consenting}/v2.0/adminconsent?${query}`;
  return { ...fixedValues, redirectUri, clientId, tenant, authority, scopes, adminConsentUrl };
}
