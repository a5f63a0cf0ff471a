import type { Identity } from '../identity/identity.js';
import type { IdentityKey } from '../identity/user.js';
import type { ProviderHealth } from './health.js';

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
}

/** Addresses of ours that a provider has to know. */
export interface OwnAddresses {
  /** `BASE_URL/auth/sso/callback/{provider}`. */
  readonly redirectUri: string;
  /** `BASE_URL/admin/login`. */
  readonly signInUrl: string;
}

/** An identity provider, as the rest of the product sees it. Its methods reject with an EntranceError of a sign-in code. */
export interface Provider {
  readonly id: IdentityKey['provider'];
  readonly displayName: string;
  /** The text of its button on the sign-in page. */
  readonly signInLabel: string;
  /** The URL to send the person to. */
  authorizationUrl(secrets: AuthorizationSecrets, options: AuthorizationOptions): Promise<URL>;
  /** Redeems the callback: `parameters` is the query of the authorization response. */
  complete(parameters: URLSearchParams, secrets: AuthorizationSecrets): Promise<Identity>;
  /** The tenants whose people may sign in, by ID, or `*`; known once the provider has been reached. */
  allowedTenants(): Promise<readonly string[]>;
  readonly health: ProviderHealth;
  /** Where the person can end their session at the provider; undefined until it is known. */
  endSessionUrl(returnTo: string): string | undefined;
  /** Keeps what is known of the provider, and whether it can be reached, up to date until what it returns is called. */
  watch(): () => void;
}
