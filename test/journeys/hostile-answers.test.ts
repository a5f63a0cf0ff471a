import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { adminPersona } from '../../demo/personas.js';
import { claimsOf } from '../../demo/simulator/signing-keys.js';
import { startTestEntrance, type TestEntrance } from '../support/entrance.js';

let entrance: TestEntrance;
beforeAll(async () => {
  entrance = await startTestEntrance();
});
afterEach(() => {
  Object.assign(entrance.microsoft.faults, {
    metadata: undefined,
    authorizationResponse: undefined,
    tokenResponse: undefined,
    idToken: undefined,
  });
});
afterAll(() => entrance.close());

/** Where the callback of a sign-in leads, and that it leaves nobody signed in. */
async function refusedWith(persona: string): Promise<string> {
  const browser = entrance.browser();
  const back = await browser.get(await entrance.callbackFor(browser, persona)).expect(303);
  await browser.get('/auth/me').set('Accept', 'application/json').expect(401);
  return String(back.headers.location);
}

const FAILED = '/admin/login?error=sso_failed';
const now = () => Math.floor(Date.now() / 1_000);

describe('an ID token is refused', () => {
  test.each([
    ['without a signature', async (token: string) => new UnsecuredJWT(claimsOf(token)).encode()],
    [
      'signed with the client secret',
      async (token: string) =>
        new SignJWT(claimsOf(token))
          .setProtectedHeader({ alg: 'HS256' })
          .sign(Buffer.from(entrance.microsoft.clientSecret.padEnd(32))),
    ],
    [
      'signed by somebody else under the name of the right key',
      async (token: string) => {
        const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
        const { privateKey } = await generateKeyPair('RS256');
        return new SignJWT(claimsOf(token)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
      },
    ],
    [
      'whose claims were altered behind the signature',
      async (token: string) => {
        const [header, , signature] = token.split('.');
        const claims = Buffer.from(JSON.stringify({ ...claimsOf(token), oid: 'somebody-else' })).toString(
          'base64url',
        );
        return `${header}.${claims}.${signature}`;
      },
    ],
  ])('%s', async (_, alter) => {
    entrance.microsoft.faults.idToken = alter;
    expect(await refusedWith('admin')).toBe(FAILED);
  });

  test.each([
    ['with the nonce of another sign-in', { nonce: 'another' }],
    ['without a nonce', { nonce: undefined }],
    ['for another application', { aud: '11111111-2222-4333-8444-555555555555' }],
    ['for several applications without azp', { aud: ['SELF', '11111111-2222-4333-8444-555555555555'] }],
    ['that has expired', { exp: now() - 120 }],
    ['without an expiry', { exp: undefined }],
    ['without a time of issue', { iat: undefined }],
    ['from the future', { iat: now() + 3_600 }],
    ['not valid yet', { nbf: now() + 3_600 }],
    ['without a subject', { sub: undefined }],
    ['without a tenant', { tid: undefined }],
    ['without an object ID', { oid: undefined }],
    ['of another issuer altogether', { iss: 'https://evil.example/v2.0' }],
  ])('%s', async (_, claims: Record<string, unknown>) => {
    const aud = Array.isArray(claims.aud) ? [entrance.microsoft.clientId, claims.aud[1]] : claims.aud;
    entrance.microsoft.addPersona({
      ...adminPersona,
      id: 'hostile',
      claims: 'aud' in claims ? { aud } : claims,
    });
    expect(await refusedWith('hostile')).toBe(FAILED);
  });

  test('that is no Bearer answer', async () => {
    entrance.microsoft.faults.tokenResponse = { token_type: 'mac' };
    expect(await refusedWith('admin')).toBe(FAILED);
  });
});

describe('an authorization response is refused', () => {
  test('with a state that this browser didn’t begin', async () => {
    const callback = await entrance.callbackFor(entrance.browser(), 'admin');
    const back = await entrance.browser().get(callback).expect(303);
    expect(back.headers.location).toBe('/admin/login?error=transaction_invalid');
  });

  test('with an altered state, before the code is redeemed', async () => {
    const browser = entrance.browser();
    const callback = new URL(await entrance.callbackFor(browser, 'admin'), 'http://localhost');
    callback.searchParams.set('state', 'altered');
    const redeemed = entrance.microsoft.requests.token;
    const back = await browser.get(callback.pathname + callback.search).expect(303);
    expect(back.headers.location).toBe('/admin/login?error=transaction_invalid');
    expect(entrance.microsoft.requests.token).toBe(redeemed);
  });

  test('of another issuer (RFC 9207), before the code is redeemed', async () => {
    entrance.microsoft.faults.authorizationResponse = { iss: 'https://evil.example/v2.0' };
    const redeemed = entrance.microsoft.requests.token;
    expect(await refusedWith('admin')).toMatch(/error=(?:sso_failed|tenant_not_allowed)$/);
    expect(entrance.microsoft.requests.token).toBe(redeemed);
  });

  test('without the issuer that the metadata announces (RFC 9207)', async () => {
    const strict = await startTestEntrance();
    strict.microsoft.faults.metadata = { authorization_response_iss_parameter_supported: true };
    strict.microsoft.faults.authorizationResponse = { iss: undefined };
    const fresh = await startTestEntrance({ microsoft: strict.microsoft });
    const browser = fresh.browser();
    const back = await browser.get(await fresh.callbackFor(browser, 'admin')).expect(303);
    expect(back.headers.location).toBe(FAILED);
    await fresh.close();
    await strict.close();
  });

  test('with a parameter twice', async () => {
    const browser = entrance.browser();
    const callback = await entrance.callbackFor(browser, 'admin');
    const back = await browser.get(`${callback}&code=another`).expect(303);
    expect(back.headers.location).toBe(FAILED);
  });

  test('a second time from a copied cookie, while the person who is in is led on', async () => {
    const browser = entrance.browser();
    const begun = await browser.get('/auth/sso/login/entra').expect(302);
    const copied = String(begun.headers['set-cookie']).split(';')[0] ?? '';
    const { signInThrough } = await import('../support/microsoft.js');
    const { pathname, search } = await signInThrough(String(begun.headers.location), 'admin');
    expect((await browser.get(pathname + search).expect(303)).headers.location).toBe('/admin');
    expect((await browser.get(pathname + search).expect(303)).headers.location).toBe('/admin');
    const thief = await entrance
      .browser()
      .get(pathname + search)
      .set('Cookie', copied)
      .expect(303);
    expect(thief.headers.location).toBe('/admin/login?error=transaction_invalid');
  });
});
