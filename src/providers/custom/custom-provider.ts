import type { VendorMark } from '../vendor-mark.js';

/**
 * A provider that the host app's own code gives (docs/extending/provider.md). Its rules stand in settings with its ID
 * in their names, as `SSO_ACME_ADMIN_GROUPS` for the ID `acme`.
 */
export type CustomProvider = OpenIdProvider | OAuthProvider;

interface NamedProvider {
  /** The ID in addresses (`/auth/sso/callback/{id}`) and in the names of settings. Another ID is another provider. */
  readonly id: string;
  /** The name that people call the provider: “Continue with {name}”. */
  readonly name: string;
  /** The mark on the button; without it the button shows a key. */
  readonly mark?: VendorMark | undefined;
}

/**
 * A provider that speaks OpenID Connect. Entrance does the whole flow, and the checks of `entrance doctor`. The settings
 * of a generic provider apply under its ID, as `SSO_ACME_SCOPE`, and replace the values that stand here.
 */
export interface OpenIdProvider extends NamedProvider {
  /** The issuer, letter by letter as its metadata names it. */
  readonly issuer: string;
  readonly clientId: string;
  /** The client secret. A list rotates it: the next is tried when the provider refuses one. */
  readonly clientSecret?: string | readonly string[] | undefined;
  /**
   * Reads the person's groups from the claims of UserInfo and the ID token, whose claims come first. `undefined` says
   * that the groups aren't known: then nobody's roles and teams are taken away. The same counts if the function throws
   * or takes longer than the provider may.
   */
  readonly readGroups?: ReadGroups | undefined;
}

export type ReadGroups = (claims: Claims) => ProvedGroups | Promise<ProvedGroups>;

export type Claims = Readonly<Record<string, unknown>>;

/** The groups of a person: exactly these, or at least these if there may be more. `undefined`: nothing is known. */
export type ProvedGroups = readonly string[] | { readonly atLeast: readonly string[] } | undefined;

/**
 * A provider that the host app's own code speaks to, such as OAuth 2.0 without OpenID Connect. Entrance keeps the
 * secrets of the sign-in, compares `state`, and answers errors that the provider sends back. Each method may take 10
 * seconds. A method that throws, or that the provider doesn't answer in time, signs nobody in.
 */
export interface OAuthProvider extends NamedProvider {
  /**
   * The issuer that answers of the provider may name (`iss`, RFC 9207). An answer that names another issuer is refused,
   * and without this member each answer that names one.
   */
  readonly issuer?: string | undefined;
  /** Gives the address to which the person is sent. Its query holds `state`. */
  begin(beginning: SignInBeginning): string | URL | Promise<string | URL>;
  /** Redeems the answer and says who the person is. May throw an `EntranceError`, such as `email_unverified`. */
  complete(answer: SignInAnswer): ProvedPerson | Promise<ProvedPerson>;
  /**
   * Asks whether the person with this refresh token is still there, as often as the setting `…_REVALIDATE_INTERVAL`
   * says. Reject if the answer isn't known: then nothing changes.
   */
  confirm?(asked: ConfirmationAsked): StillThere | Promise<StillThere>;
  /** The address at which the person ends the provider's session. */
  endSessionUrl?(asked: SessionEnding): string | undefined;
  /** Set if the provider can confirm an authentication context: `complete` then gives `authContexts`. */
  readonly stepsUp?: true | undefined;
  /** The provider's own checks for “Check now” on the page Setup. Checks that were made already needn't be repeated. */
  examine?(asked: { readonly signal: AbortSignal }): Promise<readonly ProviderFinding[]>;
}

export interface SignInBeginning {
  /** Binds the answer to this browser: put it into the query of the address (RFC 6749 §10.12). */
  readonly state: string;
  readonly nonce: string;
  /** PKCE, method `S256` (RFC 7636). */
  readonly codeChallenge: string;
  /** The address to register at the provider. */
  readonly redirectUri: string;
  readonly loginHint: string | undefined;
  /** The person asked to choose the account. */
  readonly selectAccount: boolean;
  /** The authentication context that the provider has to confirm, such as `c1`. */
  readonly authContext: string | undefined;
  readonly signal: AbortSignal;
}

export interface SignInAnswer {
  /** The query of the provider's answer. It holds no `error`, and its `state` is right. */
  readonly parameters: URLSearchParams;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
  /** Aborts after 10 seconds: hand it to `fetch`. */
  readonly signal: AbortSignal;
}

/** The facts about a person that the provider has proved. A member of another form counts as left out. */
export interface ProvedPerson {
  /** The provider's own ID of the person, which never changes and is never given to another person: no address. */
  readonly subject: string;
  readonly email?: string | undefined;
  /** True only if the provider has verified that the address is the person's. */
  readonly emailVerified?: boolean | undefined;
  readonly fullName?: string | undefined;
  /** `[]` says that the person is in no group. Leave the member out if the groups aren't known. */
  readonly groups?: ProvedGroups;
  /** Kept sealed for `confirm`, if the setting `…_REVALIDATE_INTERVAL` is on. */
  readonly refreshToken?: string | undefined;
  /** Handed to `endSessionUrl`. */
  readonly loginHint?: string | undefined;
  /** The authentication contexts that the provider confirmed for this sign-in. */
  readonly authContexts?: readonly string[] | undefined;
}

export interface ConfirmationAsked {
  readonly refreshToken: string;
  readonly signal: AbortSignal;
}

export interface StillThere {
  /** If false, all sessions of the person end. */
  readonly isThere: boolean;
  /** Replaces the refresh token. */
  readonly refreshToken?: string | undefined;
}

export interface SessionEnding {
  /** The address to which the provider sends the person afterwards. */
  readonly returnTo: string;
  readonly loginHint: string | undefined;
}

/** The result of a check, in words for an operator. */
export interface ProviderFinding {
  readonly severity: 'ok' | 'warning' | 'failed' | 'could_not_check';
  readonly what: string;
  /** The consequence. */
  readonly why?: string | undefined;
  /** The change to make, and its place. */
  readonly remedy?: string | undefined;
}
