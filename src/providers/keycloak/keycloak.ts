import { createOpenIdProvider, withoutAccountPicker } from '../openid.js';
import type { Provider } from '../provider.js';
import type { ProviderDependencies } from '../provider-kind.js';
import { identityIn } from './claims.js';
import { explainer, failureText } from './errors.js';
import { inspectionWords, refusalRemedies, tryCredentials } from './inspection.js';
import { acceptMetadata, metadataUrls, realmRemedy } from './realm.js';
import { claimsOfRights, noticesTo, rightsIn } from './rights.js';
import { type KeycloakConfig, keycloakNames } from './settings.js';
import { sourcesOf } from './sources.js';

export function createKeycloakProvider(config: KeycloakConfig, dependencies: ProviderDependencies): Provider {
  const { baseUrl, emailClaim, publicBaseUrl } = config;
  const explain = explainer(config, dependencies.addresses);
  const notify = noticesTo(dependencies.log);
  const wanted = [emailClaim, ...claimsOfRights(config)];
  const hasTwoNames = publicBaseUrl !== undefined && publicBaseUrl !== baseUrl;

  return createOpenIdProvider(
    {
      config,
      metadata: {
        urls: metadataUrls(config),
        accept: (published) => acceptMetadata(published, config),
      },
      allowHttp: [baseUrl, publicBaseUrl].some((url) => url?.startsWith('http:')),
      remedies: {
        metadata: realmRemedy(config),
        keys: 'No published key fits the token. See that no outbound proxy answers for jwks_uri with old keys, and that Clients → your client → Advanced → ID token signature algorithm is one with a public key (RS256, PS256, ES256).',
      },
      async identify(claims, context) {
        const sources = await sourcesOf(claims, wanted, context, { hasTwoNames, notify });
        return identityIn(sources, rightsIn(sources, config, notify), config);
      },
      // `offline_access` isn't requested: from Keycloak 26.1 on, its first use ends the session there. The refresh
      // token of the session itself shows whether the session still exists.
      authorizationParameters: (options) => withoutAccountPicker(config.scopes, options),
      button: { label: `Continue with ${keycloakNames.name}` },
      explain,
      failureText,
      refusalRemedies,
      inspection: { words: inspectionWords(config), tryCredentials },
      confirms: true,
      wantsIdTokenHint: true,
    },
    dependencies,
  );
}
