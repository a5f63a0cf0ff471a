import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Secret } from '#entrance/config/secret.js';
import type { ErrorCode } from '#entrance/error-codes.js';
import { HealthRecord } from '#entrance/providers/health.js';
import { expectIssuer, metadataUrlOf } from '#entrance/providers/issuer.js';
import { ProviderApi } from '#entrance/providers/provider-api.js';
import { RelyingParty, type RelyingPartyOptions } from '#entrance/providers/relying-party.js';
import {
  type Body,
  CLIENTS,
  type ClientId,
  METADATA_PATH,
  type OpenIdProvider,
  SUBJECT,
  startOpenIdProvider,
} from '../support/openid-provider.js';
import { recordingLog } from '../support/recording-log.js';

const REDIRECT_URI = 'http://localhost:8000/auth/sso/callback/generic';
const secrets = { state: 'a-state', nonce: 'a-nonce', codeVerifier: 'a'.repeat(43) };
const clock = { now: () => Date.now() };

let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await startOpenIdProvider(REDIRECT_URI);
});
afterAll(() => provider.close());
afterEach(() => {
  Object.assign(provider, { alter: {}, idTokenClaims: {}, idTokenHeader: {} });
  provider.asked.splice(0);
});

function party(changes: Partial<RelyingPartyOptions> = {}, clientId: ClientId = 'post'): RelyingParty {
  const { log } = recordingLog();
  const secret = CLIENTS[clientId];
  return new RelyingParty({
    metadata: {
      urls: [metadataUrlOf(provider.issuer)],
      accept: (published) => {
        expectIssuer(published, provider.issuer, 'Set the issuer.');
        return published;
      },
    },
    clientId,
    credentials: { secret: secret === undefined ? undefined : Secret.of(secret) },
    redirectUri: REDIRECT_URI,
    allowHttp: true,
    refine: ({ error }) => ({
      code: error === 'invalid_client' ? 'sso_misconfigured' : 'sso_failed',
      facts: { error },
    }),
    remedies: { metadata: 'Check the issuer.', keys: 'Check the keys.' },
    health: new HealthRecord(clock, log),
    clock,
    log,
    ...changes,
  });
}

const deadline = () => AbortSignal.timeout(60_000);

async function callbackOf(relyingParty: RelyingParty): Promise<URLSearchParams> {
  const url = await relyingParty.authorizationUrl(secrets, { scope: 'openid email' });
  return (await provider.signIn(url)).searchParams;
}

async function signIn(relyingParty = party()) {
  return relyingParty.redeem(await callbackOf(relyingParty), secrets, deadline());
}

function refused(code: ErrorCode, cause: unknown = expect.anything()) {
  return expect.objectContaining({ code, cause });
}

