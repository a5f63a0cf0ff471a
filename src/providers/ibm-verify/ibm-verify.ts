import { acceptedByRefusedGrant } from '../inspection/by-refused-grant.js';
import { createOpenIdProvider, withoutAccountPicker } from '../openid.js';
import { explaining } from '../own-errors.js';
import type { Provider } from '../provider.js';
import type { ProviderDependencies } from '../provider-kind.js';
import { identityFromIbmClaims } from './claims.js';
import { ibmVerifyErrors } from './errors.js';
import { inspectionWords, refusalRemedies } from './inspection.js';
import { checkIssuer, metadataUrls } from './issuer.js';
import type { IbmVerifyConfig } from './settings.js';

/** IBM Verify, formerly IBM Security Verify, for one tenant. */
export function createIbmVerifyProvider(
  config: IbmVerifyConfig,
  dependencies: ProviderDependencies,
): Provider {
  const { clientId, issuer, scopes } = config;
  const own = explaining(ibmVerifyErrors, {
    provider: config.name,
    redirectUri: dependencies.addresses.redirectUri,
    clientId,
    scopes,
    requestSettings: 'SSO_IBM_VERIFY_SCOPE and SSO_IBM_VERIFY_CLIENT_ID',
    addressSetting: 'SSO_IBM_VERIFY_ISSUER',
  });
  const words = inspectionWords(config, own.explain);
  return createOpenIdProvider(
    {
      config,
      metadata: {
        urls: metadataUrls(issuer),
        accept: (published) => checkIssuer(published, issuer),
      },
      allowHttp: issuer.startsWith('http:'),
      remedies: { metadata: words.metadataRemedy },
      async identify(claims, { tell, userInfo }) {
        const told = await userInfo();
        tell('IBM Verify’s UserInfo was asked', () => ({ outcome: told.outcome }));
        return identityFromIbmClaims(config, claims, told);
      },
      authorizationParameters: (options) => withoutAccountPicker(scopes, options),
      button: { label: 'Continue with IBM Verify' },
      ...own,
      refusalRemedies,
      inspection: {
        words,
        tryCredentials: async (party) => acceptedByRefusedGrant(await party.tryCredentials('openid')),
      },
    },
    dependencies,
  );
}
