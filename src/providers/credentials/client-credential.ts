import type { ClientAuth, ServerMetadata } from 'openid-client';
import { EntranceError } from '../../errors.js';

export type CredentialKind = 'federated' | 'certificate' | 'secret';

/** A credential that authenticates our application at the provider (RFC 6749 §2.3). */
export interface ClientCredential {
  readonly kind: CredentialKind;
  /** The name in logs and in `entrance doctor`: `certificate`, `secret 2 of 2`. */
  readonly name: string;
  /** @throws CredentialUnavailable if it isn't available at this moment */
  authentication(metadata: ServerMetadata): Promise<ClientAuth>;
}

/** A credential isn’t available now, such as a token whose file is gone; the next credential is tried. */
export class CredentialUnavailable extends EntranceError {
  constructor(cause: unknown) {
    super('sso_misconfigured', { cause });
  }
}