test('a sign-in gives the claims, the ID token, the access token and the refresh token', async () => {
  const { claims, idToken, accessToken, refreshToken } = await signIn();
  expect(claims).toMatchObject({ iss: provider.issuer, sub: SUBJECT, aud: 'post' });
  expect(idToken.value()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(accessToken.value()).not.toBe('');
  expect(refreshToken?.value()).not.toBe('');
});

test('claims that the relying party doesn’t know are given as they are', async () => {
  provider.idTokenClaims = { session_expiry: 1_900_000_000, 'https://example.com/roles': ['a.b'] };
  expect((await signIn()).claims).toMatchObject(provider.idTokenClaims);
});

test('the request is bound by state, nonce and an S256 challenge, whatever the metadata says of PKCE', async () => {
  provider.alter = {
    [METADATA_PATH]: (body) => ({ body: { ...body, code_challenge_methods_supported: ['plain'] } }),
  };
  const { searchParams } = await party().authorizationUrl(secrets, { scope: 'openid' });
  expect(Object.fromEntries(searchParams)).toMatchObject({
    response_type: 'code',
    state: 'a-state',
    nonce: 'a-nonce',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
  });
});

describe('the client says who it is as the metadata asks', () => {
  const lastTokenRequest = () => provider.asked.findLast(({ path }) => path === '/token');
  const offering = (methods: string[] | undefined) => {
    provider.alter = {
      [METADATA_PATH]: (body) => ({ body: { ...body, token_endpoint_auth_methods_supported: methods } }),
    };
  };

  test('with its secret in the body', async () => {
    offering(['client_secret_basic', 'client_secret_post']);
    await signIn();
    expect(lastTokenRequest()?.authorization).toBeUndefined();
    expect(lastTokenRequest()?.form.get('client_secret')).toBe(CLIENTS.post);
  });

  test.each([[['client_secret_basic']], [undefined]])(
    'with its secret in the header, if it says %j',
    async (methods) => {
      offering(methods);
      await signIn(party({}, 'basic'));
      expect(lastTokenRequest()?.authorization).toMatch(/^Basic /);
      expect(lastTokenRequest()?.form.has('client_secret')).toBe(false);
    },
  );

  test('with its name alone if it has no credential', async () => {
    await signIn(party({}, 'public'));
    expect(lastTokenRequest()?.authorization).toBeUndefined();
    expect([...(lastTokenRequest()?.form.keys() ?? [])].sort()).toEqual([
      'client_id',
      'code',
      'code_verifier',
      'grant_type',
      'redirect_uri',
    ]);
  });
});

describe('an authorization response', () => {
  const redeemed = async (change: (parameters: URLSearchParams) => void, relyingParty = party()) => {
    const parameters = await callbackOf(relyingParty);
    change(parameters);
    return relyingParty.redeem(parameters, secrets, deadline());
  };
  afterEach(() => {
    expect(provider.asked.map(({ path }) => path)).not.toContain('/token');
  });

  test.each([
    [
      'that names another issuer',
      (parameters: URLSearchParams) => parameters.set('iss', 'https://other.example'),
    ],
    [
      'without the issuer that the metadata promises',
      (parameters: URLSearchParams) => parameters.delete('iss'),
    ],
    ['with another state', (parameters: URLSearchParams) => parameters.set('state', 'another')],
    ['with two codes', (parameters: URLSearchParams) => parameters.append('code', 'another')],
  ])('%s is refused before its code is sent', async (_, change) => {
    await expect(redeemed(change)).rejects.toEqual(refused('sso_failed'));
  });
});

describe('the issuer of a token', () => {
  test.each([
    ['is named otherwise', { iss: 'https://other.example' }],
    ['differs by a slash', () => ({ iss: `${provider.issuer}/` })],
    ['isn’t named', { iss: undefined }],
  ])('is refused if it %s', async (_, claims) => {
    provider.idTokenClaims = typeof claims === 'function' ? claims() : claims;
    await expect(signIn()).rejects.toEqual(refused('sso_failed'));
  });

  test('may have another spelling that the provider is known for', async () => {
    provider.idTokenClaims = { iss: 'accounts.example' };
    const issuerRule = { complete: (stated: string) => stated, aliases: ['accounts.example'] };
    expect((await signIn(party({ issuerRule }))).claims.iss).toBe('accounts.example');
    await expect(signIn()).rejects.toEqual(refused('sso_failed'));
  });

  describe('if the metadata states a template', () => {
    const templated = () => {
      provider.alter = {
        [METADATA_PATH]: (body) => ({ body: { ...body, issuer: `${provider.issuer}/{tenant}` } }),
      };
      return party({
        metadata: { urls: [metadataUrlOf(provider.issuer)], accept: (published) => published },
        issuerRule: {
          complete: (stated, { iss = '', claims }) =>
            stated.replace('{tenant}', String(claims?.tenant ?? /[^/]+$/.exec(iss)?.[0])),
          aliases: [],
        },
      });
    };
    const redeemed = async (tenant: string) => {
      const relyingParty = templated();
      const parameters = await callbackOf(relyingParty);
      parameters.set('iss', `${provider.issuer}/${tenant}`);
      return relyingParty.redeem(parameters, secrets, deadline());
    };

    test('is that of the token’s tenant', async () => {
      provider.idTokenClaims = { iss: `${provider.issuer}/a`, tenant: 'a' };
      expect((await redeemed('a')).claims.iss).toBe(`${provider.issuer}/a`);
    });

    test('is refused if the response names another tenant', async () => {
      provider.idTokenClaims = { iss: `${provider.issuer}/b`, tenant: 'b' };
      await expect(redeemed('a')).rejects.toEqual(
        refused('sso_failed', expect.objectContaining({ claim: 'iss' })),
      );
    });

    test('is refused if it names another tenant than its claims do', async () => {
      provider.idTokenClaims = { iss: `${provider.issuer}/b`, tenant: 'a' };
      await expect(redeemed('a')).rejects.toEqual(refused('sso_failed'));
    });
  });
});

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1_000) + seconds;

