import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Faults } from '../../demo/simulator/faults.js';
import { claimsOf } from '../../demo/simulator/signing-keys.js';
import type { SimulatedMicrosoft } from '../../demo/simulator/simulator.js';
import { cookieSetBy, SESSION_COOKIE, startTestEntrance } from '../support/entrance.js';
import {
  answering,
  bomb,
  endless,
  forged,
  headed,
  hmacWithThePublicKey,
  json,
  kidOf,
  type Outcome,
  redirectTo,
  replaced,
  type Stage,
  saying,
  setStage,
  signedAs,
  signInOn,
  silence,
  switchProtocols,
  trickle,
  unsigned,
} from '../support/hostile-provider.js';
import { signInThrough } from '../support/microsoft.js';
import { endsWithin } from '../support/timing.js';

/** Where a sign-in leads that is taken, and that is refused. */
const IN = '/admin';
const FAILED = '/admin/login?error=sso_failed';
const MISCONFIGURED = '/admin/login?error=sso_misconfigured';
const UNAVAILABLE = '/admin/login?error=sso_unavailable';
const INVALID = '/admin/login?error=transaction_invalid';
const ELSEWHERE = '/admin/login?error=tenant_not_allowed';

interface Hostility {
  readonly arrange?: (microsoft: SimulatedMicrosoft) => void | Promise<void>;
  readonly persona?: string;
  /** What the browser brings back in place of what it was sent back with. */
  readonly alter?: (callback: URL, stage: Stage) => void;
  readonly leadsTo: string;
  readonly also?: (stage: Stage) => void | Promise<void>;
}

const now = () => Math.floor(Date.now() / 1_000);
const anotherApplication = '11111111-2222-4333-8444-555555555555';
const anotherTenant = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';
const leftHalf = (text: string) =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
const notRedeemed = ({ microsoft }: Stage) => expect(microsoft.requests.token).toBe(0);
const nothingStray = ({ strayRequests }: Stage) => expect(strayRequests).toEqual([]);
const cutShort = ({ entrance }: Stage) => expect(entrance.logged.join('')).toContain('response too large');
const notUnpacked = ({ entrance }: Stage) =>
  expect(entrance.logged.join('')).toContain('response compressed');
const twoKeys = ({ faults }: SimulatedMicrosoft) => {
  faults.keySet = ({ keys }) => ({ keys: keys.flatMap((key) => [key, { ...key, kid: 'another' }]) });
};
const keysOfAnotherIssuer = ({ faults, authority }: SimulatedMicrosoft) => {
  faults.keySet = ({ keys }) => ({
    keys: keys.map((key) => ({ ...key, issuer: `${authority}/${anotherTenant}/v2.0` })),
  });
};
const together =
  (...arrangements: NonNullable<Hostility['arrange']>[]): NonNullable<Hostility['arrange']> =>
  async (microsoft) => {
    for (const arrange of arrangements) await arrange(microsoft);
  };
const faulty =
  (faults: Partial<Faults>): NonNullable<Hostility['arrange']> =>
  (microsoft) =>
    void Object.assign(microsoft.faults, faults);
const publishing = (metadata: Faults['metadata']) => faulty({ metadata });
const tokensOf = (tokenResponse: Faults['tokenResponse']) => faulty({ tokenResponse });
const respondingWith = (authorizationResponse: Faults['authorizationResponse']) =>
  faulty({ authorizationResponse });

