import type { ClientAuth, ServerMetadata } from 'openid-client';
import { EntranceError } from '../../errors.js';

export type CredentialKind = 'federated' | 'certificate' | 'secret';

/** One way to prove to the provider which application we are (RFC 6749 §2.3). */
export interface ClientCredential {
  readonly kind: CredentialKind;
  /** In words, for logs and `entrance doctor`: `certificate`, `secret 2 of 2`. */
  readonly name: string;
  /**
   * The authentication for one request to the token endpoint.
   * @throws CredentialUnavailable where it can’t be had at this moment
   */
  authentication(metadata: ServerMetadata): Promise<ClientAuth>;
}

/** A credential that isn’t to be had now, such as a token whose file is gone: the next one is tried. */
export class CredentialUnavailable extends EntranceError {
  constructor(cause: unknown) {
    super('sso_misconfigured', { cause });
  }
}
