import { type ClientAuth, ClientSecretBasic, ClientSecretPost, type ServerMetadata } from 'openid-client';
import type { Secret } from '../../config/secret.js';
import type { ClientCredential } from './client-credential.js';

/** A credential for each current value of the secret, in the order of the values. */
export function secretCredentials(secret: Secret): readonly ClientCredential[] {
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
