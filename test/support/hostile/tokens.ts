import { createHmac, createPublicKey } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { claimsOf } from '../../../demo/simulator/signing-keys.js';
import type { Arrange, Claims, HostileOpenIdProvider } from './provider.js';

/** Makes another token of a right one. */
export type Forge = (token: string, provider: HostileOpenIdProvider) => string | Promise<string>;

/** The ID token says this beside the usual, or instead; `undefined` leaves a claim out. Properly signed. */
export function withClaims(claims: Claims | ((provider: HostileOpenIdProvider) => Claims)): Arrange {
  return (provider) => {
    provider.faults.claims = typeof claims === 'function' ? claims(provider) : claims;
  };
}

/** The ID token is replaced. */
export function withIdToken(forge: Forge): Arrange {
  return (provider) => {
    provider.faults.idToken = (token) => forge(token, provider);
  };
}

/** Properly signed, below a header of this kind. */
export function signedWithHeader(header: Claims): Forge {
  return (token, { sign }) => sign(claimsOf(token), header);
}

export const unsigned: Forge = (token) => new UnsecuredJWT(claimsOf(token)).encode();

/** Signed with a key of the attacker’s, below a header of the attacker’s. */
export function signedByAttacker(
  headerOf: (key: JWK, kid: string, provider: HostileOpenIdProvider) => Claims,
): Forge {
  return async (token, provider) => {
    const { privateKey, publicKey } = await keyPair('RS256', 2_048);
    const header = headerOf(await exportJWK(publicKey), kidOf(token), provider);
    return new SignJWT(claimsOf(token)).setProtectedHeader({ alg: 'RS256', ...header }).sign(privateKey);
  };
}

/** An HMAC under the client secret. */
export const hmacWithTheSecret: Forge = (token, { clientSecret }) => hmac(token, clientSecret);

/** An HMAC under the provider’s public key, which everybody knows. */
export const hmacWithThePublicKey: Forge = async (token, { keySet }) => {
  const { keys } = await keySet();
  const key = createPublicKey({ key: { ...keys[0] }, format: 'jwk' });
  return hmac(token, String(key.export({ type: 'spki', format: 'pem' })));
};

function hmac(token: string, key: string): string {
  const signed = signingInput({ alg: 'HS256', typ: 'JWT', kid: kidOf(token) }, token);
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

type Algorithm = 'ES256' | 'PS256' | 'RS256';
const ANOTHER_KEY = 'another';

/** Publishes a second key, of this algorithm or strength. */
export function publishingKeyOf(alg: Algorithm, bits?: number): Arrange {
  return async ({ faults }) => {
    const { publicKey } = await keyPair(alg, bits);
    const jwk = { ...(await exportJWK(publicKey)), kid: ANOTHER_KEY };
    faults.keySet = ({ keys }) => ({ keys: [...keys, jwk] });
  };
}

/** Signed with that key. */
export function signedBy(alg: Algorithm, bits?: number): Forge {
  return async (token) => {
    const { privateKey } = await keyPair(alg, bits);
    const signed = signingInput({ alg, kid: ANOTHER_KEY }, token);
    const parameters =
      alg === 'ES256'
        ? { name: 'ECDSA', hash: 'SHA-256' }
        : { name: privateKey.algorithm.name, saltLength: 32 };
    const signature = await crypto.subtle.sign(parameters, privateKey, Buffer.from(signed));
    return `${signed}.${Buffer.from(signature).toString('base64url')}`;
  };
}

/** Making a pair takes a moment: each kind of key is made once. */
const pairs = new Map<string, Promise<Pair>>();
type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

function keyPair(alg: Algorithm, bits?: number): Promise<Pair> {
  const kind = `${alg} ${bits}`;
  const pair = pairs.get(kind) ?? (alg === 'RS256' ? rsaPair(bits) : generateKeyPair(alg));
  pairs.set(kind, pair);
  return pair;
}

/** By hand, since the library makes no short ones. */
function rsaPair(modulusLength = 2_048): Promise<Pair> {
  const publicExponent = new Uint8Array([1, 0, 1]);
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent };
  return crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function signingInput(header: Claims, token: string): string {
  return [header, claimsOf(token)].map(encoded).join('.');
}

export function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

export function kidOf(token: string): string {
  const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  return typeof header === 'object' && header !== null && 'kid' in header ? String(header.kid) : '';
}
