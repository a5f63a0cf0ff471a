import type { Secret } from '../../config/secret.js';
import { type ClientCredential, CredentialUnavailable } from './client-credential.js';

/** The type of a JWT that another issuer has signed (RFC 7523 §2.2). */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Workload identity federation: the platform issues a token that authenticates us. The token is valid for an hour or
 * less, so it is read each time.
 */
export function federatedCredential(token: Secret): ClientCredential {
  return {
    kind: 'federated',
    name: 'federated token',
    async authentication() {
      const assertion = read(token);
      return (_metadata, client, body) => {
        body.set('client_id', client.client_id);
        body.set('client_assertion_type', ASSERTION_TYPE);
        body.set('client_assertion', assertion);
      };
    },
  };
}

function read(token: Secret): string {
  try {
    return token.value();
  } catch {
    throw new CredentialUnavailable({ reason: 'the federated token’s file can’t be read or holds no token' });
  }
}
