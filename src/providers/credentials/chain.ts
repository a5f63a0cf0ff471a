import type { CredentialsConfig } from '../../config/config.js';
import { certificateCredential } from './certificate.js';
import type { ClientCredential } from './client-credential.js';
import { secretCredentials } from './client-secret.js';
import { federatedCredential } from './federated-token.js';

/** The current credentials in the order in which they are tried: federated token, certificate, each secret. */
export function credentialChain({
  federatedToken,
  certificate,
  assertion,
  secret,
}: CredentialsConfig): readonly ClientCredential[] {
  return [
    ...(federatedToken === undefined ? [] : [federatedCredential(federatedToken)]),
    ...(certificate === undefined ? [] : [certificateCredential(certificate, assertion)]),
    ...(secret === undefined ? [] : secretCredentials(secret)),
  ];
}
