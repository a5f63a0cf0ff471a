import type { JSONWebKeySet } from 'jose';
import * as oauth from 'oauth4webapi';
import type { CredentialsConfig } from '../config/config.js';
import type { EntranceError } from '../errors.js';
import { credentialChain } from './credentials/chain.js';
import { CredentialUnavailable } from './credentials/client-credential.js';
import { refusesCredential } from './credentials/refusals.js';
import { reportedError, translateProviderError } from './failures.js';
import { responseOf, within } from './outbound.js';
import type { Published, PublishedOptions } from './published.js';
import { unverifiedIdTokenIn } from './token-answer.js';

/** By how much clocks may differ. */
export const CLOCK_TOLERANCE_SECONDS = 60;

export interface TokenEndpointOptions extends PublishedOptions {
  readonly credentials: CredentialsConfig;
  /**
   * The issuer in full if the metadata states a template: by the issuer that an authorization response names, or by what a token
   * says of itself. Neither is known to be true yet; the token is then validated against the outcome.
   */
  readonly completeIssuer: (stated: string, said: SaidOfIssuer) => string;
}

export interface SaidOfIssuer {
  readonly iss?: string | undefined;
  readonly tid?: unknown;
}

/** A request for tokens, and how the library validates the answer. */
export interface Grant {
  readonly request: (
    authentication: oauth.ClientAuth,
    options: oauth.TokenEndpointRequestOptions,
  ) => Promise<Response>;
  readonly process: (server: oauth.AuthorizationServer, answer: Response) => Promise<Tokens>;
}

export type Tokens = oauth.TokenEndpointResponse;

/** The token endpoint (RFC 6749 §3.2): asks it, and validates what it answers. */
export class TokenEndpoint {
  readonly #options: TokenEndpointOptions;
  readonly #published: Published;

  constructor(options: TokenEndpointOptions, published: Published) {
    this.#options = options;
    this.#published = published;
  }

  /** Asks with each credential in turn until one isn’t refused, so that a credential can be rotated without a gap. */
  async tokens(
    metadata: oauth.AuthorizationServer,
    issuer: string,
    grant: Grant,
    deadline: AbortSignal,
  ): Promise<Tokens> {
    let refusal: unknown;
    for (const credential of credentialChain(this.#options.credentials)) {
      try {
        const authentication = await credential.authentication(metadata);
        const answer = await grant.request(authentication, this.#requestOptions(deadline));
        const tokens = await this.#validated(metadata, issuer, grant, answer, deadline);
        this.#published.health.succeeded();
        return tokens;
      } catch (error) {
        if (!isRefusedCredential(error)) throw error;
        refusal = error;
        const { cause, facts, mend } = this.meaning(error);
        this.#options.log.warn(
          { credential: credential.name, facts, cause, mend },
          'the identity provider did not accept a credential',
        );
      }
    }
    throw refusal;
  }

  /** Chooses issuer and keys by what the ID token says of itself, and validates the answer against these. */
  async #validated(
    metadata: oauth.AuthorizationServer,
    expectedIssuer: string,
    grant: Grant,
    answer: Response,
    deadline: AbortSignal,
  ): Promise<Tokens> {
    const { kid, claims: { tid } = {} } = (await unverifiedIdTokenIn(answer)) ?? {};
    const issuer =
      tid === undefined ? expectedIssuer : this.#options.completeIssuer(metadata.issuer, { tid });
    const server = { ...metadata, issuer };
    const tokens = await grant.process(server, answer);
    if (tokens.id_token === undefined) return tokens;
    const jwks = await within(deadline, this.signingKeys(issuer, kid));
    await oauth.validateApplicationLevelSignature(server, answer, {
      [oauth.jwksCache]: { jwks, uat: Math.floor(Date.now() / 1_000) },
      [oauth.customFetch]: refuseToFetch,
    });
    return tokens;
  }

  /** The keys that sign for this issuer: a key that names an issuer of its own signs for that issuer alone. */
  async signingKeys(issuer: string, kid: string | undefined): Promise<JSONWebKeySet> {
    const { completeIssuer } = this.#options;
    const keys = await this.#published.keysFor(kid);
    return {
      keys: keys.filter(
        ({ issuer: owner }) => owner === undefined || completeIssuer(owner, { iss: issuer }) === issuer,
      ),
    };
  }

  /** Within the bounds of all requests to the provider. */
  #requestOptions(deadline: AbortSignal): oauth.TokenEndpointRequestOptions {
    return {
      [oauth.customFetch]: async (url, question) =>
        responseOf(await this.#published.ask(url, question, deadline)),
      [oauth.allowInsecureRequests]: this.#options.allowHttp,
    };
  }

  meaning(error: unknown): EntranceError {
    return translateProviderError(error, this.#options.refine, { duringDiscovery: false });
  }
}

export function isRefusedCredential(error: unknown): boolean {
  const reported = reportedError(error);
  return error instanceof CredentialUnavailable || (reported !== undefined && refusesCredential(reported));
}

/** `Published` fetches the keys, within its bounds; the library doesn’t. */
function refuseToFetch(): Promise<never> {
  return Promise.reject(new TypeError('the keys are fetched elsewhere'));
}
