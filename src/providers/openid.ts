import { randomBytes } from 'node:crypto';
import type { ServerMetadata } from 'openid-client';
import type { CredentialsConfig, ProviderConfig } from '../config/config.js';
import type { Secret } from '../config/secret.js';
import { EntranceError } from '../errors.js';
import type { Identity } from '../identity/identity.js';
import { loadOnce } from '../load-once.js';
import type { Tell } from '../log.js';
import { datedCredentials, type Renewal } from './credentials/expiry.js';
import { type FailureText, inNameOf } from './failure-text.js';
import { HealthRecord } from './health.js';
import type { IdTokenClaims } from './id-token.js';
import type { Finding } from './inspection/finding.js';
import type { InspectionWords } from './inspection/openid.js';
import { oauthErrorTexts } from './oauth-errors.js';
import { type Answer, PROVIDER_DEADLINE, type Question } from './outbound.js';
import type {
  AuthorizationOptions,
  CredentialTrial,
  EndOfSession,
  GlobalRevocation,
  Provider,
} from './provider.js';
import type { ProviderApi } from './provider-api.js';
import type { ProviderDependencies } from './provider-kind.js';
import type { MetadataSource } from './published.js';
import type { RelyingParty, RelyingPartyOptions, RevocationSigner } from './relying-party.js';
import { readSessionClaims } from './session-claims.js';
import type { UserInfo } from './user-info.js';

/** What an ID token came with, for an identity that isn’t wholly in it. */
export interface SignInContext {
  readonly metadata: ServerMetadata;
  readonly accessToken: Secret;
  /** What the provider tells of the person at its UserInfo endpoint. Rejects if that is about somebody else. */
  userInfo(): Promise<UserInfo>;
  /** An API of the provider's at this origin, to ask with the access token. */
  api(origin: string): ProviderApi;
  /** The claims of an access token that is a JWT for us; undefined if it is opaque. Rejects if it is somebody else's. */
  accessTokenClaims(): Promise<IdTokenClaims | undefined>;
  /** Asks the provider within the bounds of all requests to it: deadline, size, no redirects. */
  ask(url: string, question: Question): Promise<Answer>;
  /** All that the sign-in may take. */
  readonly deadline: AbortSignal;
  readonly tell: Tell;
}

/** What one provider that speaks OpenID Connect has of its own. */
export interface OpenIdOptions
  extends Pick<RelyingPartyOptions, 'allowHttp' | 'issuerRule' | 'foreignIssuerError' | 'remedies'> {
  readonly metadata: MetadataSource;
  readonly config: ProviderConfig;
  readonly clientId: string;
  readonly credentials: CredentialsConfig;
  /** What to do before a credential ends. */
  readonly renewal: Renewal;
  /** For a provider with more than one issuer: whether this is the `iss` of people who may sign in. */
  isIssuer?(issuer: string, metadata: ServerMetadata): boolean;
  /** Who signed in, by the validated claims, and judged by the provider’s own policy (`Identity.refusal`). */
  identify(claims: IdTokenClaims, context: SignInContext): Identity | Promise<Identity>;
  /** The claims that are read, by name, for the log at debug. */
  claimsTold?(claims: IdTokenClaims): object;
  /** What is asked for beside what the code flow needs, `scope` at least. */
  authorizationParameters(
    options: AuthorizationOptions,
    metadata: ServerMetadata,
  ): Readonly<Record<string, string>>;
  readonly button: Provider['button'];
  readonly explain: Provider['explain'];
  /** The text for an error that it reported; without it, the texts for OAuth’s own errors. */
  readonly failureText?: Provider['failureText'];
  readonly texts?: NonNullable<Provider['texts']>;
  readonly mends: Provider['mends'];
  readonly inspection: {
    readonly words: InspectionWords;
    /** Asks the provider to accept each credential; undefined where it isn’t known where. */
    tryCredentials(party: RelyingParty): Promise<readonly CredentialTrial[] | undefined>;
    /** What this provider alone has. */
    moreChecks?(): Promise<readonly Finding[]>;
  };
  /** Who signs its requests for Global Token Revocation, if it makes any, and where the keys for that are. */
  readonly globalRevocation?: RevocationSigner;
  readonly tenant?: string;
  readonly stepsUp?: true;
  /** Whether it gives refresh tokens that a session can be confirmed with. */
  readonly confirms?: true;
  /** Its end of sessions wants the ID token, which is kept in the session then. */
  readonly wantsIdTokenHint?: true;
  /** The query of the address where a session is ended; without it, that of RP-Initiated Logout 1.0. `false`: there is none. */
  readonly endSession?: ((asked: EndOfSession) => Readonly<Record<string, string>>) | false;
}

