import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import type { CryptoKey } from 'jose';
import { importPKCS8 } from 'jose/key/import';
import { modifyAssertion, PrivateKeyJwt } from 'openid-client';
import type { ClientCertificate } from '../../config/client-certificate.js';
import type { CredentialsConfig } from '../../config/config.js';
import type { ClientCredential } from './client-credential.js';

/** Seconds for which an assertion is valid. Vendors advise five to ten minutes. */
const ASSERTION_LIFETIME_SECONDS = 300;

/** `private_key_jwt` (OpenID Connect Core §9); vendors want the thumbprint in the header (RFC 7515 §4.1.7–8). */
export function certificateCredential(
  source: ClientCertificate,
  assertion: CredentialsConfig['assertion'],
): ClientCredential {
  return {
    kind: 'certificate',
    name: 'certificate',
    async authentication(metadata) {
      const { certificate, privateKey } = source.current();
      const key = await signingKey(privateKey, assertion);
      return PrivateKeyJwt(key, {
        [modifyAssertion](header, payload) {
          Object.assign(header, { typ: 'JWT' }, thumbprint(certificate, assertion));
          payload.aud = metadata.token_endpoint;
          payload.exp = Number(payload.iat) + ASSERTION_LIFETIME_SECONDS;
        },
      });
    },
  };
}

/** The header that names a certificate: the base64url digest of its DER, not of the PEM file. */
export function thumbprint(
  { raw }: Pick<X509Certificate, 'raw'>,
  assertion: CredentialsConfig['assertion'],
): Readonly<Record<string, string>> {
  const digest = (algorithm: string) => createHash(algorithm).update(raw).digest('base64url');
  return assertion === 'legacy' ? { x5t: digest('sha1') } : { 'x5t#S256': digest('sha256') };
}

function signingKey(privateKey: KeyObject, assertion: CredentialsConfig['assertion']): Promise<CryptoKey> {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return importPKCS8(pem, assertion === 'legacy' ? 'RS256' : 'PS256');
}
