import type { ProviderConfig } from '../config/config.js';
import type { Secret } from '../config/secret.js';
import type { ErrorCode } from '../error-codes.js';
import type { ErrorText } from '../error-texts.js';
import type { EntranceError, ErrorFacts } from '../errors.js';
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
import type { VendorMark } from './vendor-mark.js';

/** Kept until the person returns (RFC 6749 §4.1, RFC 7636, OpenID Connect Core §3.1). */
export interface AuthorizationSecrets {
  readonly state: string;
  readonly nonce: string;
  /** PKCE `code_verifier`. */
  readonly codeVerifier: string;
}

export interface AuthorizationOptions {
  readonly loginHint?: string | undefined;
  /** Asks the provider to show its account picker. */
  readonly selectAccount?: boolean;
  /** Allows the provider to ask the person, even if the settings say `prompt=none`. */
  readonly isInteractive?: boolean;
  /** The authentication context that the provider has to confirm, such as `c1`. */
  readonly authContext?: string | undefined;
}

export interface OwnAddresses {
  /** `BASE_URL/auth/sso/callback/{provider}`. */
  readonly redirectUri: string;
  /** `BASE_URL/admin/login`. */
  readonly signInUrl: string;
}

/** The identity of the person, and the provider's claims about the session that begins. */
export interface CompletedSignIn extends Identity, SessionClaims {
  /** A refresh token, which later shows whether the account still exists; only if one was requested. */
  readonly refreshToken?: Secret | undefined;
}

/** Gets the claims from a place, such as `ID token`, as they arrive and before they are judged. */
export type ShowClaims = (from: string, claims: Readonly<Record<string, unknown>>) => void;

/** The provider's answer about a person who signed in earlier. */
export type Confirmation =
  /** The account still exists. A new refresh token, if there is one, replaces the old one. */
  | { readonly outcome: 'confirmed'; readonly refreshToken: Secret | undefined }
  /** `invalid_grant` (RFC 6749 §5.2): the account is disabled or deleted, or the person has to sign in again. */
  | { readonly outcome: 'ended'; readonly reason: unknown; readonly facts: ErrorFacts };

/** The provider's answer to one of our credentials. */
export interface CredentialTrial {
  readonly kind: CredentialKind;
  /** The name in words, such as `secret 2 of 2`. */
  readonly name: string;
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  readonly error?: EntranceError;
}

/** The part of a provider that `entrance doctor` needs. */
export interface ProviderInspection {
  readonly redirectUri: string;
  /** Checks the set-up at the provider and the connection to it. Never rejects. */
  examine(now: () => number): Promise<readonly Finding[]>;
  /** The credentials with a known end, as they are now. */
  datedCredentials(): readonly DatedCredential[];
}

export interface ProviderButton {
  readonly label: string;
  /** The vendor’s mark, drawn by its branding guidelines; without a mark the button shows a key. */
  readonly mark?: VendorMark;
  /** `ink`: nearly black on white, or nearly white on black, for a vendor that asks for it or whose mark is `currentColor`. */
  readonly look?: 'ink';
}

/** The data with which a provider may be asked to end its session. */
export interface EndOfSession {
  /** The address to which the provider sends the person afterwards, `BASE_URL/admin/login`. */
  readonly returnTo: string;
  /** `SessionClaims.loginHint` of the sign-in. */
  readonly loginHint?: string | undefined;
  /** `SessionClaims.idTokenHint` of the sign-in. */
  readonly idTokenHint?: string | undefined;
}

/** Sign-out that begins at the provider (OpenID Connect Front-Channel and Back-Channel Logout 1.0). */
export interface SignOutNotices {
  /** Whether this is the `iss` of the provider's ID tokens. */
  isIssuer(issuer: string): Promise<boolean>;
  /** Validates a back-channel logout token. May reject with `logout_token_invalid`. */
  readLogoutToken(token: string): Promise<LogoutNotice>;
}

/** A subject identifier of the format `iss_sub` (RFC 9493 §3.2.3). */
export interface IssuerAndSubject {
  readonly iss: string;
  readonly sub: string;
}

/** A provider asks that all sessions of a person end (draft-parecki-oauth-global-token-revocation). */
export interface GlobalRevocation {
  /**
   * The identity that a request names; undefined if it isn't one of this provider’s.
   * @param token the bearer token of the request, signed for the address `endpoint`
   * @throws EntranceError `token_invalid`
   */
  identityNamed(
    token: string | undefined,
    endpoint: string,
    subject: IssuerAndSubject,
  ): Promise<IdentityKey | undefined>;
}

/** Its methods reject with an EntranceError that has a sign-in code. */
export interface Provider {
  readonly id: string;
  /** The provider's settings: names, rules, trusted domains, interval, step-up, and the names of its variables. */
  readonly config: ProviderConfig;
  readonly button: ProviderButton;
  /** The configured directory (tenant); undefined if the provider has none. */
  readonly tenant?: string;
  authorizationUrl(secrets: AuthorizationSecrets, options: AuthorizationOptions): Promise<URL>;
  /**
   * Redeems the callback: `parameters` is the query of the authorization response. Each step is passed to `tell`, and
   * the claims that arrive to `show`. The provider’s own policy has judged the identity already (`Identity.refusal`).
   */
  complete(
    parameters: URLSearchParams,
    secrets: AuthorizationSecrets,
    tell: Tell,
    show?: ShowClaims,
  ): Promise<CompletedSignIn>;
  readonly health: ProviderHealth;
  /** Translates an error that the provider reported: our code, and the operator's remedy. */
  readonly explain: Refine;
  /** The text for an error that the provider reported; undefined if the text of our code is enough. */
  failureText(facts: ErrorFacts): FailureText | undefined;
  /** Texts for our own refusals, if the provider’s own words explain more. */
  readonly texts?: Partial<Readonly<Record<ErrorCode, ErrorText>>>;
  /** The remedies for our own refusals, in the provider’s words. `{tenant}` and `{domain}` stand for the person’s. */
  readonly refusalRemedies: Partial<Readonly<Record<ErrorCode, string>>>;
  readonly inspection: ProviderInspection;
  /** Keeps metadata, keys and health up to date in the background, until the returned function is called. */
  watch(): Promise<() => void>;

  // The following members are optional, since not every provider can do this.

  /** Asks whether the person with this refresh token may still sign in. Rejects if the answer is unknown. */
  confirm?(refreshToken: Secret): Promise<Confirmation>;
  /** The address at which the person can end the provider's session; undefined until it is known. */
  endSessionUrl?(asked: EndOfSession): string | undefined;
  readonly signOutNotices?: SignOutNotices;
  readonly globalRevocation?: GlobalRevocation;
  /** Whether the provider can confirm an authentication context (step-up). */
  readonly stepsUp?: true;
}
