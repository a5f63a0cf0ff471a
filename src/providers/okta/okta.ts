import type { OperatorValues } from '../failure-text.js';
import { acceptedByRefusedGrant } from '../inspection/by-refused-grant.js';
import { expectIssuer, metadataUrlOf } from '../issuer.js';
import { createOpenIdProvider } from '../openid.js';
import { explaining } from '../own-errors.js';
import type { AuthorizationOptions, Provider } from '../provider.js';
import type { ProviderDependencies } from '../provider-kind.js';
import { identityFromOktaClaims } from './claims.js';
import { oktaErrors } from './errors.js';
import { inspectionWords, mendIssuer, mends, renewal } from './inspection.js';
import type { OktaConfig } from './settings.js';

/** Okta: the org server of an organisation, or one of its custom authorization servers. */
export function createOktaProvider(config: OktaConfig, dependencies: ProviderDependencies): Provider {
  const { addresses } = dependencies;
  const { clientId, credentials, id, issuer } = config;
  const scopes = scopesOf(config);
  const values: OperatorValues = {
    provider: config.name,
    redirectUri: addresses.redirectUri,
    clientId,
    scopes,
    requestSettings: 'SSO_OKTA_SCOPE and SSO_OKTA_CLIENT_ID',
    addressSetting: 'SSO_OKTA_ISSUER',
    issuer,
    domain: new URL(issuer).origin,
  };
  const words = inspectionWords(config, addresses);
  return createOpenIdProvider(
    {
      config,
      clientId,
      credentials,
      renewal,
      metadata: {
        urls: [metadataUrlOf(issuer)],
        accept(published) {
          expectIssuer(published, issuer, mendIssuer(issuer));
          return published;
        },
      },
      allowHttp: issuer.startsWith('http:'),
      remedies: {
        metadata: words.mendMetadata,
        keys: 'No published key fits the token. If it goes on, see that no outbound proxy answers for jwks_uri with old keys.',
      },
      async identify(claims, { tell, userInfo }) {
        const told = await userInfo();
        tell('Okta’s UserInfo was asked', () => ({ outcome: told.outcome }));
        return identityFromOktaClaims(id, claims, told);
      },
      authorizationParameters: (options) => authorizationParameters(scopes, options),
      button: { label: 'Continue with Okta' },
      ...explaining(oktaErrors, values),
      mends,
      inspection: {
        words,
        tryCredentials: async (party) => acceptedByRefusedGrant(await party.tryCredentials('openid')),
      },
      confirms: true,
      wantsIdTokenHint: true,
      globalRevocation: {
        issuer: new URL(issuer).origin,
        jwksUri: `${new URL(issuer).origin}/oauth2/v1/keys`,
      },
    },
    dependencies,
  );
}

/** Okta has no account picker; its sign-in page lets people name another account. */
function authorizationParameters(scope: string, { loginHint, selectAccount }: AuthorizationOptions) {
  return {
    scope,
    ...(selectAccount && { prompt: 'login' }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
  };
}

/** Refresh tokens are given for `offline_access` alone. */
function scopesOf({ scopes, revalidateInterval }: OktaConfig): string {
  const isThere = scopes.split(' ').includes('offline_access');
  return revalidateInterval === 0 || isThere ? scopes : `${scopes} offline_access`;
}