/** The relying-party profiles of the OpenID Foundation's conformance suite: a test of the name of each module. */
const basicProfile: Readonly<Record<string, Hostility>> = {
  'oidcc-client-test': { leadsTo: IN },
  'oidcc-client-test-invalid-iss': {
    arrange: saying({ iss: 'https://evil.example/v2.0' }),
    leadsTo: FAILED,
  },
  'oidcc-client-test-missing-sub': { arrange: saying({ sub: undefined }), leadsTo: FAILED },
  'oidcc-client-test-invalid-aud': { arrange: saying({ aud: anotherApplication }), leadsTo: FAILED },
  'oidcc-client-test-missing-iat': { arrange: saying({ iat: undefined }), leadsTo: FAILED },
  'oidcc-client-test-kid-absent-single-jwks': { arrange: headed({ kid: undefined }), leadsTo: IN },
  'oidcc-client-test-kid-absent-multiple-jwks': {
    arrange: together(headed({ kid: undefined }), twoKeys),
    leadsTo: FAILED,
  },
  'oidcc-client-test-idtoken-sig-rs256': { arrange: headed({ alg: 'RS256' }), leadsTo: IN },
  'oidcc-client-test-idtoken-sig-none': { arrange: unsigned, leadsTo: FAILED },
  'oidcc-client-test-invalid-sig-rs256': { arrange: forged((_, kid) => ({ kid })), leadsTo: FAILED },
  'oidcc-client-test-userinfo-invalid-sub': {
    arrange: (microsoft) =>
      publishing({ userinfo_endpoint: `${microsoft.authority}/${microsoft.tenantId}/openid/userinfo` })(
        microsoft,
      ),
    leadsTo: IN,
    also: nothingStray,
  },
  'oidcc-client-test-nonce-invalid': { arrange: saying({ nonce: 'another' }), leadsTo: FAILED },
  'oidcc-client-test-scope-userinfo-claims': {
    leadsTo: IN,
    also: async ({ entrance }) => {
      const { headers } = await entrance.browser().get('/auth/sso/login/entra');
      const { searchParams } = new URL(String(headers.location));
      expect(searchParams.get('scope')).toMatch(/^openid profile email\b/);
    },
  },
  'oidcc-client-test-client-secret-basic': {
    arrange: (microsoft) => {
      publishing({ token_endpoint_auth_methods_supported: ['client_secret_basic'] })(microsoft);
      answering('token', (response) => {
        const [scheme, sent = ''] = String(response.req.headers.authorization).split(' ');
        const proof = decodeURIComponent(Buffer.from(sent, 'base64').toString());
        const isRight = scheme === 'Basic' && proof === `${microsoft.clientId}:${microsoft.clientSecret}`;
        response
          .writeHead(400, json)
          .end(JSON.stringify({ error: isRight ? 'access_denied' : 'invalid_client' }));
      })(microsoft);
    },
    // Which of the two the provider said shows how the client proved itself.
    leadsTo: '/admin/login?error=sso_cancelled',
  },
};

const configProfile: Readonly<Record<string, Hostility>> = {
  'oidcc-client-test-discovery-openid-config': {
    leadsTo: IN,
    also: ({ microsoft }) => expect(microsoft.requests.discovery).toBe(1),
  },
  'oidcc-client-test-discovery-jwks-uri-keys': {
    leadsTo: IN,
    also: ({ microsoft }) => expect(microsoft.requests.jwks).toBe(1),
  },
  'oidcc-client-test-discovery-issuer-mismatch': {
    arrange: publishing({ issuer: 'https://evil.example/v2.0' }),
    leadsTo: MISCONFIGURED,
  },
  'oidcc-client-test-idtoken-sig-none, which the metadata even announces': {
    arrange: together(unsigned, publishing({ id_token_signing_alg_values_supported: ['RS256', 'none'] })),
    leadsTo: FAILED,
  },
  'oidcc-client-test-signing-key-rotation': {
    leadsTo: IN,
    also: async (stage) => {
      for (let round = 0; round < 2; round += 1) {
        await stage.microsoft.rotateKeys();
        expect(await signInOn(stage)).toEqual({ location: IN, signedIn: true });
      }
    },
  },
  'oidcc-client-test-signing-key-rotation-just-before-signing': { persona: 'key-rotation', leadsTo: IN },
};

