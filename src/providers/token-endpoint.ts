import * as oauth from 'oauth4webapi';
import * as oidc from 'openid-client';
import type { CredentialsConfig } from '../config/config.js';
import { credentialChain } from './credentials/chain.js';
import { type ClientCredential, CredentialUnavailable } from './credentials/client-credential.js';
import { reportedError } from './failures.js';
import type { Grant, Tokens } from './grants.js';
import { issuerFor } from './issuer.js';
import { signingAlgorithms, verifySignature } from './jwt.js';
import { beforeDeadline, PROVIDER_DEADLINE_MS, responseOf } from './outbound.js';
import type { CredentialTrial } from './provider.js';
import type { PublishedMetadata, PublishedMetadataOptions } from './published-metadata.js';
import { tokenResponseOf, unverifiedIdTokenIn } from './token-answer.js';

export interface TokenEndpointOptions extends PublishedMetadataOptions {
  /** Holds no credential for a public client, which sends only its client ID. */
  readonly credentials: CredentialsConfig;
}

const PUBLIC_CLIENT = { name: 'none', authentication: async () => oauth.None() };

/** Sends requests to the token endpoint (RFC 6749 §3.2), and validates the answers. */
export class TokenEndpoint {
  readonly #options: TokenEndpointOptions;
  readonly #published: PublishedMetadata;

  constructor(options: TokenEndpointOptions, published: PublishedMetadata) {
    this.#options = options;
    this.#published = published;
  }

  /** Tries each credential in turn until one isn’t refused, so that a credential can be rotated without a gap. */
  async tokens(metadata: oauth.AuthorizationServer, grant: Grant, deadline: AbortSignal): Promise<Tokens> {
    let refusal: unknown;
    for (const credential of this.#credentials()) {
      try {
        const authentication = await credential.authentication(metadata);
        const answer = await grant.request(authentication, this.#requestOptions(deadline));
        const tokens = await this.#validated(metadata, grant, answer, deadline);
        this.#published.health.succeeded();
        return tokens;
      } catch (error) {
        if (!this.#isRefusedCredential(error)) throw error;
        refusal = error;
        const { cause, facts, remedy } = this.#published.meaningOf(error);
        this.#options.log.warn(
          { credential: credential.name, facts, cause, remedy },
          'the identity provider did not accept a credential',
        );
      }
    }
    throw refusal;
  }

  /** Chooses issuer and keys by the unverified content of the ID token, and then validates the answer with these. */
  async #validated(
    metadata: oauth.AuthorizationServer,
    { namedIssuer, process }: Grant,
    answer: Response,
    deadline: AbortSignal,
  ): Promise<Tokens> {
    const { kid, claims } = (await unverifiedIdTokenIn(answer)) ?? {};
    const server = {
      ...metadata,
      issuer: issuerFor(this.#published.issuerRule, metadata.issuer, namedIssuer, claims),
      id_token_signing_alg_values_supported: signingAlgorithms(
        metadata.id_token_signing_alg_values_supported,
      ),
    };
    const tokens = await process(server, answer);
    if (tokens.id_token === undefined) return tokens;
    await verifySignature(
      server,
      answer,
      await beforeDeadline(deadline, this.#published.signingKeys(server.issuer, kid)),
    );
    return tokens;
  }

  /** Tries one credential by a client-credentials grant (RFC 6749 §4.4), and drops the token. */
  async trial(
    credential: ClientCredential,
    metadata: oauth.AuthorizationServer,
    scope: string,
  ): Promise<CredentialTrial> {
    const { kind, name } = credential;
    const deadline = AbortSignal.timeout(PROVIDER_DEADLINE_MS);
    try {
      const attempt = configure(metadata, await credential.authentication(metadata), this.#options);
      attempt[oidc.customFetch] = async (url, options) =>
        responseOf(await this.#published.ask(url, options, deadline));
      await oidc.clientCredentialsGrant(attempt, { scope });
      return { kind, name, outcome: 'accepted' };
    } catch (error) {
      const outcome = this.#isRefusedCredential(error) ? 'refused' : 'unknown';
      return { kind, name, outcome, error: this.#published.meaningOf(error) };
    }
  }

  #isRefusedCredential(error: unknown): boolean {
    if (error instanceof CredentialUnavailable) return true;
    const { refine } = this.#options;
    const reported = reportedError(error);
    return reported !== undefined && refine(reported).refusesCredential === true;
  }

  #credentials() {
    const chain = credentialChain(this.#options.credentials);
    return chain.length === 0 ? [PUBLIC_CLIENT] : chain;
  }

  #requestOptions(deadline: AbortSignal): oauth.TokenEndpointRequestOptions {
    return {
      [oauth.customFetch]: async (url, question) =>
        tokenResponseOf(await this.#published.ask(url, question, deadline)),
      [oauth.allowInsecureRequests]: this.#options.allowHttp,
    };
  }
}

/** Prepares openid-client for one request, or for addresses that it builds. */
export function configure(
  metadata: oidc.ServerMetadata,
  authentication: oidc.ClientAuth,
  { clientId, allowHttp }: Pick<TokenEndpointOptions, 'clientId' | 'allowHttp'>,
): oidc.Configuration {
  const configuration = new oidc.Configuration(metadata, clientId, undefined, authentication);
  configuration.timeout = 0; // `customFetch` has the deadline
  if (allowHttp) oidc.allowInsecureRequests(configuration);
  return configuration;
}
