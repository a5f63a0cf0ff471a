import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT, UnsecuredJWT } from 'jose';
import { verifySignature } from '#entrance/providers/signature.js';

let keys: JSONWebKeySet;
let sign: (alg?: string, kid?: string) => Promise<string>;
beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'ours' }] };
  sign = (alg = 'RS256', kid = 'ours') =>
    new SignJWT({ sub: 'somebody' }).setProtectedHeader({ alg, kid }).sign(privateKey);
});

const verified = (token: string, set = keys) => verifySignature(token, set, ['RS256']);

test('a token of the provider is accepted, again and again', async () => {
  for (let time = 0; time < 3; time += 1) await expect(verified(await sign())).resolves.toBeUndefined();
});

test.each<[string, (token: string) => Promise<string> | string]>([
  ['with altered claims', (token) => token.replace(/\.[^.]+\./, `.${btoa('{"sub":"else"}')}.`)],
  ['without its signature', (token) => token.replace(/[^.]+$/, '')],
  ['that says it has none', () => new UnsecuredJWT({ sub: 'somebody' }).encode()],
  ['by an unknown key', () => sign('RS256', 'another')],
  ['by an HMAC with the public key', () => signedWithPublicKey()],
])('a token %s is refused', async (_, alter) => {
  const token = await alter(await sign());
  await expect(verified(token)).rejects.toThrow();
});

test('a key that has left the set is no longer good, though it was before', async () => {
  const token = await sign();
  await verified(token);
  await expect(verified(token, { keys: [] })).rejects.toThrow();
});

test('an algorithm that the metadata doesn’t announce is refused', async () => {
  await expect(verifySignature(await sign(), keys, ['ES256'])).rejects.toThrow();
});

test('a key of fewer than 2048 bits is refused', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const jwk = (key: KeyObject) => key.export({ format: 'jwk' });
  const token = `${btoa('{"alg":"RS256","kid":"weak"}')}.e30.${'A'.repeat(171)}`.replaceAll('=', '');
  const set = { keys: [{ ...jwk(weak.publicKey), kty: 'RSA', kid: 'weak' }] };
  await expect(verified(token, set)).rejects.toThrow(/2048/);
});

function signedWithPublicKey(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(keys.keys[0]));
  return new SignJWT({ sub: 'somebody' }).setProtectedHeader({ alg: 'HS256', kid: 'ours' }).sign(secret);
}
