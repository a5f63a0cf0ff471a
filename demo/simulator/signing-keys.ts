import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, type JWK, type JWTPayload } from 'jose';

interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly published: JWK & { readonly kid: string };
}

/** Making one takes a moment: all simulators of a process begin with the first of these, and take the next when they rotate. */
const made: Promise<SigningKey>[] = [];

/** The signing key, and the key set that publishes it with the members that Entra adds. */
export class SigningKeys {
  #current: SigningKey;
  #rotations = 0;
  #ownOfApplication: SigningKey | undefined;

  private constructor(first: SigningKey) {
    this.#current = first;
  }

  static async create(): Promise<SigningKeys> {
    return new SigningKeys(await keyAt(0));
  }

  /** Entra names the issuer that a key is good for, and publishes an application’s own key only if a request has its ID. */
  keySet(issuer: string, { forApplication }: { readonly forApplication: boolean }) {
    const own = forApplication ? this.#ownOfApplication : undefined;
    const published = own === undefined ? [this.#current] : [own, this.#current];
    return {
      keys: published.map((key): JWK & { readonly issuer: string } => ({ ...key.published, issuer })),
    };
  }

  /** The key set of a provider that adds nothing. */
  plainKeySet(): { readonly keys: readonly JWK[] } {
    return { keys: [this.#current.published] };
  }

  /** From now on tokens are signed with a key of the application’s own, as a claims-mapping policy has it. */
  async useOwnKey(): Promise<void> {
    this.#ownOfApplication = await generateKey();
  }

  /** Takes a new key; tokens of the old one can't be verified any more. */
  async rotate(): Promise<void> {
    this.#rotations += 1;
    this.#current = await keyAt(this.#rotations);
  }

  /** Signs the claims of an ID token, below a header of one's own where a test wants that; what is `undefined` is left out. */
  async sign(
    claims: Readonly<Record<string, unknown>>,
    header: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const { privateKey, published } = this.#ownOfApplication ?? this.#current;
    const signed = [{ typ: 'JWT', alg: 'RS256', kid: published.kid, ...header }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, Buffer.from(signed));
    return `${signed}.${Buffer.from(signature).toString('base64url')}`;
  }
}

export function claimsOf(idToken: string): JWTPayload {
  return decodeJwt(idToken);
}

function keyAt(index: number): Promise<SigningKey> {
  made[index] ??= generateKey();
  return made[index];
}

async function generateKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const kid = createHash('sha1').update(randomUUID()).digest('base64url');
  const { kty, n, e } = await exportJWK(publicKey);
  if (kty === undefined || n === undefined || e === undefined) throw new TypeError('not an RSA key');
  return { privateKey, published: { kty, use: 'sig', kid, x5t: kid, n, e } };
}
