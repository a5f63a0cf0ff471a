import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keycloak } from '#entrance/providers/keycloak/kind.js';
import { acceptMetadata, issuerRemedy, metadataUrls } from '#entrance/providers/keycloak/realm.js';
import { addresses, keycloakConfig } from '../../support/keycloak.js';
import { METADATA_PATH, type OpenIdProvider, startOpenIdProvider } from '../../support/openid-provider.js';
import { recordingLog } from '../../support/recording-log.js';

/* Where a realm is, and what an operator is told who has written down another place. */

const place = { baseUrl: 'https://sso.acmecorp.com', publicBaseUrl: undefined, realm: 'Acme One' };
const ISSUER = 'https://sso.acmecorp.com/realms/Acme%20One';

test('the realm’s name stands in the address as one part of its path', () => {
  expect(metadataUrls(place)).toEqual([
    `${ISSUER}/.well-known/openid-configuration`,
    'https://sso.acmecorp.com/auth/realms/Acme%20One/.well-known/openid-configuration',
  ]);
  expect(metadataUrls({ ...place, baseUrl: 'https://sso.acmecorp.com/auth' })[1]).toBe(
    `${ISSUER}/.well-known/openid-configuration`,
  );
});

test('with one base URL the metadata is taken as it is', () => {
  const published = { issuer: ISSUER, authorization_endpoint: 'https://elsewhere.example/auth' };
  expect(acceptMetadata(published, place)).toEqual(published);
});

test('with a public base URL, issuer and pages for browsers are there, and what the server asks stays', () => {
  const publicBaseUrl = 'https://login.acmecorp.com/sso';
  const published = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/protocol/openid-connect/auth`,
    end_session_endpoint: `${ISSUER}/protocol/openid-connect/logout`,
    token_endpoint: `${ISSUER}/protocol/openid-connect/token`,
  };
  const outside = `${publicBaseUrl}/realms/Acme%20One`;
  const relied = acceptMetadata(published, { ...place, publicBaseUrl });
  expect(relied).toEqual({
    issuer: outside,
    authorization_endpoint: `${outside}/protocol/openid-connect/auth`,
    end_session_endpoint: `${outside}/protocol/openid-connect/logout`,
    token_endpoint: `${ISSUER}/protocol/openid-connect/token`,
  });
  expect(acceptMetadata(relied, { ...place, publicBaseUrl })).toEqual(relied);
});

test.each([
  [ISSUER.replace('sso', 'login'), 'SSO_KEYCLOAK_PUBLIC_BASE_URL=https://login.acmecorp.com if'],
  [ISSUER.replace('/realms', '/auth/realms'), 'Set SSO_KEYCLOAK_BASE_URL=https://sso.acmecorp.com/auth.'],
  [ISSUER.replace('Acme', 'acme'), 'set SSO_KEYCLOAK_REALM=acme One.'],
  ['https://sso.acmecorp.com/realms/%E0', 'set SSO_KEYCLOAK_REALM=%E0.'],
  ['https://accounts.example', 'isn’t Keycloak'],
])('metadata of %s is refused', (issuer, remedy) => {
  expect(() => acceptMetadata({ issuer }, place)).toThrow(
    expect.objectContaining({ code: 'sso_misconfigured', remedy: expect.stringContaining(remedy) }),
  );
  expect(issuerRemedy(issuer, { ...place, publicBaseUrl: 'https://x.example' })).not.toContain('undefined');
});

let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await startOpenIdProvider(addresses.redirectUri);
});
afterAll(() => provider.close());

/** Begins a sign-in, with this realm at this base URL. */
async function begin(baseUrl: string, realm = 'acme') {
  const made = keycloak.create(
    keycloakConfig({ SSO_KEYCLOAK_BASE_URL: baseUrl, SSO_KEYCLOAK_REALM: realm }),
    {
      addresses,
      clock: { now: () => Date.now() },
      log: recordingLog().log,
    },
  );
  return made.authorizationUrl({ state: 'state', nonce: 'nonce', codeVerifier: 'verifier' }, {});
}

test('a base URL without its /auth, or with one too many, is told with the right one', async () => {
  const metadata = (path: string) => {
    const endpoints = `${provider.issuer}${path}/protocol/openid-connect`;
    const body = {
      issuer: provider.issuer + path,
      authorization_endpoint: `${endpoints}/auth`,
      token_endpoint: `${endpoints}/token`,
      jwks_uri: `${endpoints}/certs`,
    };
    return { [path + METADATA_PATH]: () => ({ body }) };
  };
  provider.alter = metadata('/auth/realms/acme');
  await expect(begin(provider.issuer)).rejects.toMatchObject({
    code: 'sso_misconfigured',
    remedy: `Set SSO_KEYCLOAK_BASE_URL=${provider.issuer}/auth.`,
  });
  expect((await begin(`${provider.issuer}/auth/`)).pathname).toBe(
    '/auth/realms/acme/protocol/openid-connect/auth',
  );
  provider.alter = metadata('/realms/acme');
  await expect(begin(`${provider.issuer}/auth`)).rejects.toMatchObject({
    remedy: `Set SSO_KEYCLOAK_BASE_URL=${provider.issuer}.`,
  });
});

test('a realm that there isn’t is told as that, in Keycloak’s words and in a proxy’s', async () => {
  const answer = (body: unknown, type?: string) => () => ({
    status: 404,
    body,
    ...(type !== undefined && { type }),
  });
  for (const answered of [answer({ error: 'Realm does not exist' }), answer('<p>nothing</p>', 'text/html')]) {
    provider.alter = Object.fromEntries(
      metadataUrls({ baseUrl: '', publicBaseUrl: undefined, realm: 'ACME' }).map((path) => [path, answered]),
    );
    await expect(begin(provider.issuer, 'ACME')).rejects.toMatchObject({
      code: 'sso_misconfigured',
      remedy: expect.stringContaining(
        `There is no realm ACME at ${provider.issuer}. Check SSO_KEYCLOAK_REALM`,
      ),
    });
  }
});
