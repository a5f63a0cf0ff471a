import { withOfflineAccess } from '../../config/scopes.js';
import { acceptedByRefusedGrant } from '../inspection/by-refused-grant.js';
import { expectIssuer, metadataUrlOf } from '../issuer.js';
import { createOpenIdProvider, withoutAccountPicker } from '../openid.js';
import { explaining } from '../own-errors.js';
import type { Provider } from '../provider.js';
import type { ProviderDependencies } from '../provider-kind.js';
import { identityFromOktaClaims } from './claims.js';
import { oktaErrors } from './errors.js';
import { inspectionWords, issuerRemedy, refusalRemedies } from './inspection.js';
import type { OktaConfig } from './settings.js';

/** Okta: the org server of an organisation, or one of its custom authorization servers. */
export function createOktaProvider(config: OktaConfig, dependencies: ProviderDependencies): Provider {
  const { addresses } = dependencies;
  const { clientId, id, issuer } = config;
  const scopes = withOfflineAccess(config);
  const own = explaining(oktaErrors, {
    provider: config.name,
    redirectUri: addresses.redirectUri,
    clientId,
    scopes,
    requestSettings: 'SSO_OKTA_SCOPE and SSO_OKTA_CLIENT_ID',
    addressSetting: 'SSO_OKTA_ISSUER',
    issuer,
    domain: new URL(issuer).origin,
  });
  const words = inspectionWords(config, addresses);
  return createOpenIdProvider(
    {
      config,
      metadata: {
        urls: [metadataUrlOf(issuer)],
        accept: (published) => expectIssuer(published, issuer, issuerRemedy(issuer)),
      },
      allowHttp: issuer.startsWith('http:'),
      remedies: { metadata: words.metadataRemedy },
      async identify(claims, { tell, userInfo }) {
        const told = await userInfo();
        tell('Okta’s UserInfo was asked', () => ({ outcome: told.outcome }));
        return identityFromOktaClaims(id, claims, told);
      },
      authorizationParameters: (options) => withoutAccountPicker(scopes, options),
      button: { label: 'Continue with Okta' },
      ...own,
      refusalRemedies,
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
