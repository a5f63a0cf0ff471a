import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import * as z from 'zod';
import { personas } from '../../demo/personas.js';
import { type SimulatedMicrosoft, startSimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { cancelThrough, signInThrough } from './microsoft.js';

const redirectUri = 'http://localhost:8000/auth/sso/callback/entra';
const guid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const secrets = { state: 'a-state', nonce: 'a-nonce', codeVerifier: oidc.randomPKCECodeVerifier() };

let microsoft: SimulatedMicrosoft;

beforeEach(async () => {
  microsoft = await startSimulatedMicrosoft({ redirectUris: [redirectUri] });
});

afterEach(() => microsoft.close());

describe('its metadata', () => {
  test('is the same below the tenant’s ID and its domain, in Entra’s shape', async () => {
    const [byId, byDomain] = await Promise.all(
      [microsoft.tenantId, 'Contoso.com'].map(async (tenant) => (await fetch(metadataUrl(tenant))).json()),
    );
    const base = `${microsoft.authority}/${microsoft.tenantId}`;
    expect(byDomain).toEqual(byId);
    expect(byId).toMatchObject({
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
    });
    expect(byId).not.toHaveProperty('authorization_response_iss_parameter_supported');
  });

  test('of another tenant is not found', async () => {
    const response = await fetch(metadataUrl('fabrikam.com'));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_tenant', error_codes: [90002] });
  });
});

describe('a sign-in', () => {
  test('puts Entra’s claims into the ID token itself', async () => {
    const { claims } = await signIn('admin');
    expect(claims).toMatchObject({
      iss: `${microsoft.authority}/${microsoft.tenantId}/v2.0`,
      aud: microsoft.clientId,
      tid: microsoft.tenantId,
      oid: personas.find(({ id }) => id === 'admin')?.oid,
      name: 'Amara Okafor',
      email: 'amara.okafor@contoso.com',
      preferred_username: 'amara.okafor@contoso.com',
      roles: ['gateway.admin'],
      nonce: secrets.nonce,
      ver: '2.0',
    });
    expect(claims?.tid).toMatch(guid);
    expect(claims?.sub).not.toBe(claims?.oid);
  });

  test('leaves the email out where the person has none', async () => {
    const { claims } = await signIn('no-email');
    expect(claims).toMatchObject({ preferred_username: 'lobby-kiosk-2' });
    expect(claims).not.toHaveProperty('email');
    expect(claims).not.toHaveProperty('roles');
  });

  test('takes every claim that a test sets, and leaves out what it sets to undefined', async () => {
    microsoft.addPersona({
      id: 'odd',
      name: 'Odd One',
      story: 'For this test.',
      oid: 'f0e1d2c3-b4a5-4697-8877-665544332211',
      username: 'odd@contoso.com',
      groups: ['11111111-2222-4333-8444-555555555555'],
      claims: { ver: '1.0', tid: 'other', preferred_username: undefined, _claim_names: { groups: 'src1' } },
    });
    const { claims } = await signIn('odd');
    expect(claims).toMatchObject({ ver: '1.0', tid: 'other', _claim_names: { groups: 'src1' } });
    expect(claims).toMatchObject({ groups: ['11111111-2222-4333-8444-555555555555'] });
    expect(claims).not.toHaveProperty('preferred_username');
  });

  test('works with the account picker, with consent and with a fresh login asked for', async () => {
    for (const prompt of ['select_account', 'consent', 'login']) {
      const { claims } = await signIn('admin', { prompt });
      expect(claims?.name).toBe('Amara Okafor');
    }
  });

  test('that has to be silent is refused, for nobody is ever signed in already', async () => {
    const callback = await callbackOf('admin', { prompt: 'none' });
    expect(callback.searchParams.get('error')).toBe('login_required');
    expect(callback.searchParams.get('error_description')).toMatch(/^AADSTS50058: /);
  });

  test('needs PKCE', async () => {
    const url = await authorizationUrl();
    url.searchParams.delete('code_challenge');
    url.searchParams.delete('code_challenge_method');
    const callback = await signInThrough(url, 'admin');
    expect(callback.searchParams.get('error')).toBe('invalid_request');
  });

  test('may come back to any port of loopback, but to no other path', async () => {
    const elsewhere = 'http://localhost:54321/auth/sso/callback/entra';
    expect((await callbackOf('admin', { redirect_uri: elsewhere })).origin).toBe('http://localhost:54321');
    await expect(callbackOf('admin', { redirect_uri: 'http://localhost:8000/other' })).rejects.toThrow(
      'Microsoft answered 400',
    );
  });

  test('asks nobody where it is told who it is', async () => {
    await microsoft.close();
    microsoft = await startSimulatedMicrosoft({
      redirectUris: [redirectUri],
      auto: ({ loginHint }) => loginHint,
    });
    const callback = await callbackOf('nobody', { login_hint: 'admin' });
    expect(callback.searchParams.get('code')).toEqual(expect.any(String));
  });
});

describe('the picker', () => {
  test('says that it is a simulation, and lists everybody', async () => {
    const page = await openPicker(await authorizationUrl());
    expect(page).toContain('Simulated Microsoft sign-in — for the demo, no real account is used');
    for (const { name } of personas) expect(page).toContain(name);
    expect(page).not.toContain('You were asked for');
  });

  test('puts the cursor on the person who was asked for', async () => {
    const page = await openPicker(await authorizationUrl({ login_hint: 'Jonas.Lindqvist@fabrikam.com' }));
    expect(page).toMatch(/value="no-role"[^>]* autofocus>/);
    expect(page.match(/ autofocus>/g)).toHaveLength(1);
  });

  test('cancelled comes back as Entra says it', async () => {
    const callback = await cancelThrough(await authorizationUrl());
    expect(Object.fromEntries(callback.searchParams)).toMatchObject({
      error: 'access_denied',
      error_subcode: 'cancel',
      state: secrets.state,
    });
    expect(callback.searchParams.get('error_description')).toMatch(/^AADSTS65004: User declined to consent/);
  });

  test.each([
    ['consent-missing', 'consent_required', 65001],
    ['not-assigned', 'access_denied', 50105],
  ])('%s comes back as Entra’s error', async (persona, error, number) => {
    const callback = await callbackOf(persona);
    expect(Object.fromEntries(callback.searchParams)).toMatchObject({ error, state: secrets.state });
    expect(callback.searchParams.has('iss')).toBe(false);
    expect(callback.searchParams.get('error_description')).toMatch(
      new RegExp(
        `^AADSTS${number}: .+ Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$`,
      ),
    );
  });
});

describe('the token endpoint', () => {
  test('answers 503 for the persona of that name', async () => {
    const response = await redeem(await callbackOf('microsoft-down'));
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('{');
  });

  test('names a wrong secret and a code that was used before as Entra does', async () => {
    const callback = await callbackOf('admin');
    const wrong = await redeem(callback, 'wrong-secret');
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ error: 'invalid_client', error_codes: [7000215] });
    expect((await redeem(callback)).status).toBe(200);
    expect(await (await redeem(callback)).json()).toMatchObject({
      error: 'invalid_grant',
      error_codes: [54005],
    });
  });
});

