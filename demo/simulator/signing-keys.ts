import { createHash, randomUUID } from 'node:crypto';
import {
  type CryptoKey,
  decodeJwt,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';

interface SigningKey {
  readonly privateKey: CryptoKey;
  /** Entra names the issuer that a key is good for. */
  readonly published: JWK & { readonly kid: string; readonly issuer: string };
}

/** The tenant's signing key and the key set that publishes it, with the members that Entra adds. */
export class SigningKeys {
  readonly #issuer: string;
  #current: SigningKey;

  private constructor(issuer: string, first: SigningKey) {
    this.#issuer = issuer;
    this.#current = first;
  }

  static async create(issuer: string): Promise<SigningKeys> {
    return new SigningKeys(issuer, await generateKey(issuer));
  }

  keySet(): { keys: readonly JWK[] } {
    return { keys: [this.#current.published] };
  }

  /** Takes a new key; tokens of the old one can't be verified any more. */
  async rotate(): Promise<void> {
    this.#current = await generateKey(this.#issuer);
  }

  /** Signs the claims of an ID token; those that are `undefined` are left out. */
  async sign(claims: Readonly<Record<string, unknown>>): Promise<string> {
    const payload: JWTPayload = Object.fromEntries(
      Object.entries(claims).filter(([, value]) => value !== undefined),
    );
    return new SignJWT(payload)
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: this.#current.published.kid })
      .sign(this.#current.privateKey);
  }
}

export function claimsOf(idToken: string): JWTPayload {
  return decodeJwt(idToken);
}

async function generateKey(issuer: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = createHash('sha1').update(randomUUID()).digest('base64url');
  const { kty, n, e } = await exportJWK(publicKey);
  if (kty === undefined || n === undefined || e === undefined) throw new TypeError('not an RSA key');
  return { privateKey, published: { kty, use: 'sig', kid, x5t: kid, n, e, issuer } };
}
