import { type ClientAuth, ClientSecretBasic, ClientSecretPost, type ServerMetadata } from 'openid-client';
import type { CredentialsConfig } from '../../config/config.js';
import type { Secret } from '../../config/secret.js';
import { certificateCredential } from './certificate.js';
import { type ClientCredential, CredentialUnavailable } from './client-credential.js';

/** The type of a JWT that another issuer has signed (RFC 7523 §2.2). */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Workload identity federation. The token is valid for an hour or less, so it is read each time. */
function federatedCredential(token: Secret): ClientCredential {
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

function secretCredentials(secret: Secret): readonly ClientCredential[] {
  const values = secret.values();
  return values.map((value, index) => ({
    kind: 'secret',
    name: values.length === 1 ? 'secret' : `secret ${index + 1} of ${values.length}`,
    authentication: async (metadata) => secretAuthentication(metadata, value),
  }));
}

/** `client_secret_post`, unless the metadata offers `client_secret_basic` only (OpenID Connect Core §9). */
function secretAuthentication(metadata: ServerMetadata, secret: string): ClientAuth {
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_post') || !methods.includes('client_secret_basic')
    ? ClientSecretPost(secret)
    : ClientSecretBasic(secret);
}