describe('what tests make of it', () => {
  test('a new signing key takes the place of the old one', async () => {
    const before = await keyIds();
    await microsoft.rotateKeys();
    const after = await keyIds();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    await expect(signIn('admin')).resolves.toBeDefined();
  });

  test('requests are counted', async () => {
    await signIn('admin');
    expect(microsoft.requests).toEqual({ discovery: 1, jwks: 1, token: 1, authorize: 2 });
  });

  test('being down breaks every connection, until it is up again', async () => {
    microsoft.faults.down = true;
    await expect(fetch(metadataUrl(microsoft.tenantId))).rejects.toThrow('fetch failed');
    microsoft.faults.down = false;
    expect((await fetch(metadataUrl(microsoft.tenantId))).status).toBe(200);
  });

  test('answers can be replaced', async () => {
    Object.assign(microsoft.faults, {
      metadata: { issuer: 'https://elsewhere.example', jwks_uri: undefined },
      authorizationResponse: { iss: 'https://elsewhere.example', state: undefined },
      tokenResponse: { token_type: 'mac' },
      idToken: () => 'not.a.token',
    });
    const metadata = await (await fetch(metadataUrl(microsoft.tenantId))).json();
    expect(metadata).toMatchObject({ issuer: 'https://elsewhere.example' });
    expect(metadata).not.toHaveProperty('jwks_uri');

    microsoft.faults.metadata = undefined;
    const callback = await callbackOf('admin');
    expect(callback.searchParams.get('iss')).toBe('https://elsewhere.example');
    expect(callback.searchParams.has('state')).toBe(false);
    expect(await (await redeem(callback)).json()).toMatchObject({
      token_type: 'mac',
      id_token: 'not.a.token',
    });

    Object.assign(microsoft.faults, { discoveryStatus: 500, keysStatus: 502, tokenEndpointStatus: 429 });
    expect((await fetch(metadataUrl(microsoft.tenantId))).status).toBe(500);
    expect((await fetch(keysUrl())).status).toBe(502);
    expect((await redeem(callback)).status).toBe(429);
  });

  test('signing out returns to a registered address, and to no other', async () => {
    const logout = `${microsoft.authority}/${microsoft.tenantId}/oauth2/v2.0/logout?post_logout_redirect_uri=`;
    const known = await fetch(logout + encodeURIComponent(redirectUri), { redirect: 'manual' });
    expect(known.headers.get('location')).toBe(redirectUri);
    const unknown = await fetch(`${logout}https%3A%2F%2Felsewhere.example`, { redirect: 'manual' });
    expect(unknown.status).toBe(200);
    expect(await unknown.text()).toContain('Simulated Microsoft sign-in');
  });
});