describe('an ID token is refused', () => {
  test.each<[string, () => Body]>([
    ['for another client', () => ({ aud: 'another' })],
    ['for several clients without saying for which', () => ({ aud: ['post', 'another'] })],
    ['for several clients, given to another', () => ({ aud: ['post', 'another'], azp: 'another' })],
    ['given to another client', () => ({ azp: 'another' })],
    ['that has expired', () => ({ exp: inSeconds(-90) })],
    ['that never expires', () => ({ exp: undefined })],
    ['of the future', () => ({ iat: inSeconds(90) })],
    ['without a date', () => ({ iat: undefined })],
    ['that isn’t good yet', () => ({ nbf: inSeconds(90) })],
    ['of another sign-in', () => ({ nonce: 'another' })],
    ['of no sign-in', () => ({ nonce: undefined })],
    ['of nobody', () => ({ sub: undefined })],
    ['with another access token', () => ({ at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })],
    ['with another code', () => ({ c_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })],
  ])('%s', async (_, claims) => {
    provider.idTokenClaims = claims();
    await expect(signIn()).rejects.toEqual(refused('sso_failed'));
  });

  test.each(['none', 'HS256', 'RS384', 'ES256'])(
    'signed by %s, though the metadata announces it',
    async (alg) => {
      provider.idTokenHeader = { alg };
      provider.alter = {
        [METADATA_PATH]: (body) => ({
          body: { ...body, id_token_signing_alg_values_supported: ['RS256', alg] },
        }),
      };
      await expect(signIn()).rejects.toEqual(refused('sso_failed'));
    },
  );

  test('with a signature of other claims', async () => {
    provider.alter = {
      '/token': ({ id_token, ...body }) => {
        const [header, payload, signature] = String(id_token).split('.');
        const claims = { ...JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()), sub: 'eve' };
        const forged = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join(
          '.',
        );
        return { body: { ...body, id_token: forged } };
      },
    };
    await expect(signIn()).rejects.toEqual(refused('sso_failed'));
  });

  test('if it isn’t there', async () => {
    provider.alter = { '/token': ({ id_token: _, ...body }) => ({ body }) };
    await expect(signIn()).rejects.toEqual(refused('sso_failed'));
  });
});

test('an ID token may be for several clients if it was given to this one', async () => {
  provider.idTokenClaims = { aud: ['another', 'post'], azp: 'post' };
  expect((await signIn()).claims.sub).toBe(SUBJECT);
});

test('keys are read again for a key that isn’t known', async () => {
  const relyingParty = party();
  await signIn(relyingParty);
  await provider.keys.rotate();
  expect((await signIn(relyingParty)).claims.sub).toBe(SUBJECT);
  expect(provider.asked.filter(({ path }) => path === '/jwks')).toHaveLength(2);
});

describe('the answer of the token endpoint', () => {
  test('may be an error with status 200', async () => {
    provider.alter = {
      '/token': () => ({ body: { error: 'bad_verification_code', error_description: 'Used.' } }),
    };
    await expect(signIn()).rejects.toMatchObject({
      code: 'sso_failed',
      facts: { error: 'bad_verification_code' },
    });
  });

  test('may be a form', async () => {
    provider.alter = {
      '/token': (body) => ({
        body: new URLSearchParams({ ...body, access_token: String(body.access_token) }).toString(),
        type: 'application/x-www-form-urlencoded',
      }),
    };
    expect((await signIn()).claims.sub).toBe(SUBJECT);
  });

  test('holds no token of another type', async () => {
    provider.alter = { '/token': (body) => ({ body: { ...body, token_type: 'DPoP' } }) };
    await expect(signIn()).rejects.toEqual(refused('sso_failed', { claim: 'token_type' }));
  });
});

