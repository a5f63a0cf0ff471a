import { expect, test } from '@jest/globals';
import type { EntranceError } from '#entrance/errors.js';
import { checkEntraMetadata } from '#entrance/providers/entra/issuer.js';

const TENANT = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';
const OTHER = '7d1f5b0a-2c48-4e9d-9a63-0b5e8c7d2f14';
const config = { authority: 'https://login.microsoftonline.com', tenantId: TENANT };

function refusalOf(issuer: string, endpoints = config.authority): EntranceError | undefined {
  try {
    checkEntraMetadata(
      {
        issuer,
        authorization_endpoint: `${endpoints}/authorize`,
        token_endpoint: `${endpoints}/token`,
        jwks_uri: `${endpoints}/keys`,
      },
      config,
    );
    return undefined;
  } catch (error) {
    return error as EntranceError; // all that it throws
  }
}

test.each([
  [
    `https://login.partner.microsoftonline.cn/${TENANT}/v2.0`,
    'SSO_ENTRA_AUTHORITY has to be the origin of the received issuer, https://login.partner.microsoftonline.cn.',
  ],
  [
    `https://idp.harbour.example:8443/${TENANT}/v2.0`,
    'SSO_ENTRA_AUTHORITY has to be the origin of the received issuer, https://idp.harbour.example:8443.',
  ],
  [
    `https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`,
    'The received issuer is one of External ID: SSO_ENTRA_AUTHORITY has to be https://‹name›.ciamlogin.com, where people of the external tenant sign in.',
  ],
  [`https://harbour.b2clogin.com/${TENANT}/v2.0/`, expect.stringContaining('Azure AD B2C isn’t supported')],
  [
    `https://login.microsoftonline.com/${OTHER}/v2.0`,
    `SSO_ENTRA_TENANT_ID has to be the tenant of the received issuer, and is ${TENANT}.`,
  ],
  [`https://sts.windows.net/${TENANT}/`, expect.stringContaining('“National clouds” in docs/entra-setup.md')],
  ['nonsense', expect.stringContaining('outbound proxy')],
])('metadata with the issuer %s is refused with a remedy', (issuer, remedy) => {
  expect(refusalOf(issuer)).toMatchObject({
    code: 'sso_misconfigured',
    cause: { expected: `${config.authority}/${TENANT}/v2.0`, received: issuer },
    remedy,
  });
});

test('metadata that names another host for its endpoints is refused with what to look at', () => {
  expect(refusalOf(`${config.authority}/${TENANT}/v2.0`, 'https://elsewhere.example')).toMatchObject({
    code: 'sso_misconfigured',
    remedy: expect.stringContaining('outbound proxy'),
  });
});

test('metadata of the configured cloud and tenant is taken', () => {
  expect(refusalOf(`${config.authority}/${TENANT}/v2.0`)).toBeUndefined();
});
