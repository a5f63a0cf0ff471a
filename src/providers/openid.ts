import type { ServerMetadata } from 'openid-client';
import type { ClientConfig } from '../config/config.js';
import type { Secret } from '../config/secret.js';
import type { Identity } from '../identity/identity.js';
import type { Tell } from '../log.js';
import { loadOnce } from '../single-flight.js';
import { datedCredentials, type Renewal } from './credentials/expiry.js';
import { freshSecrets } from './fresh-secrets.js';
import { HealthRecord } from './health.js';
import type { IdTokenClaims } from './id-token.js';
import type { Finding } from './inspection/finding.js';
import type { InspectionWords } from './inspection/openid.js';
import { loadRelyingParty } from './load-relying-party.js';
import { type Answer, PROVIDER_DEADLINE_MS, type Question } from './outbound.js';
import { textOf } from './own-errors.js';
import type {
  AuthorizationOptions,
  CredentialTrial,
  EndOfSession,
  GlobalRevocation,
  Provider,
} from './provider.js';
import { ProviderApi } from './provider-api.js';
import type { ProviderDependencies } from './provider-kind.js';
import type { MetadataSource } from './published-metadata.js';
import type { RelyingParty, RelyingPartyOptions, RevocationSigner } from './relying-party.js';
import { readSessionClaims } from './session-claims.js';
import type { UserInfo } from './user-info.js';

/** The context of an ID token, for an identity that needs more than its claims. */
export interface SignInContext {
  readonly metadata: ServerMetadata;
  readonly accessToken: Secret;
  /** The claims of the UserInfo endpoint. Rejects if they are about somebody else. */
  userInfo(): Promise<UserInfo>;
  /** An API of the provider's at this origin, called with the access token. */
  api(origin: string): ProviderApi;
  /** Undefined if the access token is opaque. Rejects if it is a JWT for another client or person. */
  accessTokenClaims(): Promise<IdTokenClaims | undefined>;
  /** Sends a request to the provider with the limits of all such requests: deadline, size, no redirects. */
  ask(url: string, question: Question): Promise<Answer>;
  /** The time limit of the whole sign-in step. */
  readonly deadline: AbortSignal;
  readonly tell: Tell;
}

/** The differences between one provider that speaks OpenID Connect and the others. */
export interface OpenIdOptions
  extends Pick<RelyingPartyOptions, 'allowHttp' | 'issuerRule' | 'foreignIssuerError' | 'remedies'> {
  readonly metadata: MetadataSource;
  readonly config: ClientConfig;
  /** How to renew a credential before it ends, for a provider with settings that tell its end. */
  readonly renewal?: Renewal;
  /** Tells whether this is the `iss` of people who may sign in, if the provider has several issuers. */
  isIssuer?(issuer: string, metadata: ServerMetadata): boolean;
  /** The identity in the validated claims. The provider’s own policy has judged it already (`Identity.refusal`). */
  identify(claims: IdTokenClaims, context: SignInContext): Identity | Promise<Identity>;
  /** The names of the claims that are read, for the log at debug. */
  claimsTold?(claims: IdTokenClaims): object;
  /** The parameters beside those of the code flow; `scope` at least. */
  authorizationParameters(
    options: AuthorizationOptions,
    metadata: ServerMetadata,
  ): Readonly<Record<string, string>>;
  readonly button: Provider['button'];
  readonly explain: Provider['explain'];
  /** The text for an error that the provider reported; by default, the texts for OAuth’s own errors. */
  readonly failureText?: Provider['failureText'];
  readonly texts?: NonNullable<Provider['texts']>;
  readonly refusalRemedies: Provider['refusalRemedies'];
  readonly inspection: {
    readonly words: InspectionWords;
    /** Asks the provider to accept each credential; undefined if the address for that isn’t known. */
    tryCredentials(party: RelyingParty): Promise<readonly CredentialTrial[] | undefined>;
    moreChecks?(): Promise<readonly Finding[]>;
  };
  /** The signer of Global Token Revocation requests, and the place of its keys; absent if the provider sends none. */
  readonly globalRevocation?: RevocationSigner;
  readonly tenant?: string;
  readonly stepsUp?: true;
  /** Whether the provider gives refresh tokens that can confirm a session. */
  readonly confirms?: true;
  /** The provider needs the ID token to end a session, so the session keeps it. */
  readonly wantsIdTokenHint?: true;
  /** Replaces the query of RP-Initiated Logout 1.0; `false` says that no address ends the provider’s session. */
  readonly endSession?: ((asked: EndOfSession) => Readonly<Record<string, string>>) | false;
}