describe('a provider without ID tokens and metadata', () => {
  const oauthParty = () =>
    party({
      metadata: {
        document: {
          issuer: provider.issuer,
          authorization_endpoint: `${provider.issuer}/auth`,
          token_endpoint: `${provider.issuer}/token`,
          token_endpoint_auth_methods_supported: ['client_secret_post'],
        },
      },
    });
  const withoutIdToken = () => {
    provider.alter = {
      '/token': ({ id_token: _, ...body }) => ({ body: { ...body, scope: 'user:email,read:org' } }),
    };
  };

  test('gives an access token and the scopes that were granted', async () => {
    withoutIdToken();
    const relyingParty = oauthParty();
    const granted = await relyingParty.redeemWithoutIdToken(
      await callbackOf(relyingParty),
      secrets,
      deadline(),
    );
    expect(granted.accessToken.value()).not.toBe('');
    expect(granted.scope).toBe('user:email,read:org');
    expect(provider.asked.map(({ path }) => path)).not.toContain(METADATA_PATH);
  });

  test('signs nobody in by an ID token that doesn’t come', async () => {
    withoutIdToken();
    await expect(signIn(oauthParty())).rejects.toEqual(refused('sso_failed'));
  });
});

describe('metadata', () => {
  test('is read at the next address if there is none at the first', async () => {
    const urls = [
      `${provider.issuer}/first/.well-known/openid-configuration`,
      metadataUrlOf(provider.issuer),
    ] as const;
    const relyingParty = party({ metadata: { urls, accept: (published) => published } });
    expect((await relyingParty.published.metadata()).issuer).toBe(provider.issuer);
  });

  test('may be at an address that isn’t a well-known one', async () => {
    const document = {
      issuer: 'https://issuer.example',
      authorization_endpoint: 'https://issuer.example/authorize',
      token_endpoint: 'https://issuer.example/token',
      jwks_uri: 'https://issuer.example/keys',
    };
    provider.alter = { '/anywhere': () => ({ body: document }) };
    const urls = [`${provider.issuer}/anywhere`] as const;
    const relyingParty = party({ metadata: { urls, accept: (published) => published } });
    expect(await relyingParty.published.metadata()).toEqual(document);
  });

  test('of another issuer is refused with what to do', async () => {
    provider.alter = { [METADATA_PATH]: (body) => ({ body: { ...body, issuer: 'https://other.example' } }) };
    await expect(party().published.metadata()).rejects.toMatchObject({
      code: 'sso_misconfigured',
      cause: { expected: provider.issuer, received: 'https://other.example' },
      remedy: 'Set the issuer.',
    });
  });

  test.each(['jwks_uri', 'token_endpoint', 'userinfo_endpoint'])(
    'is refused if %s isn’t reached by HTTP',
    async (name) => {
      provider.alter = { [METADATA_PATH]: (body) => ({ body: { ...body, [name]: 'ftp://127.0.0.1/' } }) };
      await expect(party().published.metadata()).rejects.toMatchObject({
        code: 'sso_misconfigured',
        cause: { endpoint: name },
        remedy: 'Check the issuer.',
      });
    },
  );

  test('may be adapted before it is relied on', async () => {
    const accept = (published: { issuer: string }) => ({ ...published, issuer: 'http://localhost/public' });
    const relyingParty = party({ metadata: { urls: [metadataUrlOf(provider.issuer)], accept } });
    expect((await relyingParty.published.metadata()).issuer).toBe('http://localhost/public');
  });
});

