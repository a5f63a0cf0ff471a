import { type Body, CLIENTS, type ClientId } from '../openid-provider.js';
import type { Settings } from '../settings.js';
import type { ProviderId } from './provider.js';

/** What is a vendor’s own about a provider that speaks OpenID Connect. */
export interface Shape {
  readonly id: Exclude<ProviderId, 'entra' | 'github'>;
  readonly client: ClientId;
  /** The path of the issuer, such as `/oauth2/default`. */
  readonly path: string;
  /** The name by which browsers reach it, and which its tokens have, if that is another. */
  readonly publicName?: 'localhost';
  /** Members of the metadata beside the usual, or instead. */
  readonly metadata?: Body;
  readonly claims?: Body;
  /** Access tokens are JWTs, and say this. */
  readonly accessToken?: Body;
  /** Where rights are asked for, and what makes an administrator there. */
  readonly rights: { readonly path: string; readonly answer: Body };
  /** Paths at which nothing is, and that are asked all the same. */
  readonly emptyPlaces?: readonly string[];
  settings(url: string): Settings;
}

const ADMINS = 'gateway-admins';
const atUserInfo = { path: '/me', answer: { groups: [ADMINS] } };

const google: Shape = {
  id: 'google',
  client: 'post',
  path: '',
  claims: { hd: 'acmecorp.com' },
  rights: {
    path: '/v1/groups/-/memberships:searchTransitiveGroups',
    answer: { memberships: [{ groupKey: { id: `${ADMINS}@acmecorp.com` } }] },
  },
  settings: (url) => ({
    ...client('SSO_GOOGLE', 'post'),
    SSO_GOOGLE_ISSUER: url,
    SSO_GOOGLE_ADMIN_GROUPS: `${ADMINS}@acmecorp.com`,
  }),
};

const okta: Shape = {
  id: 'okta',
  client: 'post',
  path: '/oauth2/default',
  rights: atUserInfo,
  settings: (url) => ({
    ...client('SSO_OKTA', 'post'),
    SSO_OKTA_ISSUER: `${url}/oauth2/default`,
    SSO_OKTA_ADMIN_GROUPS: ADMINS,
  }),
};

/** A newer tenant, which takes the secret in the header alone. */
const ibmVerify: Shape = {
  id: 'ibm_verify',
  client: 'basic',
  path: '/oauth2',
  metadata: { token_endpoint_auth_methods_supported: ['client_secret_basic'] },
  rights: atUserInfo,
  emptyPlaces: ['/oidc/endpoint/default/.well-known/openid-configuration'],
  settings: (url) => ({
    ...client('SSO_IBM_VERIFY', 'basic'),
    SSO_IBM_VERIFY_ISSUER: url,
    SSO_IBM_VERIFY_ADMIN_GROUPS: ADMINS,
  }),
};

/** Browsers reach it by another name than the server does. */
const keycloak: Shape = {
  id: 'keycloak',
  client: 'post',
  path: '/realms/Acme',
  publicName: 'localhost',
  metadata: { authorization_response_iss_parameter_supported: true },
  claims: { at_hash: undefined },
  accessToken: { azp: 'post', typ: 'Bearer' },
  rights: { path: '/me', answer: { groups: [`/${ADMINS}`], realm_access: { roles: [] } } },
  settings: (url) => ({
    ...client('SSO_KEYCLOAK', 'post'),
    SSO_KEYCLOAK_BASE_URL: url,
    SSO_KEYCLOAK_PUBLIC_BASE_URL: url.replace('127.0.0.1', 'localhost'),
    SSO_KEYCLOAK_REALM: 'Acme',
    SSO_KEYCLOAK_ADMIN_GROUPS: ADMINS,
  }),
};

/** Of no kind of its own, with a slash at the end of its issuer. */
const authentik: Shape = {
  id: 'authentik',
  client: 'post',
  path: '/application/o/console/',
  metadata: { authorization_response_iss_parameter_supported: true },
  rights: atUserInfo,
  settings: (url) => ({
    ...client('SSO_GENERIC', 'post'),
    SSO_GENERIC_PROVIDER_ID: 'authentik',
    SSO_GENERIC_ISSUER: `${url}/application/o/console/`,
    SSO_GENERIC_ADMIN_GROUPS: ADMINS,
  }),
};

export const shapes: readonly Shape[] = [google, okta, ibmVerify, keycloak, authentik];

function client(prefix: string, id: ClientId): Settings {
  return {
    SSO_ENTRA_ENABLED: 'false',
    SSO_TRUSTED_DOMAINS: 'acmecorp.com',
    [`${prefix}_ENABLED`]: 'true',
    [`${prefix}_CLIENT_ID`]: id,
    [`${prefix}_CLIENT_SECRET`]: JSON.stringify([CLIENTS[id]]),
  };
}
