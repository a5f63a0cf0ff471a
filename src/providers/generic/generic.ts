import type { ServerMetadata } from 'openid-client';
import type { Claimed } from '../../identity/claimed.js';
import { createOpenIdProvider } from '../openid.js';
import { explaining } from '../own-errors.js';
import type { AuthorizationOptions, EndOfSession, Provider } from '../provider.js';
import type { ProviderDependencies } from '../provider-kind.js';
import type { VendorMark } from '../vendor-mark.js';
import { identityOf } from './claims.js';
import type { GenericConfig } from './config.js';
import { genericErrors } from './errors.js';
import { refusalRemediesOf, remediesOf, wordsOf } from './inspection.js';
import { metadataOf } from './metadata.js';
import { type Sources, sourcesOf } from './sources.js';

/** The parts of a provider that no setting can say. */
export interface OwnParts {
  readonly mark?: VendorMark | undefined;
  /** Reads the groups in place of the claims that the settings name. UserInfo is asked then, if it may be. */
  readGroups?(sources: Sources, deadline: AbortSignal): Promise<Claimed>;
}

const STANDARD_RETURN = 'post_logout_redirect_uri';

/** Any provider that speaks OpenID Connect, as its settings describe it. */
export function createGenericProvider(
  config: GenericConfig,
  dependencies: ProviderDependencies,
  { mark, readGroups }: OwnParts = {},
): Provider {
  const { clientId, issuer, logoutReturnParameter, metadataUrl = issuer, name, prefix, scope } = config;
  const { addresses, log } = dependencies;
  const own = explaining(genericErrors, {
    provider: name,
    redirectUri: addresses.redirectUri,
    clientId,
    scopes: scope,
    requestSettings: `${prefix}_SCOPE and ${prefix}_AUTHORIZATION_PARAMETERS`,
    addressSetting: `${prefix}_ISSUER`,
    methodSetting: `${prefix}_TOKEN_ENDPOINT_AUTH_METHOD`,
  });
  const report = (claim: string, unread: object) =>
    log.warn({ provider: config.id, claim, unread }, 'a claim that gives rights couldn’t be read in full');

  return createOpenIdProvider(
    {
      config,
      metadata: metadataOf(config),
      allowHttp: [issuer, metadataUrl].some((one) => /^http:/i.test(one)),
      remedies: remediesOf(config),
      async identify(claims, context) {
        if (readGroups === undefined)
          return identityOf(await sourcesOf(claims, context, config), config, report);
        const sources = await sourcesOf(claims, context, config, true);
        const identity = identityOf(sources, { ...config, groupsClaims: [] }, report);
        return { ...identity, groups: await readGroups(sources, context.deadline) };
      },
      authorizationParameters: (options, metadata) => authorizationParameters(config, options, metadata),
      button: { label: `Continue with ${name}`, ...(mark !== undefined && { mark }) },
      ...own,
      refusalRemedies: refusalRemediesOf(config),
      inspection: {
        words: wordsOf(config),
        tryCredentials: (party) => party.tryCredentials('openid'),
      },
      confirms: true,
      ...(logoutReturnParameter !== STANDARD_RETURN && {
        endSession: ({ returnTo }: EndOfSession) => ({
          client_id: clientId,
          [logoutReturnParameter]: returnTo,
        }),
      }),
    },
    dependencies,
  );
}

function authorizationParameters(
  { authorizationParameters: own, revalidateInterval, scope }: GenericConfig,
  { isInteractive, loginHint, selectAccount }: AuthorizationOptions,
  { scopes_supported: scopes = [OFFLINE_ACCESS] }: ServerMetadata,
): Readonly<Record<string, string>> {
  const { prompt: usual, ...others } = own;
  const allowed = isInteractive && usual === 'none' ? undefined : usual;
  // Not every provider has an account picker, and a provider without one may refuse `select_account`.
  const prompt = selectAccount ? 'login' : allowed;
  const needsOffline = revalidateInterval > 0 && scopes.includes(OFFLINE_ACCESS);
  return {
    ...others,
    scope: needsOffline ? [...new Set([...scope.split(' '), OFFLINE_ACCESS])].join(' ') : scope,
    ...(prompt !== undefined && { prompt }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
  };
}

/** Some providers give refresh tokens without this scope, and refuse it if they don’t announce it. */
const OFFLINE_ACCESS = 'offline_access';
