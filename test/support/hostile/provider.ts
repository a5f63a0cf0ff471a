import type { ServerResponse } from 'node:http';
import type { JSONWebKeySet } from 'jose';
import type { Faults } from '../../../demo/simulator/faults.js';
import type { Settings } from '../settings.js';

/** Authentik stands for providers of no kind of their own. */
export type ProviderId = 'entra' | 'google' | 'okta' | 'ibm_verify' | 'keycloak' | 'authentik' | 'github';
export type Claims = Readonly<Record<string, unknown>>;

/** `rights` is what is asked with the access token: UserInfo, an API for groups, or GitHub’s API. */
export type Endpoint = 'discovery' | 'jwks' | 'token' | 'rights';

/** What a provider does that it must not. */
export interface HostileFaults
  extends Pick<
    Faults,
    'metadata' | 'keySet' | 'idToken' | 'tokenResponse' | 'authorizationResponse' | 'delayMs'
  > {
  /** Claims of the ID token beside the usual, or instead; `undefined` leaves one out. */
  claims?: Claims | undefined;
  /** What access tokens say beside the usual, of a provider whose access tokens are JWTs. */
  accessTokenClaims?: Claims | undefined;
  /** Gets such an access token, signed, and gives the one to send. */
  accessToken?: HostileFaults['idToken'];
  /** UserInfo answers with a token: gets the signed one and gives the one to send. */
  userInfoToken?: HostileFaults['idToken'];
  /** What endpoints answer in place of everything else, byte by byte. */
  answers: Readonly<Partial<Record<Endpoint, (response: ServerResponse) => void>>>;
  /** Somebody signs in who was never here, and whose ID token says nothing of rights. */
  isNewcomer: boolean;
}

/** A provider of one kind, in the shape of its vendor, that does what it must not. */
export interface HostileProvider {
  readonly id: ProviderId;
  /** The origin at which it answers. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What makes it the only provider of an entrance. */
  readonly settings: Settings;
  readonly faults: HostileFaults;
  /** How often each endpoint was asked. */
  readonly requests: Record<Endpoint, number>;
  /** Paths that were asked for, without those of a usual sign-in. */
  readonly strayRequests: string[];
  /** Signs somebody in; gives where the browser is sent back to, without following it. */
  signIn(authorizationUrl: string): Promise<URL>;
  close(): Promise<void>;
}

/** One that speaks OpenID Connect. */
export interface HostileOpenIdProvider extends HostileProvider {
  readonly issuer: string;
  /** Signs claims with the current key, below a header of one’s own. */
  sign(claims: Claims, header?: Claims): Promise<string>;
  /** The keys as the provider publishes them. */
  keySet(): Promise<JSONWebKeySet>;
  rotateKeys(): Promise<void>;
  /** A logout token that is as it should be, but for these claims. */
  signLogoutToken(claims?: Claims): Promise<string>;
}

/** What a row makes a provider do. */
export type Arrange<P extends HostileProvider = HostileOpenIdProvider> = (
  provider: P,
) => void | Promise<void>;

export function noFaults(): { [Name in keyof Required<HostileFaults>]: HostileFaults[Name] } {
  return {
    metadata: undefined,
    keySet: undefined,
    idToken: undefined,
    tokenResponse: undefined,
    authorizationResponse: undefined,
    delayMs: undefined,
    claims: undefined,
    accessTokenClaims: undefined,
    accessToken: undefined,
    userInfoToken: undefined,
    answers: {},
    isNewcomer: false,
  };
}

export function noRequests(): HostileProvider['requests'] {
  return { discovery: 0, jwks: 0, token: 0, rights: 0 };
}

/** Changes the answer that a browser brings back; `undefined` leaves a parameter out. */
export function answerWith(callback: URL, parameters: HostileFaults['authorizationResponse'] = {}): URL {
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) callback.searchParams.delete(name);
    else callback.searchParams.set(name, value);
  }
  return callback;
}
