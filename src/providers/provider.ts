import type { Secret } from '../config/secret.js';
import type { EntranceError, ErrorFacts } from '../errors.js';
import type { Identity } from '../identity/identity.js';
import type { IdentityKey } from '../identity/user.js';
import type { Tell } from '../log.js';
import type { CredentialKind } from './credentials/client-credential.js';
import type { DatedCredential } from './credentials/expiry.js';
import type { ProviderHealth } from './health.js';
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
  /** A Conditional Access authentication context that is to be proved, such as `c1`. */
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

/** The endpoints of a provider’s metadata that an operator asks after. */
export interface PublishedMetadata {
  readonly issuer: string;
  readonly jwks_uri?: string | undefined;
}

/** What operators want to know of a provider: for `entrance doctor` and the Setup page. */
export interface ProviderInspection {
  readonly metadataUrl: string;
  /** The redirect URI to register. */
  readonly redirectUri: string;
  /** The cloud’s Microsoft Graph, an origin; undefined where the cloud isn’t known. */
  readonly graphUrl: string | undefined;
  metadata(): Promise<PublishedMetadata>;
  /** What an error of the provider's means, and what the operator can do. */
  explain: Refine;
  /** Asks the provider to accept each credential; undefined where it isn’t known at which directory. */
  tryCredentials(): Promise<readonly CredentialTrial[] | undefined>;
  /** The credentials whose end is known, as they are now. */
  datedCredentials(): readonly DatedCredential[];
}

/** An identity provider, as the rest of the product sees it. Its methods reject with an EntranceError of a sign-in code. */
export interface Provider {
  readonly id: IdentityKey['provider'];
  readonly displayName: string;
  /** The directory (tenant) that is configured; undefined if the provider has none. */
  readonly tenant?: string;
  /** The text of its button on the sign-in page. */
  readonly signInLabel: string;
  /** The URL to send the person to. */
  authorizationUrl(secrets: AuthorizationSecrets, options: AuthorizationOptions): Promise<URL>;
  /** Redeems the callback: `parameters` is the query of the authorization response. Tells the steps as they are done. */
  complete(parameters: URLSearchParams, secrets: AuthorizationSecrets, tell: Tell): Promise<CompletedSignIn>;
  /** Whether the person whom this refresh token was given for is still there. Rejects where it can't be told. */
  confirm(refreshToken: Secret): Promise<Confirmation>;
  /** The tenants whose people may sign in, by ID, or `*`; known once the provider has been reached. */
  allowedTenants(): Promise<readonly string[]>;
  readonly health: ProviderHealth;
  /** Where the person can end their session at the provider; undefined until it is known. */
  endSessionUrl(returnTo: string, loginHint?: string): string | undefined;
  /** Whether this is the `iss` of its ID tokens. */
  isIssuer(issuer: string): Promise<boolean>;
  /** Validates a back-channel logout token. Rejects with `logout_token_invalid` too. */
  readLogoutToken(token: string): Promise<LogoutNotice>;
  readonly inspection: ProviderInspection;
  /** Keeps what is known of the provider, and whether it can be reached, up to date until what it gives is called. */
  watch(): Promise<() => void>;
}