describe('UserInfo', () => {
  async function userInfo(alter: OpenIdProvider['alter'] = {}, subject = SUBJECT) {
    const relyingParty = party();
    const { accessToken } = await signIn(relyingParty);
    provider.alter = alter;
    return relyingParty.userInfo({ accessToken, subject, deadline: deadline() });
  }
  const jwt = (body: string) => ({ body, type: 'application/jwt; charset=utf-8' });

  test('is given', async () => {
    expect(await userInfo()).toEqual({
      outcome: 'answered',
      claims: { sub: SUBJECT, email: 'ada@example.com' },
    });
  });

  test('of somebody else fails the sign-in', async () => {
    await expect(userInfo({}, 'somebody else')).rejects.toEqual(refused('sso_failed'));
  });

  test.each([
    [401, { outcome: 'unauthorized' }],
    [403, { outcome: 'forbidden' }],
    [404, { outcome: 'failed', error: expect.objectContaining({ code: 'sso_failed' }) }],
    [500, { outcome: 'failed', error: expect.objectContaining({ code: 'sso_unavailable' }) }],
  ])('with status %d', async (status, outcome) => {
    expect(await userInfo({ '/me': () => ({ status, body: {} }) })).toEqual(outcome);
  });

  test.each([
    ['without a subject', { body: { email: 'ada@example.com' } }],
    ['in no JSON', { body: '<html>', type: 'text/html' }],
    ['that is too large', { body: { sub: SUBJECT, padding: 'x'.repeat(1_100_000) } }],
  ])('%s counts as unknown', async (_, answer) => {
    expect(await userInfo({ '/me': () => answer })).toMatchObject({ outcome: 'failed' });
  });

  describe('as a JWT', () => {
    const claims = () => ({ iss: provider.issuer, aud: 'post', sub: SUBJECT, groups: ['a'] });

    test('is given if the provider signed it', async () => {
      expect(await userInfo({ '/me': async () => jwt(await provider.keys.sign(claims())) })).toMatchObject({
        outcome: 'answered',
        claims: { groups: ['a'] },
      });
    });

    test.each<[string, () => Promise<string>]>([
      ['isn’t signed', async () => `${part({ alg: 'none' })}.${part(claims())}.`],
      [
        'is signed by somebody else',
        async () => `${await provider.keys.sign(claims())}`.replace(/\.[^.]{9}/, '.AAAAAAAAA'),
      ],
      ['is for another client', () => provider.keys.sign({ ...claims(), aud: 'another' })],
      ['is of another issuer', () => provider.keys.sign({ ...claims(), iss: 'https://other.example' })],
    ])('counts as unknown if it %s', async (_, sign) => {
      expect(await userInfo({ '/me': async () => jwt(await sign()) })).toMatchObject({ outcome: 'failed' });
    });

    test('counts as unknown if its signature isn’t that of its claims', async () => {
      const [header, , signature] = (await provider.keys.sign(claims())).split('.');
      const forged = [header, part({ ...claims(), groups: ['admins'] }), signature].join('.');
      expect(await userInfo({ '/me': () => jwt(forged) })).toMatchObject({ outcome: 'failed' });
    });
  });
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an API of the provider’s', () => {
  async function get(url: string, status = 200, body: unknown = [{ id: 1 }]) {
    provider.alter = { '/api/groups': () => ({ status, body }) };
    const request = {
      accessToken: Secret.of('a-token'),
      deadline: deadline(),
      headers: { 'x-version': '1' },
    };
    return new ProviderApi(provider.issuer, party().published).get(url, request);
  }

  test('is asked with the access token, and its answer is read', async () => {
    const answer = await get(`${provider.issuer}/api/groups?page=1`);
    expect(answer).toMatchObject({ outcome: 'answered', body: [{ id: 1 }], headers: expect.any(Headers) });
    expect(provider.asked.at(-1)?.authorization).toBe('Bearer a-token');
  });

  test.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
  ])('that answers %d says so, with its body', async (status, outcome) => {
    const answer = await get(`${provider.issuer}/api/groups`, status, { message: 'No.' });
    expect(answer).toMatchObject({ outcome, body: { message: 'No.' } });
  });

  test.each([302, 404, 500])('that answers %d tells nothing', async (status) => {
    expect(await get(`${provider.issuer}/api/groups`, status)).toMatchObject({ outcome: 'failed' });
  });

  test('that answers no JSON tells nothing', async () => {
    expect(await get(`${provider.issuer}/api/groups`, 200, 'not JSON')).toMatchObject({ outcome: 'failed' });
  });

  test('of another origin isn’t asked', async () => {
    const elsewhere = provider.issuer.replace('127.0.0.1', 'localhost');
    expect(await get(`${elsewhere}/api/groups`)).toMatchObject({
      outcome: 'failed',
      error: { cause: { reason: 'an address of another origin' } },
    });
    expect(provider.asked).toEqual([]);
  });
});

