import { claimsOf } from '../../../../demo/simulator/signing-keys.js';
import type { Arrange } from '../provider.js';
import { publishing, withFaults } from '../row.js';
import {
  encoded,
  type Forge,
  hmacWithThePublicKey,
  hmacWithTheSecret,
  publishingKeyOf,
  signedBy,
  signedByAttacker,
  signedWithHeader,
  unsigned,
} from '../tokens.js';

/** A token that nobody may take: an ID token, a logout token, an access token, or an answer of UserInfo. */
export interface Forgery {
  /** What the provider publishes otherwise; what it publishes of its algorithms makes no difference. */
  readonly publishes?: Arrange;
  readonly forge: Forge;
}

const announcing = (...algorithms: string[]) =>
  publishing({ id_token_signing_alg_values_supported: ['RS256', ...algorithms] });
export const twoSigningKeys: Arrange = withFaults({
  keySet: ({ keys }) => ({ keys: keys.flatMap((key) => [key, { ...key, kid: 'another' }]) }),
});
const asItIs: Forge = (token) => token;
const renamed = (token: string) => ({ ...claimsOf(token), name: 'Somebody Else', jti: 'another' });

export const forgeries: Readonly<Record<string, Forgery>> = {
  'of no signature (alg none)': { forge: unsigned },
  'of no signature, as the metadata announces': { publishes: announcing('none'), forge: unsigned },
  'that is an HMAC under the client secret': { publishes: announcing('HS256'), forge: hmacWithTheSecret },
  'that is an HMAC under the public key': { publishes: announcing('HS256'), forge: hmacWithThePublicKey },
  'with claims altered behind the signature': {
    forge: (token) => {
      const [header, , signature] = token.split('.');
      return [header, encoded(renamed(token)), signature].join('.');
    },
  },
  'with the signature of another token': {
    forge: async (token, { sign }) => {
      const other = await sign(renamed(token));
      return [...token.split('.').slice(0, 2), other.split('.')[2]].join('.');
    },
  },
  'of a key of the attacker’s': { forge: signedByAttacker((_, kid) => ({ kid })) },
  'that brings its own key along (jwk)': { forge: signedByAttacker((jwk, kid) => ({ kid, jwk })) },
  'that says where its key is (jku)': {
    forge: signedByAttacker((_, kid, { url }) => ({ kid, jku: `${url}/evil/keys` })),
  },
  'that says where its certificate is (x5u)': {
    forge: signedByAttacker((_, kid, { url }) => ({ kid, x5u: `${url}/evil/certificate` })),
  },
  'with a kid that nobody published': { forge: signedWithHeader({ kid: 'invented' }) },
  'with a kid that is a path': { forge: signedWithHeader({ kid: '../../../../dev/null' }) },
  'with a kid that is no text': { forge: signedWithHeader({ kid: ['a'] }) },
  'without a kid, of one of two keys': {
    publishes: twoSigningKeys,
    forge: signedWithHeader({ kid: undefined }),
  },
  'with an extension that we must understand (crit)': { forge: signedWithHeader({ crit: ['exp'] }) },
  'of an algorithm that the metadata doesn’t announce: ES256': {
    publishes: publishingKeyOf('ES256'),
    forge: signedBy('ES256'),
  },
  'of an algorithm that the metadata doesn’t announce: PS256': {
    publishes: publishingKeyOf('PS256'),
    forge: signedBy('PS256'),
  },
  'of a key that is too short': {
    publishes: publishingKeyOf('RS256', 1_024),
    forge: signedBy('RS256', 1_024),
  },
};

/** Keys that a provider publishes, and that fit none of its tokens. */
export const unfitKeys: Readonly<Record<string, Forgery>> = {
  'of a key for encryption': {
    publishes: withFaults({ keySet: ({ keys }) => ({ keys: keys.map((key) => ({ ...key, use: 'enc' })) }) }),
    forge: asItIs,
  },
  'of a key that signs for another issuer': {
    publishes: (provider) => {
      const issuer = `${provider.url}/another`;
      withFaults({ keySet: ({ keys }) => ({ keys: keys.map((key) => ({ ...key, issuer })) }) })(provider);
    },
    forge: asItIs,
  },
  'of two keys of one name': {
    publishes: withFaults({ keySet: ({ keys }) => ({ keys: [...keys, ...keys] }) }),
    forge: asItIs,
  },
};

/** What has another form than a signed token. */
export const malformed: Readonly<Record<string, Forgery>> = {
  encrypted: { forge: (token) => `${token}.a.b` },
  'of two parts': { forge: (token) => token.split('.').slice(0, 2).join('.') },
  'that is no token': { forge: () => 'AADSTS' },
  'that is empty': { forge: () => '' },
  'whose claims are a list': { forge: (token, { sign }) => sign([claimsOf(token)] as never) }, // what it must not be
};