async function signIn(persona: string, parameters: Record<string, string> = {}) {
  const configuration = await discover();
  const callback = await signInThrough(await authorizationUrl(parameters, configuration), persona);
  const tokens = await oidc.authorizationCodeGrant(configuration, callback, {
    expectedState: secrets.state,
    expectedNonce: secrets.nonce,
    pkceCodeVerifier: secrets.codeVerifier,
    idTokenExpected: true,
  });
  return { claims: tokens.claims() };
}

async function callbackOf(persona: string, parameters: Record<string, string> = {}): Promise<URL> {
  return signInThrough(await authorizationUrl(parameters), persona);
}

async function authorizationUrl(parameters: Record<string, string> = {}, configuration?: oidc.Configuration) {
  return oidc.buildAuthorizationUrl(configuration ?? (await discover()), {
    redirect_uri: redirectUri,
    scope: 'openid profile email User.Read',
    response_mode: 'query',
    state: secrets.state,
    nonce: secrets.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(secrets.codeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
}

async function discover(): Promise<oidc.Configuration> {
  const issuer = new URL(`${microsoft.authority}/${microsoft.tenantId}/v2.0`);
  return oidc.discovery(
    issuer,
    microsoft.clientId,
    undefined,
    oidc.ClientSecretPost(microsoft.clientSecret),
    {
      execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
    },
  );
}

function redeem(callback: URL, clientSecret = microsoft.clientSecret): Promise<Response> {
  return fetch(`${microsoft.authority}/${microsoft.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: secrets.codeVerifier,
      client_id: microsoft.clientId,
      client_secret: clientSecret,
    }),
  });
}

async function openPicker(url: URL): Promise<string> {
  const redirect = await fetch(url, { redirect: 'manual' });
  const cookie = redirect.headers.getSetCookie().map((line) => line.split(';', 1)[0]);
  const location = new URL(redirect.headers.get('location') ?? '', url);
  return (await fetch(location, { headers: { cookie: cookie.join('; ') } })).text();
}

async function keyIds(): Promise<readonly string[]> {
  const body: unknown = await (await fetch(keysUrl())).json();
  return z
    .object({ keys: z.array(z.object({ kid: z.string() })) })
    .parse(body)
    .keys.map(({ kid }) => kid);
}

function metadataUrl(tenant: string): string {
  return `${microsoft.authority}/${tenant}/v2.0/.well-known/openid-configuration`;
}

function keysUrl(): string {
  return `${microsoft.authority}/${microsoft.tenantId}/discovery/v2.0/keys`;
}