const tokens: Readonly<Record<string, Hostility>> = {
  'signed with the client secret': {
    arrange: together(
      publishing({ id_token_signing_alg_values_supported: ['RS256', 'HS256'] }),
      headed({ alg: 'HS256' }),
    ),
    leadsTo: FAILED,
  },
  'an HMAC under the public key': { arrange: hmacWithThePublicKey, leadsTo: FAILED },
  'with claims altered behind the signature': {
    arrange: replaced((token) => {
      const [header, , signature] = token.split('.');
      const claims = JSON.stringify({ ...claimsOf(token), oid: 'somebody-else' });
      return `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`;
    }),
    leadsTo: FAILED,
  },
  'with the signature of another token': {
    arrange: replaced(async (token, microsoft) => {
      const other = await microsoft.sign({ ...claimsOf(token), oid: 'somebody-else' });
      return [...token.split('.').slice(0, 2), other.split('.')[2]].join('.');
    }),
    leadsTo: FAILED,
  },
  'that brings its own key along (jwk)': {
    arrange: forged((jwk, kid) => ({ kid, jwk })),
    leadsTo: FAILED,
  },
  'that says where its key is (jku)': {
    arrange: forged((_, kid, { authority }) => ({ kid, jku: `${authority}/evil/keys` })),
    leadsTo: FAILED,
    also: nothingStray,
  },
  'that says where its certificate is (x5u)': {
    arrange: forged((_, kid, { authority }) => ({ kid, x5u: `${authority}/evil/certificate` })),
    leadsTo: FAILED,
    also: nothingStray,
  },
  'with a kid that nobody published': { arrange: headed({ kid: 'invented' }), leadsTo: FAILED },
  'with a kid that is a path': { arrange: headed({ kid: '../../../../dev/null' }), leadsTo: FAILED },
  'with a kid that is no text': { arrange: headed({ kid: ['a'] }), leadsTo: FAILED },
  'with an extension that we must understand (crit)': {
    arrange: headed({ crit: ['exp'] }),
    leadsTo: FAILED,
  },
  'of an algorithm that the metadata doesn’t announce: ES256': {
    arrange: signedAs('ES256'),
    leadsTo: FAILED,
  },
  'of an algorithm that the metadata doesn’t announce: PS256': {
    arrange: signedAs('PS256'),
    leadsTo: FAILED,
  },
  'of a key that is too short': { arrange: signedAs('RS256', 1_024), leadsTo: FAILED },
  'of a second key that is published': { arrange: signedAs('RS256', 2_048), leadsTo: IN },
  'of a key for encryption': {
    arrange: ({ faults }) => {
      faults.keySet = ({ keys }) => ({ keys: keys.map((key) => ({ ...key, use: 'enc' })) });
    },
    leadsTo: FAILED,
  },
  'of a key that signs for another issuer': { arrange: keysOfAnotherIssuer, leadsTo: FAILED },
  encrypted: { arrange: replaced((token) => `${token}.a.b`), leadsTo: FAILED },
  'of two parts': { arrange: replaced((token) => token.split('.').slice(0, 2).join('.')), leadsTo: FAILED },
  'that is no token': { arrange: replaced(() => 'AADSTS'), leadsTo: FAILED },
  'that is empty': { arrange: replaced(() => ''), leadsTo: FAILED },
  'whose claims are a list': {
    arrange: replaced((token, { sign }) => sign([claimsOf(token)] as never)), // what it must not be
    leadsTo: FAILED,
  },
  'missing altogether': { arrange: tokensOf({ id_token: undefined }), leadsTo: FAILED },
  'without iss': { arrange: saying({ iss: undefined }), leadsTo: FAILED },
  'of another tenant’s issuer': {
    arrange: saying(({ authority }) => ({
      iss: `${authority}/${anotherTenant}/v2.0`,
      tid: anotherTenant,
    })),
    leadsTo: ELSEWHERE,
  },
  'without aud': { arrange: saying({ aud: undefined }), leadsTo: FAILED },
  'for several applications, without azp': {
    arrange: saying(({ clientId }) => ({ aud: [clientId, anotherApplication] })),
    leadsTo: FAILED,
  },
  'for several applications, with another azp': {
    arrange: saying(({ clientId }) => ({ aud: [clientId, anotherApplication], azp: anotherApplication })),
    leadsTo: FAILED,
  },
  'for several applications, with our azp': {
    arrange: saying(({ clientId }) => ({ aud: [clientId, anotherApplication], azp: clientId })),
    leadsTo: IN,
  },
  'for us, with another azp': { arrange: saying({ azp: anotherApplication }), leadsTo: FAILED },
  'without exp': { arrange: saying({ exp: undefined }), leadsTo: FAILED },
  'with an exp that is no number': { arrange: saying({ exp: '9999999999' }), leadsTo: FAILED },
  'that has expired': { arrange: saying(() => ({ exp: now() - 120 })), leadsTo: FAILED },
  'that has expired within the tolerance': { arrange: saying(() => ({ exp: now() - 20 })), leadsTo: IN },
  'with an iat that is no number': { arrange: saying({ iat: 'now' }), leadsTo: FAILED },
  'from the future (iat)': { arrange: saying(() => ({ iat: now() + 3_600 })), leadsTo: FAILED },
  'not valid yet (nbf)': { arrange: saying(() => ({ nbf: now() + 3_600 })), leadsTo: FAILED },
  'with an nbf that is no number': { arrange: saying({ nbf: 'soon' }), leadsTo: FAILED },
  'without nonce': { arrange: saying({ nonce: undefined }), leadsTo: FAILED },
  'with a sub that is no text': { arrange: saying({ sub: { $ne: null } }), leadsTo: FAILED },
  'without tid': { arrange: saying({ tid: undefined }), leadsTo: FAILED },
  'without oid': { arrange: saying({ oid: undefined }), leadsTo: FAILED },
  'with an oid that is no text': { arrange: saying({ oid: { $ne: null } }), leadsTo: FAILED },
  'of another tid than its issuer': { persona: 'wrong-tid', leadsTo: ELSEWHERE },
  'of version 1.0': { arrange: saying({ ver: '1.0' }), leadsTo: MISCONFIGURED },
  'without a version': { arrange: saying({ ver: undefined }), leadsTo: MISCONFIGURED },
  'with the at_hash of its access token': {
    arrange: together(tokensOf({ access_token: 'known' }), saying({ at_hash: leftHalf('known') })),
    leadsTo: IN,
  },
  'with the at_hash of another access token': {
    arrange: together(tokensOf({ access_token: 'known' }), saying({ at_hash: leftHalf('other') })),
    leadsTo: FAILED,
  },
  'with the c_hash of another code': { arrange: saying({ c_hash: leftHalf('other') }), leadsTo: FAILED },
  'with claims that are to be fetched elsewhere (_claim_sources)': {
    arrange: saying(({ authority }) => ({
      roles: undefined,
      _claim_names: { groups: 'src1', email: 'src1' },
      _claim_sources: { src1: { endpoint: `${authority}/evil/claims`, access_token: 'x' } },
    })),
    leadsTo: IN,
    also: nothingStray,
  },
  'with members that would change every object (__proto__)': {
    arrange: replaced((token, { sign }) => {
      const claims = JSON.stringify({ ...claimsOf(token), polluting: true });
      return sign(
        JSON.parse(claims.replace('"polluting":true', '"__proto__":{"polluted":true},"constructor":1')),
      );
    }),
    leadsTo: IN,
    also: () => expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false),
  },
};

