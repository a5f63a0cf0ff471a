import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Provider } from '#entrance/providers/provider.js';
import { createProviders } from '#entrance/providers/registry.js';
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.js';
import { recordingLog } from '../support/recording-log.js';
import { parseValid } from '../support/settings.js';
import { metadataAt } from '../support/shaped-provider.js';

/* How an operator may name the issuer, and what is found there. */

let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await startOpenIdProvider('http://localhost:8000/auth/sso/callback/any');
});
afterAll(() => provider.close());

/** The provider of these settings, with an issuer at this path. */
function providerAt(prefix: string, path: string): Provider {
  const config = parseValid({
    SSO_ENTRA_ENABLED: 'false',
    [`${prefix}_ENABLED`]: 'true',
    [`${prefix}_CLIENT_ID`]: 'post',
    [`${prefix}_CLIENT_SECRET`]: 'Zx8aBcD_eFgH1iJ2kL3mN4oP5qR6sT7uV8wX9',
    [`${prefix}_ISSUER`]: `${provider.issuer}${path}`,
  });
  const [only] = createProviders(config, { now: () => Date.now() }, recordingLog().log);
  if (only === undefined) throw new Error('the provider is off');
  return only;
}

const secrets = { state: 'a-state', nonce: 'a-nonce', codeVerifier: 'a'.repeat(43) };

test.each([
  ['SSO_OKTA', '', ''],
  ['SSO_OKTA', '/', ''],
  ['SSO_OKTA', '/oauth2/default', '/oauth2/default'],
  ['SSO_OKTA', '/oauth2/aus1a2b3c/', '/oauth2/aus1a2b3c'],
  ['SSO_IBM_VERIFY', '', '/oidc/endpoint/default'],
  ['SSO_IBM_VERIFY', '/', '/oauth2'],
  ['SSO_IBM_VERIFY', '/oidc/endpoint/default', '/oidc/endpoint/default'],
  ['SSO_IBM_VERIFY', '/oidc/endpoint/staff', '/oidc/endpoint/staff'],
])('%s: an issuer at “%s” is found at “%s”', async (prefix, given, path) => {
  provider.alter = await metadataAt(provider, path);
  const url = await providerAt(prefix, given).authorizationUrl(secrets, {});
  expect(url.origin).toBe(provider.issuer);
});

test.each([
  ['SSO_OKTA', '', ''],
  ['SSO_OKTA', '/oauth2/default', '/oauth2/default'],
  ['SSO_IBM_VERIFY', '', '/oauth2'],
  ['SSO_IBM_VERIFY', '/oauth2', '/oauth2'],
])('%s: metadata at “%s” that names another issuer is refused', async (prefix, given, path) => {
  provider.alter = await metadataAt(provider, path, { issuer: 'https://elsewhere.example' });
  await expect(providerAt(prefix, given).authorizationUrl(secrets, {})).rejects.toMatchObject({
    code: 'sso_misconfigured',
    remedy: expect.stringContaining(`${prefix}_ISSUER`),
  });
});

test.each([
  ['SSO_OKTA', '/oauth2/default', 'API Access Management'],
  ['SSO_IBM_VERIFY', '', 'Applications → your application → Sign-on'],
])('%s: the doctor says what to do if there is nothing at “%s”', async (prefix, given, advice) => {
  provider.alter = await metadataAt(provider, '/elsewhere');
  const findings = await providerAt(prefix, given).inspection.examine(() => Date.now());
  expect(findings).toContainEqual(
    expect.objectContaining({
      check: 'discovery',
      severity: 'failed',
      remedy: expect.stringContaining(advice),
    }),
  );
});
