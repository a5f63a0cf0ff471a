import type { ForeignNames, ForeignTables } from '../../config/foreign-names.js';

const ENTRA_ID: Pick<ForeignNames, 'unless' | 'forSso'> = { unless: ['SSO_ENTRA_CLIENT_ID'], forSso: true };
const ENTRA_TENANT: Pick<ForeignNames, 'unless' | 'forSso'> = {
  unless: ['SSO_ENTRA_TENANT_ID'],
  forSso: true,
};
const ENTRA_SECRET: Pick<ForeignNames, 'unless' | 'forSso'> = {
  unless: [
    'SSO_ENTRA_CLIENT_SECRET',
    'SSO_ENTRA_CLIENT_SECRET_FILE',
    'SSO_ENTRA_CLIENT_CERTIFICATE_FILE',
    'SSO_ENTRA_FEDERATED_TOKEN_FILE',
    'AZURE_FEDERATED_TOKEN_FILE',
  ],
  forSso: true,
};

export const foreignNames: ForeignTables = {
  gateway: [
    {
      names: ['SSO_ISSUERS'],
      here: 'the settings name the providers; SSO_ENTRA_ALLOWED_TENANTS names the tenants',
    },
    { names: ['SSO_ENTRA_GROUPS_CLAIM'], here: 'the claims groups and roles are both read' },
    {
      names: ['SSO_ENTRA_GRAPH_API_ENABLED', 'SSO_ENTRA_GRAPH_API_TIMEOUT', 'SSO_ENTRA_GRAPH_API_MAX_GROUPS'],
      here: 'Graph is asked by itself if the groups don’t fit into the token (SSO_ENTRA_GRAPH_URL)',
    },
  ],
  common: [
    {
      names: [
        'CLIENT_ID',
        'AZURE_CLIENT_ID',
        'AZURE_AD_CLIENT_ID',
        'AZUREAD_CLIENT_ID',
        'AAD_CLIENT_ID',
        'ENTRA_CLIENT_ID',
        'MICROSOFT_CLIENT_ID',
        'OIDC_CLIENT_ID',
        'OAUTH2_PROXY_CLIENT_ID',
        'AUTH_MICROSOFT_ENTRA_ID_ID',
        'SSO_CLIENT_ID',
      ],
      here: 'the application is SSO_ENTRA_CLIENT_ID',
      ...ENTRA_ID,
    },
    {
      names: [
        'TENANT_ID',
        'AZURE_TENANT_ID',
        'AZURE_AD_TENANT_ID',
        'AZUREAD_TENANT_ID',
        'AAD_TENANT_ID',
        'ENTRA_TENANT_ID',
        'MICROSOFT_TENANT_ID',
        'OAUTH2_PROXY_AZURE_TENANT',
        'SSO_TENANT_ID',
      ],
      here: 'the tenant is SSO_ENTRA_TENANT_ID',
      ...ENTRA_TENANT,
    },
    {
      names: [
        'ISSUER_BASE_URL',
        'OIDC_ISSUER',
        'OIDC_ISSUER_URL',
        'OAUTH2_PROXY_OIDC_ISSUER_URL',
        'AUTH_MICROSOFT_ENTRA_ID_ISSUER',
      ],
      here: 'the tenant is SSO_ENTRA_TENANT_ID, the cloud SSO_ENTRA_AUTHORITY',
      ...ENTRA_TENANT,
    },
    {
      names: [
        'CLIENT_SECRET',
        'AZURE_CLIENT_SECRET',
        'AZURE_AD_CLIENT_SECRET',
        'AZUREAD_CLIENT_SECRET',
        'AAD_CLIENT_SECRET',
        'ENTRA_CLIENT_SECRET',
        'MICROSOFT_CLIENT_SECRET',
        'OIDC_CLIENT_SECRET',
        'OAUTH2_PROXY_CLIENT_SECRET',
        'AUTH_MICROSOFT_ENTRA_ID_SECRET',
        'SSO_CLIENT_SECRET',
      ],
      here: 'the client secret is SSO_ENTRA_CLIENT_SECRET',
      ...ENTRA_SECRET,
    },
  ],
};
