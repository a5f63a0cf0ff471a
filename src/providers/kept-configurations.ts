import * as oidc from 'openid-client';
import type { Expectation } from './token-answer.js';

/** For as many attempts at the same moment configurations are kept, a few kilobytes each. */
const MAX_KEPT = 20;

/** One request to the token endpoint: how we prove who we are, and how it goes out. */
export interface Attempt {
  readonly authentication: oidc.ClientAuth;
  readonly fetch: oidc.CustomFetch;
}

export type Configure = (
  metadata: oidc.ServerMetadata,
  authentication: oidc.ClientAuth,
) => oidc.Configuration;

/** Between two attempts, so that no credential and no token is kept. */
const NO_ATTEMPT: Attempt = {
  authentication: oidc.None(),
  fetch: () => Promise.reject(new TypeError('the attempt is over')),
};

interface Kept extends Expectation {
  readonly metadata: oidc.ServerMetadata;
  readonly configuration: oidc.Configuration;
  attempt: Attempt;
}

/**
 * Configurations of openid-client, used again for what is validated against the same: to one configuration it imports a signing
 * key once, which costs more than verifying with it does. Each is in use for one attempt at a time, since credential and
 * deadline are those of the attempt.
 */
export class KeptConfigurations {
  readonly #configure: Configure;
  readonly #idle: Kept[] = [];

  constructor(configure: Configure) {
    this.#configure = configure;
  }

  async use<T>(
    metadata: oidc.ServerMetadata,
    expectation: Expectation,
    attempt: Attempt,
    ask: (configuration: oidc.Configuration) => Promise<T>,
  ): Promise<T> {
    const kept = this.#take(metadata, expectation) ?? this.#make(metadata, expectation);
    kept.attempt = attempt;
    try {
      return await ask(kept.configuration);
    } finally {
      kept.attempt = NO_ATTEMPT;
      this.#idle.push(kept);
      if (this.#idle.length > MAX_KEPT) this.#idle.shift();
    }
  }

  /** The one that was used last, so that those for what has passed go first. */
  #take(metadata: oidc.ServerMetadata, { issuer, keys }: Expectation): Kept | undefined {
    const at = this.#idle.findLastIndex(
      (kept) => kept.metadata === metadata && kept.issuer === issuer && kept.keys === keys,
    );
    return at === -1 ? undefined : this.#idle.splice(at, 1)[0];
  }

  #make(metadata: oidc.ServerMetadata, { issuer, keys }: Expectation): Kept {
    const authenticate: oidc.ClientAuth = (...request) => kept.attempt.authentication(...request);
    const configuration = this.#configure({ ...metadata, issuer }, authenticate);
    configuration[oidc.customFetch] = (...request) => kept.attempt.fetch(...request);
    const kept: Kept = { metadata, issuer, keys, configuration, attempt: NO_ATTEMPT };
    return kept;
  }
}
