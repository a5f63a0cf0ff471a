import type { ProviderConfig } from '../config/config.js';
import type { Secret } from '../config/secret.js';
import type { ErrorText } from '../error-texts.js';
import type { EntranceError, ErrorCode, ErrorFacts } from '../errors.js';
import type { Identity } from '../identity/identity.js';
import type { IdentityKey } from '../identity/user.js';
import type { Tell } from '../log.js';
import type { CredentialKind } from './credentials/client-credential.js';
import type { DatedCredential } from './credentials/expiry.js';
import type { FailureText } from './failure-text.js';
import type { ProviderHealth } from './health.js';
import type { Finding } from './inspection/finding.js';
import type { LogoutNotice } from './logout-token.js';
import type { Refine } from './reported-error.js';
import type { SessionClaims } from './session-claims.js';

/** What a sign-in under way has to remember until the person returns (RFC 6749 §4.1, RFC 7636, OpenID Connect Core §3.1). */
export interface AuthorizationSecrets {
  readonly state: string;
  readonly nonce: string;
  /** PKCE `code_verifier`. */
  readonly codeVerifier: string;
}

export interface AuthorizationOptions {
  readonly loginHint?: string | undefined;
  /** Ask the provider to offer its account picker. */
  readonly selectAccount?: boolean;
  /** Lets the provider ask the person, whatever the settings say. */
  readonly isInteractive?: boolean;
  /** An authentication context that is to be proved, such as `c1`. */
  readonly authContext?: string | undefined;
}

/** Addresses of ours that a provider has to know. */
export interface OwnAddresses {
  /** `BASE_URL/auth/sso/callback/{provider}`. */
  readonly redirectUri: string;
  /** `BASE_URL/admin/login`. */
  readonly signInUrl: string;
}

/** Who signed in, and what the provider says of the session that this begins. */
export interface CompletedSignIn extends Identity, SessionClaims {
  /** To ask later whether the person is still there; only where that was asked for. */
  readonly refreshToken?: Secret | undefined;
}

/** What the provider says of somebody who signed in earlier. */
export type Confirmation =
  /** Still there; where a new refresh token came, it takes the place of the one before. */
  | { readonly outcome: 'confirmed'; readonly refreshToken: Secret | undefined }
  /** `invalid_grant` (RFC 6749 §5.2): disabled, deleted, revoked, or has to sign in again. */
  | { readonly outcome: 'ended'; readonly reason: unknown; readonly facts: ErrorFacts };

/** What the provider said to one of our credentials. */
export interface CredentialTrial {
  readonly kind: CredentialKind;
  /** In words, such as `secret 2 of 2`. */
  readonly name: string;
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  /** Why it isn’t accepted. */
  readonly error?: EntranceError;
}

/** What `entrance doctor` wants to know of a provider. */
export interface ProviderInspection {
  /** The redirect URI to register. */
  readonly redirectUri: string;
  /** Everything that has to be right at the provider and on the way there. Never rejects. */
  examine(now: () => number): Promise<readonly Finding[]>;
  /** The credentials whose end is known, as they are now. */
  datedCredentials(): readonly DatedCredential[];
}

/** How the button of a provider looks. */
export interface ProviderButton {
  /** “Continue with …”. */
  readonly label: string;
  /** The vendor’s mark, drawn to its branding guidelines; a key without it. */
  readonly mark?: VendorMark;
  /** `ink`: nearly black on white, or nearly white on black, for a vendor that asks for it or whose mark is `currentColor`. */
  readonly look?: 'ink';
}

/** A mark in SVG: paths in the order in which they are drawn. */
export interface VendorMark {
  readonly viewBox: string;
  readonly paths: readonly { readonly d: string; readonly fill: string }[];
}

/** What a person may be asked to be signed out with. */
export interface EndOfSession {
  /** Where the provider sends the person afterwards, `BASE_URL/admin/login`. */
  readonly returnTo: string;
  /** What `SessionClaims.loginHint` was at sign-in. */
  readonly loginHint?: string | undefined;
  /** What `SessionClaims.idTokenHint` was at sign-in. */
  readonly idTokenHint?: string | undefined;
}

/** Sign-out that begins at the provider (OpenID Connect Front-Channel and Back-Channel Logout 1.0). */
export interface SignOutNotices {
  /** Whether this is the `iss` of its ID tokens. */
  isIssuer(issuer: string): Promise<boolean>;
  /** Validates a back-channel logout token. Rejects with `logout_token_invalid` too. */
  readLogoutToken(token: string): Promise<LogoutNotice>;
}

/** A subject identifier of the format `iss_sub` (RFC 9493 §3.2.3). */
export interface IssuerAndSubject {
  readonly iss: string;
  readonly sub: string;
}

/** Everything of a person ends because the provider says so (draft-parecki-oauth-global-token-revocation). */
export interface GlobalRevocation {
  /**
   * Whom a request names; undefined if that is nobody of this provider’s.
   * @param token the bearer token of the request, signed for the address `endpoint`
   * @throws EntranceError `token_invalid`
   */
  identityNamed(
    token: string | undefined,
    endpoint: string,
    subject: IssuerAndSubject,
  ): Promise<IdentityKey | undefined>;
}

/** An identity provider, as the rest of the product sees it. Its methods reject with an EntranceError of a sign-in code. */
export interface Provider {
  readonly id: string;
  /** What is set for it: names, rules, trusted domains, interval, step-up, and what its variables are called. */
  readonly config: ProviderConfig;
  readonly button: ProviderButton;
  /** The directory (tenant) that is configured; undefined if the provider has none. */
  readonly tenant?: string;
  /** The URL to send the person to. */
  authorizationUrl(secrets: AuthorizationSecrets, options: AuthorizationOptions): Promise<URL>;
  /**
   * Redeems the callback: `parameters` is the query of the authorization response. Tells the steps as they are done. The
   * identity is judged by the provider’s own policy already (`Identity.refusal`).
   */
  complete(parameters: URLSearchParams, secrets: AuthorizationSecrets, tell: Tell): Promise<CompletedSignIn>;
  readonly health: ProviderHealth;
  /** What an error that it reported means, and what the operator can do. */
  readonly explain: Refine;
  /** What is said of an error that it reported, in the provider’s name; undefined if that of our code says all. */
  failureText(facts: ErrorFacts): FailureText | undefined;
  /** What a person is told of a refusal of ours, where the provider’s own words say more. */
  readonly texts?: Partial<Readonly<Record<ErrorCode, ErrorText>>>;
  /** What the operator can do about a refusal of ours, in the provider’s own words. `{tenant}` and `{domain}` stand for the person’s. */
  readonly mends: Partial<Readonly<Record<ErrorCode, string>>>;
  readonly inspection: ProviderInspection;
  /** Keeps what is known of the provider, and whether it can be reached, up to date until what it gives is called. */
  watch(): Promise<() => void>;

  // What not every provider can do.

  /** Whether the person whom this refresh token was given for is still there. Rejects where it can't be told. */
  confirm?(refreshToken: Secret): Promise<Confirmation>;
  /** Where the person can end their session at the provider; undefined until it is known. */
  endSessionUrl?(asked: EndOfSession): string | undefined;
  readonly signOutNotices?: SignOutNotices;
  readonly globalRevocation?: GlobalRevocation;
  /** Whether it can prove an authentication context (step-up). */
  readonly stepsUp?: true;
}
