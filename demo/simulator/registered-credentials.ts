import { createHash, randomBytes, X509Certificate } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWK, jwtVerify } from 'jose';
import { type AadstsNumber, type Application, entraError, type TokenEndpointError } from './entra-errors.js';

/** A platform whose tokens vouch for the application: “Certificates & secrets → Federated credentials”. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  /** `api://AzureADTokenExchange`, unless given. */
  readonly audience?: string;
  /** The platform’s signing keys. */
  readonly keys: JSONWebKeySet;
}

export interface RegisteredCredentialsOptions {
  readonly clientId: string;
  readonly secret: string;
  /** PEM. */
  readonly certificates: readonly string[];
  readonly federated: readonly FederatedCredential[];
}

/** What is registered under “Certificates & secrets”. Secrets can be added, expire and be deleted at any time. */
export class RegisteredCredentials {
  readonly #clientId: string;
  readonly #secrets = new Map<string, 'valid' | 'expired'>();
  readonly #certificates: readonly X509Certificate[];
  readonly #federated: readonly FederatedCredential[];
  /** Stands in for a federated token that was found right. */
  readonly #innerSecret = randomBytes(24).toString('base64url');

  constructor({ clientId, secret, certificates, federated }: RegisteredCredentialsOptions) {
    this.#clientId = clientId;
    this.#secrets.set(secret, 'valid');
    this.#certificates = certificates.map((pem) => new X509Certificate(pem));
    this.#federated = federated;
  }

  addSecret(secret: string): void {
    this.#secrets.set(secret, 'valid');
  }

  expireSecret(secret: string): void {
    this.#secrets.set(secret, 'expired');
  }

  deleteSecret(secret: string): void {
    this.#secrets.delete(secret);
  }

  acceptsSecret(secret: string): boolean {
    return secret === this.#innerSecret || this.#secrets.get(secret) === 'valid';
  }

  /** The certificates’ public keys, for the OpenID provider to verify assertions with. */
  publicKeys(): JWK[] {
    // Copied, since the OpenID provider wants a plain object. RSA keys have every member that it needs.
    return this.#certificates.map(({ publicKey }) => ({ ...(publicKey.export({ format: 'jwk' }) as JWK) }));
  }

  /** Entra finds the certificate by the thumbprint of its DER: SHA-256 beside PS256, SHA-1 beside RS256. */
  knowsThumbprint(header: Readonly<Record<string, unknown>>): boolean {
    const [name, algorithm] = header.alg === 'PS256' ? ['x5t#S256', 'sha256'] : ['x5t', 'sha1'];
    return this.#certificates.some(
      ({ raw }) => createHash(algorithm).update(raw).digest('base64url') === header[name],
    );
  }

  /** Which of Microsoft’s numbers a refused authentication has. */
  refusalOf(parameters: Readonly<Record<string, unknown>>): AadstsNumber {
    if (parameters.client_assertion !== undefined) return 700027;
    if (parameters.client_secret === undefined) return 7000218;
    return this.#secrets.get(String(parameters.client_secret)) === 'expired' ? 7000222 : 7000215;
  }

  /** A request that a federated token vouches for becomes one with a secret; others stay as they are. */
  async withoutFederation(
    form: URLSearchParams,
    application: Application,
  ): Promise<URLSearchParams | TokenEndpointError> {
    const assertion = form.get('client_assertion');
    const issuer = issuerOf(assertion);
    if (assertion === null || issuer === undefined || issuer === this.#clientId) return form;
    const number = await this.#refusalOfToken(assertion, issuer);
    if (number !== undefined) return entraError('invalid_client', number, application);
    const replaced = new URLSearchParams(form);
    replaced.delete('client_assertion');
    replaced.delete('client_assertion_type');
    replaced.set('client_secret', this.#innerSecret);
    return replaced;
  }

  async #refusalOfToken(token: string, issuer: string): Promise<AadstsNumber | undefined> {
    const credential = this.#federated.find((one) => one.issuer === issuer);
    if (credential === undefined) return 700211;
    const { audience = 'api://AzureADTokenExchange', subject, keys } = credential;
    try {
      await jwtVerify(token, createLocalJWKSet(keys), { audience, subject, requiredClaims: ['exp'] });
      return undefined;
    } catch (error) {
      if (error instanceof errors.JWTExpired) return 700024;
      if (!(error instanceof errors.JWTClaimValidationFailed)) return 50013;
      return error.claim === 'aud' ? 700212 : 700213;
    }
  }
}

function issuerOf(assertion: string | null): string | undefined {
  try {
    return decodeJwt(assertion ?? '').iss;
  } catch {
    return undefined;
  }
}