describe('an access token', () => {
  const claims = () => ({
    iss: provider.issuer,
    azp: 'post',
    aud: 'account',
    sub: SUBJECT,
    exp: inSeconds(60),
    realm_access: { roles: ['admin'] },
  });
  const verify = (token: string) =>
    party().verifyAccessToken(Secret.of(token), { iss: provider.issuer, sub: SUBJECT });

  test('is read if the provider signed it for this client', async () => {
    expect(await verify(await provider.keys.sign(claims()))).toMatchObject({
      realm_access: { roles: ['admin'] },
    });
  });

  test.each(['opaque', 'a.b.c', 'a.b.c.d.e'])('that is opaque is left alone: %s', async (token) => {
    expect(await verify(token)).toBeUndefined();
  });

  test.each<[string, () => Body]>([
    ['for another client', () => ({ azp: 'another' })],
    ['for no client', () => ({ azp: undefined })],
    ['of another issuer', () => ({ iss: 'https://other.example' })],
    ['of another person', () => ({ sub: 'eve' })],
    ['that has expired', () => ({ exp: inSeconds(-90) })],
    ['that never expires', () => ({ exp: undefined })],
  ])('%s is refused', async (_, changes) => {
    const token = await provider.keys.sign({ ...claims(), ...changes() });
    await expect(verify(token)).rejects.toEqual(
      refused('sso_failed', expect.objectContaining({ token: 'access_token' })),
    );
  });

  test('with a signature of other claims is refused', async () => {
    const [header, , signature] = (await provider.keys.sign(claims())).split('.');
    const forged = [header, part({ ...claims(), realm_access: { roles: ['root'] } }), signature].join('.');
    await expect(verify(forged)).rejects.toEqual(refused('sso_failed'));
  });

  test('signed by an algorithm that the metadata doesn’t announce is refused', async () => {
    provider.alter = {
      [METADATA_PATH]: (body) => ({ body: { ...body, id_token_signing_alg_values_supported: ['ES256'] } }),
    };
    await expect(verify(await provider.keys.sign(claims()))).rejects.toEqual(refused('sso_failed'));
  });

  test('that isn’t signed is refused', async () => {
    await expect(verify(`${part({ alg: 'none' })}.${part(claims())}.`)).rejects.toEqual(
      refused('sso_failed'),
    );
  });
});

describe('a logout token', () => {
  const claims = () => ({
    iss: provider.issuer,
    aud: 'post',
    iat: inSeconds(0),
    exp: inSeconds(60),
    jti: 'a-jti',
    sid: 'a-sid',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });

  test('names the session that ends', async () => {
    const token = await provider.keys.sign(claims());
    expect(await party().readLogoutToken(token)).toMatchObject({ named: { sid: 'a-sid' }, tokenId: 'a-jti' });
  });

  test('of another issuer is refused', async () => {
    const token = await provider.keys.sign({ ...claims(), iss: `${provider.issuer}/` });
    await expect(party().readLogoutToken(token)).rejects.toEqual(
      refused('logout_token_invalid', { claim: 'iss' }),
    );
  });
});

test('a refresh token that is good is confirmed, and one that isn’t ends it', async () => {
  const relyingParty = party();
  const { refreshToken } = await signIn(relyingParty);
  expect(await relyingParty.confirm(refreshToken ?? Secret.of(''))).toMatchObject({ outcome: 'confirmed' });
  expect(await relyingParty.confirm(Secret.of('unknown'))).toMatchObject({
    outcome: 'ended',
    facts: { error: 'invalid_grant' },
  });
});
