import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import { readLogoutToken } from '#entrance/providers/logout-token.js';

const ISSUER = 'https://issuer.example';
const CLIENT_ID = 'the-client';
const SHARED = Buffer.from('a shared key that is long enough');
const now = Date.now();

let privateKey: CryptoKey;
let published: JWK;
beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  privateKey = pair.privateKey;
  published = { ...(await exportJWK(pair.publicKey)), kid: 'one', use: 'sig' };
});

function sign(header: Partial<JWTHeaderParameters> = {}, key: CryptoKey | Uint8Array = privateKey) {
  const iat = Math.floor(now / 1_000);
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  return new SignJWT({ iss: ISSUER, aud: CLIENT_ID, iat, exp: iat + 120, jti: 'a jti', sid: 'a sid', events })
    .setProtectedHeader({ alg: 'RS256', kid: 'one', ...header })
    .sign(key);
}

const read = (token: string, keys: readonly JWK[] = [published], algorithms = ['RS256']) =>
  readLogoutToken(token, {
    issuer: ISSUER,
    clientId: CLIENT_ID,
    algorithms,
    keysFor: async () => ({ keys: [...keys] }),
    now,
  });

const refused = { code: 'logout_token_invalid' };

test('names the session, the token, and when it is past', async () => {
  expect(await read(await sign())).toEqual({
    named: { sid: 'a sid' },
    tokenId: 'a jti',
    expiresAt: (Math.floor(now / 1_000) + 120 + 60) * 1_000,
  });
});

describe('the type of token', () => {
  test.each(['logout+jwt', 'application/logout+jwt', 'JWT', 'jwt'])('may be %s', async (typ) => {
    expect(await read(await sign({ typ }))).toMatchObject({ tokenId: 'a jti' });
  });
  test.each(['at+jwt', 'secevent+jwt', 'xlogout+jwt'])('may not be %s', async (typ) => {
    await expect(read(await sign({ typ }))).rejects.toMatchObject(refused);
  });
});

test('HMAC is refused even where the metadata announces it and the keys hold one', async () => {
  const token = await sign({ alg: 'HS256', kid: 'shared' }, SHARED);
  const key: JWK = { kty: 'oct', kid: 'shared', k: SHARED.toString('base64url') };
  await expect(read(token, [key], ['HS256', 'RS256'])).rejects.toMatchObject(refused);
});

test('an algorithm that the metadata doesn’t announce is refused', async () => {
  await expect(read(await sign({ alg: 'RS256' }), [published], ['PS256'])).rejects.toMatchObject(refused);
});

test('what is no token never makes us ask for keys', async () => {
  const asking = readLogoutToken('nonsense', {
    issuer: ISSUER,
    clientId: CLIENT_ID,
    algorithms: ['RS256'],
    keysFor: () => Promise.reject(new Error('asked')),
    now,
  });
  await expect(asking).rejects.toMatchObject(refused);
});