/**
 * A provider that speaks OpenID Connect. What speaks it is a tenth of a start with its libraries, and is loaded when the
 * provider is watched or first needed.
 */
export function createOpenIdProvider(
  options: OpenIdOptions,
  { addresses, clock, log }: ProviderDependencies,
): Provider {
  const { config, credentials, explain, inspection } = options;
  const { redirectUri } = addresses;
  const health = new HealthRecord(clock, log);
  let loaded: RelyingParty | undefined;

  const relyingParty = loadOnce(async () => {
    const { RelyingParty } = await import('./relying-party.js').catch((error: unknown) => {
      const failure = new EntranceError('sso_failed', {
        cause: { reason: 'not loaded', error: String(error) },
      });
      health.failed(failure);
      throw failure;
    });
    loaded = new RelyingParty({
      ...options,
      redirectUri,
      refine: explain,
      health,
      clock,
      log,
    });
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
  const endSession = options.endSession ?? rpInitiatedLogout(options.clientId);
  const dated = datedCredentials(credentials, options.renewal);

  return {
    id: config.id,
    config,
    button: options.button,
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
    ...(options.stepsUp === undefined ? {} : { stepsUp: options.stepsUp }),
    authorizationUrl,
    async complete(parameters, secrets, tell) {
      const deadline = AbortSignal.timeout(PROVIDER_DEADLINE);
      const begun = performance.now();
      const party = await relyingParty();
      const { claims, accessToken, refreshToken, idToken } = await party.redeem(
        parameters,
        secrets,
        deadline,
      );
      tell('the code was redeemed', () => ({ durationMs: Math.round(performance.now() - begun) }));
      tell(
        'the ID token was read',
        () => options.claimsTold?.(claims) ?? { present: Object.keys(claims).sort() },
      );
      const published = await party.published.metadata();
      const identity = await options.identify(claims, {
        metadata: published,
        accessToken,
        userInfo: () => party.userInfo({ accessToken, subject: String(claims.sub), deadline }),
        api: (origin) => party.api(origin),
        accessTokenClaims: () => party.verifyAccessToken(accessToken, claims),
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
    failureText: options.failureText ?? ((facts) => oauthErrorText(facts.error, config.name)),
    ...(options.texts === undefined ? {} : { texts: options.texts }),
    mends: options.mends,
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
          silentSignIn: async () => silent(await authorizationUrl(unusedSecrets(), {})),
        };
        return examineOpenId(
          inspection.moreChecks === undefined
            ? inspected
            : { ...inspected, moreChecks: inspection.moreChecks },
          now,
        );
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
          // The signer may call itself by its own name, and the person by that of the issuer of ID tokens.
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

/** For a provider without an account picker: a person who wants another account has to sign in anew. */
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

/** The text for one of OAuth’s own errors, in the provider’s name. */
export function oauthErrorText(error: string | undefined, name: string): FailureText | undefined {
  const text =
    error !== undefined && Object.hasOwn(oauthErrorTexts, error) ? oauthErrorTexts[error] : undefined;
  return text === undefined ? undefined : inNameOf(name, text);
}

/** With a hint the provider needn't ask which account. An ID token stands in a URL only where the provider wants one. */
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

/** For a sign-in that nobody completes. */
function unusedSecrets() {
  const random = () => randomBytes(32).toString('base64url');
  return { state: random(), nonce: random(), codeVerifier: random() };
}
