import {
  answering,
  gzipBomb,
  htmlPage,
  redirectsTo,
  saysJson,
  saysStatus,
  twentyMegabytes,
} from '../answers.js';
import { ENTRA, FAILED, MISCONFIGURED, publishing, type Table, UNAVAILABLE, withFaults } from '../row.js';

const anotherTenant = '5e0d7c3b-94a1-4f26-8b7c-d2f1a6e39805';
const AT_ITS_AUTHORITY = {
  providers: ['entra'],
  because: 'endpoints of others may be at another host than their issuer, as Google’s are',
} as const;
const tooLarge = 'response too large';
const compressed = 'response compressed';

export const metadata: Table = {
  'no issuer': { publishes: publishing({ issuer: undefined }), leadsTo: MISCONFIGURED },
  'an issuer that is no text': { publishes: publishing({ issuer: ['a'] }), leadsTo: MISCONFIGURED },
  'another issuer of the same host': {
    publishes: (provider) => publishing({ issuer: `${provider.url}/another/v2.0` })(provider),
    leadsTo: MISCONFIGURED,
  },
  'the issuer of another tenant': {
    publishes: (provider) => publishing({ issuer: `${provider.url}/${anotherTenant}/v2.0` })(provider),
    leadsTo: MISCONFIGURED,
    only: ENTRA,
  },
  'an issuer whose name goes on': {
    publishes: (provider) => publishing({ issuer: `${provider.issuer}.evil.example` })(provider),
    leadsTo: MISCONFIGURED,
  },
  'a token endpoint elsewhere, for our secret to go to': {
    publishes: publishing({ token_endpoint: 'https://evil.example/token' }),
    leadsTo: MISCONFIGURED,
    only: AT_ITS_AUTHORITY,
  },
  'an authorization endpoint elsewhere, for people to go to': {
    publishes: publishing({ authorization_endpoint: 'https://evil.example/authorize' }),
    leadsTo: MISCONFIGURED,
    only: AT_ITS_AUTHORITY,
  },
  'keys elsewhere': {
    publishes: publishing({ jwks_uri: 'https://evil.example/keys' }),
    leadsTo: MISCONFIGURED,
    only: AT_ITS_AUTHORITY,
  },
  'an authorization endpoint that is a script': {
    publishes: publishing({ authorization_endpoint: 'javascript:alert(1)' }),
    leadsTo: MISCONFIGURED,
  },
  'keys in a file': { publishes: publishing({ jwks_uri: 'file:///etc/passwd' }), leadsTo: MISCONFIGURED },
  'no keys': { publishes: publishing({ jwks_uri: undefined }), leadsTo: MISCONFIGURED },
  'no token endpoint': { publishes: publishing({ token_endpoint: undefined }), leadsTo: MISCONFIGURED },
  'a page in place of JSON': { publishes: answering('discovery', htmlPage), leadsTo: MISCONFIGURED },
  'a list in place of an object': { publishes: answering('discovery', saysJson([])), leadsTo: MISCONFIGURED },
  'a redirect to another host': {
    publishes: answering('discovery', redirectsTo('https://evil.example/metadata')),
    leadsTo: MISCONFIGURED,
  },
  'a redirect to the same host': {
    publishes: answering('discovery', redirectsTo('/evil')),
    leadsTo: MISCONFIGURED,
  },
  'an endless body': { publishes: answering('discovery', twentyMegabytes), leadsTo: FAILED, logs: tooLarge },
  'a body that unpacks to fifty megabytes': {
    publishes: answering('discovery', gzipBomb),
    leadsTo: FAILED,
    logs: compressed,
  },
  'an error of its own': { publishes: answering('discovery', saysStatus(500)), leadsTo: UNAVAILABLE },
};

const keySet = (keys: unknown) => withFaults({ keySet: () => ({ keys }) });

export const keys: Table = {
  'by the thousand': {
    publishes: withFaults({
      keySet: ({ keys: [key] }) => ({
        keys: [key, ...Array.from({ length: 1_000 }, (_, index) => ({ kty: 'RSA', kid: `key-${index}` }))],
      }),
    }),
    leadsTo: FAILED,
  },
  'none at all': { publishes: keySet([]), leadsTo: FAILED },
  'in no list': { publishes: keySet('none'), leadsTo: FAILED },
  'without end': { publishes: answering('jwks', twentyMegabytes), leadsTo: FAILED, logs: tooLarge },
  'that unpack to fifty megabytes': {
    publishes: answering('jwks', gzipBomb),
    leadsTo: FAILED,
    logs: compressed,
  },
  'as a page': { publishes: answering('jwks', htmlPage), leadsTo: FAILED },
  'behind a redirect': {
    publishes: answering('jwks', redirectsTo('https://evil.example/keys')),
    leadsTo: FAILED,
  },
  'in an answer that says that there are none': {
    publishes: async (provider) => {
      const published = await provider.keySet();
      answering('jwks', saysJson(published, 404))(provider);
    },
    leadsTo: FAILED,
  },
  'that can’t be had': { publishes: answering('jwks', saysStatus(503)), leadsTo: UNAVAILABLE },
};
