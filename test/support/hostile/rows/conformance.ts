import { expect } from '@jest/globals';
import { claimsOf } from '../../../../demo/simulator/signing-keys.js';
import { answering, json, saysJson } from '../answers.js';
import type { Arrange } from '../provider.js';
import {
  CANCELLED,
  FAILED,
  MISCONFIGURED,
  publishing,
  SIGNED_IN,
  type Table,
  WITH_USER_INFO,
} from '../row.js';
import { loginPath, signInOn } from '../setup.js';
import { signedByAttacker, signedWithHeader, unsigned, withClaims, withIdToken } from '../tokens.js';
import { twoSigningKeys } from './forgeries.js';

/** The relying-party profiles of the OpenID Foundation’s conformance suite: a row of the name of each module. */
export const basicProfile: Table = {
  'oidcc-client-test': { leadsTo: SIGNED_IN },
  'oidcc-client-test-invalid-iss': {
    arrange: withClaims({ iss: 'https://evil.example/v2.0' }),
    leadsTo: FAILED,
  },
  'oidcc-client-test-missing-sub': { arrange: withClaims({ sub: undefined }), leadsTo: FAILED },
  'oidcc-client-test-invalid-aud': {
    arrange: withClaims({ aud: '11111111-2222-4333-8444-555555555555' }),
    leadsTo: FAILED,
  },
  'oidcc-client-test-missing-iat': { arrange: withClaims({ iat: undefined }), leadsTo: FAILED },
  'oidcc-client-test-kid-absent-single-jwks': {
    arrange: withIdToken(signedWithHeader({ kid: undefined })),
    leadsTo: SIGNED_IN,
  },
  'oidcc-client-test-kid-absent-multiple-jwks': {
    publishes: twoSigningKeys,
    arrange: withIdToken(signedWithHeader({ kid: undefined })),
    leadsTo: FAILED,
  },
  'oidcc-client-test-idtoken-sig-rs256': {
    arrange: withIdToken(signedWithHeader({ alg: 'RS256' })),
    leadsTo: SIGNED_IN,
  },
  'oidcc-client-test-idtoken-sig-none': { arrange: withIdToken(unsigned), leadsTo: FAILED },
  'oidcc-client-test-invalid-sig-rs256': {
    arrange: withIdToken(signedByAttacker((_, kid) => ({ kid }))),
    leadsTo: FAILED,
  },
  'oidcc-client-test-userinfo-invalid-sub': {
    publishes: (provider) => publishing({ userinfo_endpoint: `${provider.url}/me` })(provider),
    arrange: (provider) => {
      provider.faults.isNewcomer = WITH_USER_INFO.providers.some((id) => id === provider.id);
      answering('rights', saysJson({ sub: 'somebody-else', groups: ['gateway-admins'] }))(provider);
    },
    leadsTo: FAILED,
    except: { providers: ['entra', 'google'], because: 'UserInfo isn’t asked', leadsTo: SIGNED_IN },
  },
  'oidcc-client-test-nonce-invalid': { arrange: withClaims({ nonce: 'another' }), leadsTo: FAILED },
  'oidcc-client-test-scope-userinfo-claims': {
    leadsTo: SIGNED_IN,
    also: async ({ entrance, provider }) => {
      const { headers } = await entrance.browser().get(loginPath(provider));
      const { searchParams } = new URL(String(headers.location));
      expect(searchParams.get('scope')).toMatch(/^openid profile email\b/);
    },
  },
  'oidcc-client-test-client-secret-basic': {
    publishes: publishing({ token_endpoint_auth_methods_supported: ['client_secret_basic'] }),
    arrange: showingProof((header, { clientId, clientSecret }) => {
      const [scheme, sent = ''] = header.split(' ');
      const [id, secret] = Buffer.from(sent, 'base64').toString().split(':');
      const form = new URLSearchParams(`id=${id}&secret=${secret}`);
      return scheme === 'Basic' && form.get('id') === clientId && form.get('secret') === clientSecret;
    }),
    // Which of the two the provider said shows how the client proved itself.
    leadsTo: CANCELLED,
  },
};

type Provider = Parameters<Arrange>[0];

function showingProof(isRight: (header: string, provider: Provider) => boolean): Arrange {
  return (provider) =>
    answering('token', (response) => {
      const error = isRight(String(response.req.headers.authorization), provider)
        ? 'access_denied'
        : 'invalid_client';
      response.writeHead(400, json).end(JSON.stringify({ error }));
    })(provider);
}

/** Keys have to be fetched after the tokens. */
export const rotatedBeforeSigning: Arrange = withIdToken(async (token, { rotateKeys, sign }) => {
  await rotateKeys();
  return sign(claimsOf(token));
});

export const configProfile: Table = {
  'oidcc-client-test-discovery-openid-config': {
    isAlone: true,
    leadsTo: SIGNED_IN,
    also: ({ provider }) => expect(provider.requests.discovery).toBe(1),
  },
  'oidcc-client-test-discovery-jwks-uri-keys': {
    isAlone: true,
    leadsTo: SIGNED_IN,
    also: ({ provider }) => expect(provider.requests.jwks).toBe(1),
  },
  'oidcc-client-test-discovery-issuer-mismatch': {
    publishes: publishing({ issuer: 'https://evil.example/v2.0' }),
    leadsTo: MISCONFIGURED,
  },
  'oidcc-client-test-signing-key-rotation': {
    isAlone: true,
    leadsTo: SIGNED_IN,
    also: async (setup) => {
      for (let round = 0; round < 2; round += 1) {
        await setup.provider.rotateKeys();
        expect(await signInOn(setup)).toEqual({ location: SIGNED_IN, isSignedIn: true });
      }
    },
  },
  'oidcc-client-test-signing-key-rotation-just-before-signing': {
    isAlone: true,
    arrange: rotatedBeforeSigning,
    leadsTo: SIGNED_IN,
  },
};