const answers: Readonly<Record<string, Hostility>> = {
  'tokens of another type': { arrange: tokensOf({ token_type: 'mac' }), leadsTo: FAILED },
  'tokens that need a proof (DPoP)': { arrange: tokensOf({ token_type: 'dpop' }), leadsTo: FAILED },
  'tokens of no type': { arrange: tokensOf({ token_type: undefined }), leadsTo: FAILED },
  'no access token': { arrange: tokensOf({ access_token: undefined }), leadsTo: FAILED },
  'a switch of protocols': { arrange: answering('token', switchProtocols), leadsTo: FAILED },
  'an endless body': { arrange: answering('token', endless), leadsTo: FAILED, also: cutShort },
  'a body that unpacks to fifty megabytes': {
    arrange: answering('token', bomb),
    leadsTo: FAILED,
    also: notUnpacked,
  },
  'JSON a hundred thousand levels deep': {
    arrange: answering('token', (response) => void response.writeHead(200, json).end('['.repeat(100_000))),
    leadsTo: FAILED,
  },
  'a page in place of JSON': {
    arrange: answering('token', (response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>'),
    ),
    leadsTo: FAILED,
  },
  'a redirect to another host, with our secret in the body (307)': {
    arrange: answering('token', redirectTo('https://evil.example/token', 307)),
    leadsTo: FAILED,
  },
  'a redirect to the same host': {
    arrange: (microsoft) =>
      answering('token', redirectTo(`${microsoft.authority}/evil/token`, 307))(microsoft),
    leadsTo: FAILED,
    also: nothingStray,
  },
  'a broken connection': {
    arrange: answering('token', (response) => void response.destroy()),
    leadsTo: UNAVAILABLE,
  },
  'half an answer': {
    arrange: answering('token', (response) => {
      response.writeHead(200, { ...json, 'Content-Length': '1000' }).write('{');
      response.destroy();
    }),
    leadsTo: UNAVAILABLE,
  },
  'too many requests': {
    arrange: faulty({ tokenEndpointStatus: 429 }),
    leadsTo: UNAVAILABLE,
  },
  'an error page of a proxy': {
    arrange: faulty({ tokenEndpointStatus: 502 }),
    leadsTo: UNAVAILABLE,
  },
  'an error that is a name of every object': {
    arrange: ({ faults }) => {
      faults.tokenEndpointError = { error: 'constructor', error_description: '<script>', error_codes: [] };
    },
    leadsTo: FAILED,
  },
};

const metadata: Readonly<Record<string, Hostility>> = {
  'no issuer': { arrange: publishing({ issuer: undefined }), leadsTo: MISCONFIGURED },
  'the issuer of another tenant': {
    arrange: (microsoft) => publishing({ issuer: `${microsoft.authority}/${anotherTenant}/v2.0` })(microsoft),
    leadsTo: MISCONFIGURED,
  },
  'a token endpoint elsewhere, for our secret to go to': {
    arrange: publishing({ token_endpoint: 'https://evil.example/token' }),
    leadsTo: MISCONFIGURED,
  },
  'an authorization endpoint elsewhere, for people to go to': {
    arrange: publishing({ authorization_endpoint: 'https://evil.example/authorize' }),
    leadsTo: MISCONFIGURED,
  },
  'keys elsewhere': {
    arrange: publishing({ jwks_uri: 'https://evil.example/keys' }),
    leadsTo: MISCONFIGURED,
  },
  'no keys': { arrange: publishing({ jwks_uri: undefined }), leadsTo: MISCONFIGURED },
  'a page in place of JSON': {
    arrange: answering('discovery', (response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<h1>Welcome</h1>'),
    ),
    leadsTo: MISCONFIGURED,
  },
  'a redirect to another host': {
    arrange: answering('discovery', redirectTo('https://evil.example/metadata')),
    leadsTo: MISCONFIGURED,
  },
  'an endless body': { arrange: answering('discovery', endless), leadsTo: FAILED, also: cutShort },
  'a body that unpacks to fifty megabytes': {
    arrange: answering('discovery', bomb),
    leadsTo: FAILED,
    also: notUnpacked,
  },
  'an error of its own': {
    arrange: faulty({ discoveryStatus: 500 }),
    leadsTo: UNAVAILABLE,
  },
};

const keys: Readonly<Record<string, Hostility>> = {
  'by the thousand': {
    arrange: ({ faults }) => {
      faults.keySet = ({ keys: [key] }) => ({
        keys: [key, ...Array.from({ length: 1_000 }, (_, index) => ({ kty: 'RSA', kid: `key-${index}` }))],
      });
    },
    leadsTo: FAILED,
  },
  'two of one name': {
    arrange: ({ faults }) => {
      faults.keySet = ({ keys: published }) => ({ keys: [...published, ...published] });
    },
    leadsTo: FAILED,
  },
  'none at all': { arrange: faulty({ keySet: () => ({ keys: [] }) }), leadsTo: FAILED },
  'in no list': { arrange: faulty({ keySet: () => ({ keys: 'none' }) }), leadsTo: FAILED },
  'without end': { arrange: answering('jwks', endless), leadsTo: FAILED, also: cutShort },
  'that unpack to fifty megabytes': { arrange: answering('jwks', bomb), leadsTo: FAILED, also: notUnpacked },
  'behind a redirect': {
    arrange: answering('jwks', redirectTo('https://evil.example/keys')),
    leadsTo: FAILED,
  },
  'in an answer that says that there are none': {
    arrange: async (microsoft) => {
      const keySet = await fetch(`${microsoft.authority}/${microsoft.tenantId}/discovery/v2.0/keys`);
      const text = await keySet.text();
      answering('jwks', (response) => void response.writeHead(404, json).end(text))(microsoft);
    },
    leadsTo: FAILED,
  },
  'that can’t be had': { arrange: faulty({ keysStatus: 503 }), leadsTo: UNAVAILABLE },
};

const responses: Readonly<Record<string, Hostility>> = {
  'with an altered state, before the code is redeemed': {
    alter: ({ searchParams }) => searchParams.set('state', 'altered'),
    leadsTo: INVALID,
    also: notRedeemed,
  },
  'without a state': {
    alter: ({ searchParams }) => searchParams.delete('state'),
    leadsTo: INVALID,
    also: notRedeemed,
  },
  'without a code': { alter: ({ searchParams }) => searchParams.delete('code'), leadsTo: FAILED },
  'with a parameter twice': {
    alter: ({ searchParams }) => searchParams.append('code', 'another'),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'with a parameter twice that nobody needs': {
    alter: ({ searchParams }) => {
      for (const value of ['a', 'b']) searchParams.append('session_state', value);
    },
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'of another issuer (RFC 9207: mix-up)': {
    arrange: respondingWith({ iss: 'https://evil.example/v2.0' }),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'without the issuer that the metadata announces (RFC 9207)': {
    arrange: together(
      publishing({ authorization_response_iss_parameter_supported: true }),
      respondingWith({ iss: undefined }),
    ),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'with an ID token in it, as of the implicit flow': {
    arrange: respondingWith({ id_token: 'e30.e30.e30' }),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'in a JWT (JARM), which we didn’t ask for': {
    arrange: respondingWith({ response: 'e30.e30.e30' }),
    leadsTo: FAILED,
    also: notRedeemed,
  },
  'with a code and an error': {
    arrange: respondingWith({ error: 'access_denied' }),
    leadsTo: '/admin/login?error=sso_cancelled',
    also: notRedeemed,
  },
};

/** Back-channel logout: what nobody may be signed out by. Its claims have a table in provider-sign-out.test.ts. */
const logoutTokens: Readonly<Record<string, Pick<Hostility, 'arrange'>>> = {
  'of no signature (alg none)': { arrange: unsigned },
  'that is an HMAC under the public key': { arrange: hmacWithThePublicKey },
  'that brings its own key along (jwk)': { arrange: forged((jwk, kid) => ({ kid, jwk })) },
  'that says where its key is (jku)': {
    arrange: forged((_, kid, { authority }) => ({ kid, jku: `${authority}/evil/keys` })),
  },
  'that says where its certificate is (x5u)': {
    arrange: forged((_, kid, { authority }) => ({ kid, x5u: `${authority}/evil/certificate` })),
  },
  'with a kid that nobody published': { arrange: headed({ kid: 'invented' }) },
  'with a kid that is no text': { arrange: headed({ kid: ['a'] }) },
  'with an extension that we must understand (crit)': { arrange: headed({ crit: ['exp'] }) },
  'of an algorithm that the metadata doesn’t announce: ES256': { arrange: signedAs('ES256') },
  'of an algorithm that the metadata doesn’t announce: PS256': { arrange: signedAs('PS256') },
  'of a key that is too short': { arrange: signedAs('RS256', 1_024) },
  'of a key for encryption': {
    arrange: ({ faults }) => {
      faults.keySet = ({ keys }) => ({ keys: keys.map((key) => ({ ...key, use: 'enc' })) });
    },
  },
  'of a key that signs for another issuer': { arrange: keysOfAnotherIssuer },
  'with claims altered behind the signature': {
    arrange: replaced((token) => {
      const [header, , signature] = token.split('.');
      const claims = JSON.stringify({ ...claimsOf(token), sid: 'somebody else’s' });
      return `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`;
    }),
  },
  'of another tenant’s issuer': {
    arrange: replaced((token, { authority, sign }) =>
      sign({ ...claimsOf(token), iss: `${authority}/${anotherTenant}/v2.0` }),
    ),
  },
  encrypted: { arrange: replaced((token) => `${token}.a.b`) },
  'of two parts': { arrange: replaced((token) => token.split('.').slice(0, 2).join('.')) },
};

describe('a logout token', () => {
  async function answerTo(arrange?: Hostility['arrange']) {
    const stage = await setStage(arrange);
    const { entrance, microsoft, strayRequests } = stage;
    const token = await microsoft.signLogoutToken({ sid: 'somebody’s' });
    const altered = (await microsoft.faults.idToken?.(token)) ?? token;
    const { status, body } = await entrance
      .browser()
      .post('/auth/sso/logout/entra')
      .set('Accept', '*/*')
      .type('form')
      .send({ logout_token: altered });
    await stage.close();
    return { status, code: body.code, strayRequests };
  }

  test.each(Object.entries(logoutTokens))('%s', async (_, { arrange }) => {
    expect(await answerTo(arrange)).toEqual({ status: 400, code: 'logout_token_invalid', strayRequests: [] });
  });

  test('as it should be is taken', async () => {
    expect(await answerTo()).toMatchObject({ status: 200 });
  });
});

describe.each([
  ['conformance, basic profile:', basicProfile],
  ['conformance, config profile:', configProfile],
  ['an ID token', tokens],
  ['the token endpoint answers with', answers],
  ['the metadata holds', metadata],
  ['the provider publishes keys', keys],
  ['an authorization response', responses],
])('%s', (_, table) => {
  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  test.each(Object.entries(table))(
    '%s',
    async (_name, { also, alter, arrange, leadsTo, persona = 'admin' }) => {
      const set = await setStage(arrange);
      stage = set;
      const outcome = await signInOn(set, { persona, alter: (callback) => alter?.(callback, set) });
      expect(outcome).toEqual({ location: leadsTo, signedIn: leadsTo === IN });
      await also?.(set);
    },
  );
});

/** Ten seconds in all, and something for what goes on around them: twice six seconds are more. */
const IN_TIME_MS = 11_500;
/** Of a sign-in that goes no further than its beginning, which loads what speaks OpenID Connect first. */
const BEGUN_IN_TIME_MS = 19_000;

describe('a provider that takes its time is given ten seconds in all', () => {
  const slow: Readonly<Record<string, Hostility>> = {
    'no answer to the code': { arrange: answering('token', silence), leadsTo: UNAVAILABLE },
    'one byte of tokens a second': { arrange: answering('token', trickle), leadsTo: UNAVAILABLE },
    'no answer for the metadata': { arrange: answering('discovery', silence), leadsTo: UNAVAILABLE },
    'one byte of keys a second': { arrange: answering('jwks', trickle), leadsTo: UNAVAILABLE },
    'six seconds for the tokens, and six for the keys': {
      persona: 'key-rotation',
      alter: (_, { microsoft }) => faulty({ delayMs: 6_000 })(microsoft),
      leadsTo: UNAVAILABLE,
    },
  };
  const elsewhere =
    'six seconds for the metadata of an instance that has just started, and six for the tokens';
  const outcomes = new Map<string, Promise<Outcome & { readonly inTime: boolean }>>();
  const stages: Stage[] = [];
  beforeAll(async () => {
    for (const [name, hostility] of Object.entries(slow)) {
      const stage = await setStage(hostility.arrange);
      stages.push(stage);
      outcomes.set(name, timed(stage, hostility));
    }
    const stage = await setStage();
    stages.push(stage);
    outcomes.set(elsewhere, timedElsewhere(stage));
    for (const outcome of outcomes.values()) outcome.catch(() => undefined);
  });
  afterAll(() => Promise.all(stages.map((stage) => stage.close())));

  test.each([...Object.keys(slow), elsewhere])('%s', async (name) => {
    const outcome = await outcomes.get(name);
    expect(outcome).toEqual({ location: UNAVAILABLE, signedIn: false, inTime: true });
  });

  /** Whether the callback alone is in time, or the beginning if it goes no further. */
  async function timed(stage: Stage, { alter, persona = 'admin' }: Hostility) {
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let inTime = endsWithin(BEGUN_IN_TIME_MS, finished);
    const outcome = await signInOn(stage, {
      persona,
      alter: (callback) => {
        alter?.(callback, stage);
        inTime = endsWithin(IN_TIME_MS, finished);
      },
    });
    finish();
    return { ...outcome, inTime: await inTime };
  }

  /** Whether a callback is in time that reaches another instance than the one that the sign-in was begun on. */
  async function timedElsewhere({ entrance, microsoft }: Stage) {
    const begun = await entrance.browser().get('/auth/sso/login/entra').expect(302);
    const { pathname, search } = await signInThrough(String(begun.headers.location), 'admin');
    faulty({ delayMs: 6_000 })(microsoft);
    const other = await startTestEntrance({ microsoft });
    const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? '';
    const returning = other
      .browser()
      .get(pathname + search)
      .set('Cookie', cookie)
      .then((answer) => answer);
    const inTime = await endsWithin(IN_TIME_MS, returning);
    const back = await returning;
    await other.close();
    return {
      location: String(back.headers.location),
      signedIn: cookieSetBy(back, SESSION_COOKIE) !== undefined,
      inTime,
    };
  }
});

describe('a sign-in of one browser in another', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage.close());

  test('a callback that this browser didn’t begin is refused', async () => {
    const { entrance } = stage;
    const callback = await entrance.callbackFor(entrance.browser(), 'admin');
    const back = await entrance.browser().get(callback).expect(303);
    expect(back.headers.location).toBe(INVALID);
  });

  test('a code of another sign-in, injected into one’s own, is refused', async () => {
    const { entrance } = stage;
    const stolen = new URL(await entrance.callbackFor(entrance.browser(), 'admin'), 'http://localhost');
    const outcome = await signInOn(stage, {
      persona: 'no-role',
      alter: ({ searchParams }) => searchParams.set('code', stolen.searchParams.get('code') ?? ''),
    });
    expect(outcome).toEqual({ location: FAILED, signedIn: false });
  });

  test('a copied cookie is worth nothing once the sign-in is complete, and its owner is led on', async () => {
    const { entrance } = stage;
    const browser = entrance.browser();
    const begun = await browser.get('/auth/sso/login/entra').expect(302);
    const copied = String(begun.headers['set-cookie']).split(';')[0] ?? '';
    const { pathname, search } = await signInThrough(String(begun.headers.location), 'admin');
    expect((await browser.get(pathname + search).expect(303)).headers.location).toBe(IN);
    expect((await browser.get(pathname + search).expect(303)).headers.location).toBe(IN);
    const thief = entrance.browser();
    const back = await thief.get(pathname + search).set('Cookie', copied);
    expect(back.headers.location).toBe(INVALID);
  });

  test('a form post (conformance, form-post profile) isn’t taken: a query was asked for', async () => {
    const { entrance } = stage;
    const browser = entrance.browser();
    const begun = await browser.get('/auth/sso/login/entra').expect(302);
    expect(new URL(String(begun.headers.location)).searchParams.get('response_mode')).toBe('query');
    const callback = await signInThrough(String(begun.headers.location), 'admin');
    const posted = await browser.post(callback.pathname).type('form').send(callback.search.slice(1));
    expect(posted.status).toBe(404);
    expect(posted.headers['set-cookie']).toBeUndefined();
  });
});

describe('fifty tokens with invented key names', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage(
      replaced((token, { sign }) => sign(claimsOf(token), { kid: `${kidOf(token)}-${Math.random()}` })),
    );
  });
  afterAll(() => stage.close());

  test('in a row cause at most three fetches of the keys', async () => {
    for (let round = 0; round < 50; round += 1) {
      expect(await signInOn(stage)).toEqual({ location: FAILED, signedIn: false });
    }
    expect(stage.microsoft.requests.jwks).toBeLessThanOrEqual(3);
  });
});