export function createOpenIdProvider(
  options: OpenIdOptions,
  { addresses, clock, log }: ProviderDependencies,
): Provider {
  const { config, explain, inspection } = options;
  const { clientId, credentials } = config;
  const { redirectUri } = addresses;
  const health = new HealthRecord(clock, log);
  let loaded: RelyingParty | undefined;

  const relyingParty = loadOnce(async () => {
    const client = { clientId, credentials, redirectUri };
    loaded = await loadRelyingParty({ ...options, ...client, refine: explain, health, clock, log });
    return loaded;
  });

  async function metadata(): Promise<ServerMetadata> {
    return (await relyingParty()).published.metadata();
  }

  async function isIssuer(issuer: string): Promise<boolean> {
    const party = await relyingParty();
    return options.isIssuer?.(issuer, await party.published.metadata()) ?? party.isIssuer(issuer);
  }

  const authorizationUrl: Provider['authorizationUrl'] = async (secrets, asked) => {
    const party = await relyingParty();
    const parameters = options.authorizationParameters(asked, await party.published.metadata());
    return party.authorizationUrl(secrets, parameters);
  };

  const signer = options.globalRevocation;
  const endSession = options.endSession ?? rpInitiatedLogout(clientId);
  const dated = options.renewal === undefined ? () => [] : datedCredentials(credentials, options.renewal);

  return {
    id: config.id,
    config,
    button: options.button,
    ...(options.tenant !== undefined && { tenant: options.tenant }),
    ...(options.stepsUp && { stepsUp: options.stepsUp }),
    authorizationUrl,
    async complete(parameters, secrets, tell, show) {
      const deadline = AbortSignal.timeout(PROVIDER_DEADLINE_MS);
      const begun = performance.now();
      const party = await relyingParty();
      const redeemed = await party.redeem(parameters, secrets, deadline);
      const { claims, accessToken, refreshToken, idToken } = redeemed;
      tell('the code was redeemed', () => ({ durationMs: Math.round(performance.now() - begun) }));
      tell(
        'the ID token was read',
        () => options.claimsTold?.(claims) ?? { present: Object.keys(claims).sort() },
      );
      show?.('ID token', claims);
      const published = await party.published.metadata();
      const identity = await options.identify(claims, {
        metadata: published,
        accessToken,
        async userInfo() {
          const info = await party.userInfo({ accessToken, subject: String(claims.sub), deadline });
          if (info.outcome === 'answered') show?.('UserInfo', info.claims);
          return info;
        },
        api: (origin) => new ProviderApi(origin, party.published),
        async accessTokenClaims() {
          const found = await party.verifyAccessToken(accessToken, claims);
          if (found !== undefined) show?.('access token', found);
          return found;
        },
        ask: (url, question) => party.published.ask(url, question, deadline),
        deadline,
        tell,
      });
      return {
        ...identity,
        ...readSessionClaims(claims, published),
        ...(options.wantsIdTokenHint && { idTokenHint: idToken.value() }),
        refreshToken,
      };
    },
    get health() {
      return health.now;
    },
    explain,
    failureText: options.failureText ?? ((facts) => textOf({}, facts, config.name)),
    ...(options.texts === undefined ? {} : { texts: options.texts }),
    refusalRemedies: options.refusalRemedies,
    inspection: {
      redirectUri,
      datedCredentials: dated,
      async examine(now) {
        const { examineOpenId } = await import('./inspection/openid.js');
        const inspected = {
          metadataUrls: 'urls' in options.metadata ? options.metadata.urls : [],
          redirectUri,
          metadata,
          explain,
          credentials,
          datedCredentials: dated,
          words: inspection.words,
          tryCredentials: async () => inspection.tryCredentials(await relyingParty()),
          silentSignIn: async () => silent(await authorizationUrl(freshSecrets(), {})),
        };
        const { moreChecks } = inspection;
        return examineOpenId({ ...inspected, ...(moreChecks && { moreChecks }) }, now);
      },
    },
    watch: async () => (await relyingParty()).published.watch(),
    ...(options.confirms && { confirm: async (token: Secret) => (await relyingParty()).confirm(token) }),
    ...(endSession !== false && {
      endSessionUrl: (asked: EndOfSession) =>
        endSessionUrl(loaded?.published.knownMetadata, endSession(asked)),
    }),
    ...(signer !== undefined && {
      globalRevocation: {
        async identityNamed(token, endpoint, { iss, sub }) {
          const party = await relyingParty();
          await party.verifyRevocationToken(token, endpoint, signer);
          // The signer may name itself as the issuer, while the person is named with the issuer of ID tokens.
          const isOurs = iss === signer.issuer || (await isIssuer(iss));
          const { issuer } = await metadata();
          return isOurs ? { provider: config.id, providerScope: issuer, providerId: sub } : undefined;
        },
      } satisfies GlobalRevocation,
    }),
    signOutNotices: {
      isIssuer,
      readLogoutToken: async (token) => (await relyingParty()).readLogoutToken(token, isIssuer),
    },
  };
}

/** A provider may have no account picker: `login` makes a person sign in anew, also with another account. */
export function withoutAccountPicker(
  scope: string,
  { loginHint, selectAccount }: AuthorizationOptions,
): Readonly<Record<string, string>> {
  return {
    scope,
    ...(selectAccount && { prompt: 'login' }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
  };
}

/** With a hint the provider needn't ask for the account. An ID token stands in a URL only if the provider needs it. */
function rpInitiatedLogout(clientId: string) {
  return ({ returnTo, loginHint, idTokenHint }: EndOfSession): Readonly<Record<string, string>> => ({
    post_logout_redirect_uri: returnTo,
    client_id: clientId,
    ...(loginHint !== undefined && { logout_hint: loginHint }),
    ...(idTokenHint !== undefined && { id_token_hint: idTokenHint }),
  });
}

function endSessionUrl(
  metadata: ServerMetadata | undefined,
  query: Readonly<Record<string, string>>,
): string | undefined {
  if (metadata?.end_session_endpoint === undefined) return undefined;
  const url = new URL(metadata.end_session_endpoint);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

function silent(url: URL): URL {
  url.searchParams.set('prompt', 'none');
  return url;
}
