import { isComplete, namedIn, UNKNOWN } from '../../identity/claimed.js';
import { EXACT_ISSUER, expectIssuer, metadataUrlOf } from '../issuer.js';
import { createOpenIdProvider, type SignInContext } from '../openid.js';
import { explaining } from '../own-errors.js';
import type { AuthorizationOptions, CredentialTrial, Provider } from '../provider.js';
import type { ProviderDependencies } from '../provider-kind.js';
import { identityFromGoogleClaims } from './claims.js';
import { googleErrors } from './errors.js';
import { groupsOf } from './groups.js';
import { checkGroups, inspectionWords, refusalRemedies } from './inspection.js';
import { GOOGLE_MARK } from './mark.js';
import type { GoogleConfig } from './settings.js';

/** Google: personal accounts, and accounts that Workspace and Cloud Identity manage. */
export function createGoogleProvider(config: GoogleConfig, dependencies: ProviderDependencies): Provider {
  const { addresses, log } = dependencies;
  const { groupsUrl, issuer, trustedDomains } = config;
  const { explain, failureText } = explaining(googleErrors, {
    provider: config.name,
    redirectUri: addresses.redirectUri,
    clientId: config.clientId,
    scopes: config.scopes,
    requestSettings: 'SSO_GOOGLE_SCOPE and SSO_GOOGLE_CLIENT_ID',
    addressSetting: 'SSO_GOOGLE_ISSUER',
  });

  return createOpenIdProvider(
    {
      config,
      metadata: {
        urls: [metadataUrlOf(issuer)],
        accept: (published) =>
          expectIssuer(published, issuer, 'Leave SSO_GOOGLE_ISSUER out, unless this is a test.'),
      },
      allowHttp: issuer.startsWith('http:'),
      // Google’s reference allows the issuer without its scheme too.
      issuerRule: { ...EXACT_ISSUER, aliases: ['accounts.google.com'] },
      remedies: {
        metadata:
          'Check SSO_GOOGLE_ISSUER, and whether an outbound proxy answers in Google’s place: “entrance doctor” shows what it gets.',
      },
      async identify(claims, context) {
        const stated = { issuer: context.metadata.issuer, trustedDomains };
        const identity = identityFromGoogleClaims(claims, stated);
        const { email, emailVerified, refusal } = identity;
        // If Google doesn’t vouch for the address, the person may not be the member of the group with that address.
        return email === undefined || !emailVerified || refusal !== undefined
          ? identity
          : { ...identity, groups: await allGroups(email, context) };
      },
      authorizationParameters: (options) => authorizationParameters(config, options),
      button: { label: 'Continue with Google', mark: GOOGLE_MARK, look: 'ink' },
      explain,
      failureText,
      refusalRemedies,
      inspection: {
        words: inspectionWords(issuer, explain),
        async tryCredentials(party) {
          const trials = await party.tryCredentials(config.scopes);
          // Google has no client-credentials grant: it may refuse a credential there, and never accepts one.
          return trials.every(saysNothing) ? undefined : trials;
        },
        ...(groupsUrl !== undefined && { moreChecks: () => checkGroups(groupsUrl) }),
      },
      confirms: true,
      endSession: false,
    },
    dependencies,
  );

  async function allGroups(email: string, { accessToken, api, deadline, tell }: SignInContext) {
    if (groupsUrl === undefined) return UNKNOWN;
    const groups = await groupsOf(email, {
      api: api(groupsUrl),
      url: groupsUrl,
      nested: config.nestedGroups,
      accessToken,
      deadline,
      log,
    });
    tell('Google was asked for the groups', () => ({
      groups: namedIn(groups).length,
      all: isComplete(groups),
    }));
    return groups;
  }
}

function saysNothing({ outcome, error }: CredentialTrial): boolean {
  return outcome === 'unknown' && error?.facts.error !== undefined;
}

export function authorizationParameters(
  { revalidateInterval, scopes, trustedDomains }: GoogleConfig,
  { loginHint, selectAccount }: AuthorizationOptions,
): Readonly<Record<string, string>> {
  const isConfirmed = revalidateInterval > 0;
  // Google gives a refresh token for `access_type`, not for a scope. After the first time it gives one only with
  // consent.
  const prompt = [...(selectAccount ? ['select_account'] : []), ...(isConfirmed ? ['consent'] : [])];
  const [organisation, another] = trustedDomains.filter((domain) => domain !== 'gmail.com');
  const isOfOne = organisation !== undefined && another === undefined && trustedDomains.length === 1;
  return {
    scope: scopes,
    ...(prompt.length > 0 && { prompt: prompt.join(' ') }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    // `hd` is a hint for Google’s account picker, which anybody can remove from the address; only the claim counts.
    ...(isOfOne && { hd: organisation }),
    ...(isConfirmed && { access_type: 'offline' }),
  };
}
