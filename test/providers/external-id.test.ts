import { describe, expect, test } from '@jest/globals';
import type { EntranceError } from '#entrance/errors.js';
import {
  checkEntraMetadata,
  createIssuerPin,
  foreignIssuerError,
  tenantOf,
} from '#entrance/providers/entra/issuer.js';

const TENANT = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';
const OTHER = '7d1f5b0a-2c48-4e9d-9a63-0b5e8c7d2f14';
const HARBOUR = 'https://harbour.ciamlogin.com';
const CUSTOM = 'https://login.harbour.example';
const DOMAIN = 'harbour.onmicrosoft.com';

const issuerOf = (host: string, path = host) => `https://${host}.ciamlogin.com/${path}/v2.0`;

/** Gives the refusal of metadata with this issuer and these endpoints; undefined if it is taken. */
function refusalOf(
  issuer: string,
  { authority = HARBOUR, tenantId = TENANT, endpoints = {} } = {},
): EntranceError | undefined {
  const metadata = {
    issuer,
    authorization_endpoint: `${authority}/${TENANT}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/${TENANT}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/${TENANT}/discovery/v2.0/keys`,
    ...endpoints,
  };
  return thrownBy(() => checkEntraMetadata(metadata, { authority, tenantId }));
}

function thrownBy(check: () => void): EntranceError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error as EntranceError; // all that it throws
  }
}

describe('metadata of an external tenant', () => {
  test.each([
    [HARBOUR, TENANT],
    [HARBOUR, DOMAIN],
    [`https://${TENANT}.ciamlogin.com`, TENANT],
    [`https://${TENANT}.ciamlogin.com`, DOMAIN],
    [CUSTOM, TENANT],
  ])('at %s names the tenant’s ID twice, if %s is set', (authority, tenantId) => {
    expect(refusalOf(issuerOf(TENANT), { authority, tenantId })).toBeUndefined();
  });

  test.each([
    ['two IDs', issuerOf(TENANT, OTHER)],
    ['two IDs, the other way round', issuerOf(OTHER, TENANT)],
    ['the name of the tenant', issuerOf('harbour', TENANT)],
    ['the domain of the tenant', issuerOf(TENANT, DOMAIN)],
    ['the template', issuerOf('{tenantid}')],
    ['an ID that is none', issuerOf('harbour')],
    ['no version', `https://${TENANT}.ciamlogin.com/${TENANT}/`],
    ['a slash at the end', `${issuerOf(TENANT)}/`],
    ['a host in front', `https://a.${TENANT}.ciamlogin.com/${TENANT}/v2.0`],
    ['a host behind', `https://${TENANT}.ciamlogin.com.harbour.example/${TENANT}/v2.0`],
    ['another letter for the dot', `https://${TENANT}.ciamloginxcom/${TENANT}/v2.0`],
    ['http', issuerOf(TENANT).replace('https', 'http')],
    ['employees', `https://login.microsoftonline.com/${TENANT}/v2.0`],
  ])('is refused with an issuer of %s', (_, issuer) => {
    for (const tenantId of [TENANT, DOMAIN])
      expect(refusalOf(issuer, { tenantId })).toMatchObject({
        code: 'sso_misconfigured',
        cause: { expected: expect.stringMatching(/\.ciamlogin\.com\/.+\/v2\.0$/), received: issuer },
        remedy: expect.stringContaining('names its ID twice'),
      });
  });

  test.each([
    [HARBOUR, TENANT],
    [`https://${TENANT}.ciamlogin.com`, DOMAIN],
    [`https://${OTHER}.ciamlogin.com`, TENANT],
  ])('at %s is refused if it is of another tenant than %s', (authority, tenantId) => {
    expect(refusalOf(issuerOf(OTHER), { authority, tenantId })?.remedy).toContain(
      'both have to be of the external tenant',
    );
  });

  test.each([DOMAIN, OTHER, 'organizations', 'common', 'consumers'])(
    'behind a custom URL domain is refused if %s is set: the ID alone says which tenant is meant',
    (tenantId) => {
      expect(refusalOf(issuerOf(TENANT), { authority: CUSTOM, tenantId })?.remedy).toBe(
        `With a custom URL domain SSO_ENTRA_TENANT_ID has to be the ID of the external tenant in the received issuer, and is ${tenantId}.`,
      );
    },
  );

  test.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri'])(
    'is refused if its %s is among the endpoints for employees, which have other keys',
    (name) => {
      const endpoints = { [name]: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys` };
      expect(refusalOf(issuerOf(TENANT), { endpoints })).toMatchObject({
        code: 'sso_misconfigured',
        remedy: expect.stringContaining('outside of SSO_ENTRA_AUTHORITY'),
      });
    },
  );

  test('is refused by the clouds of employees', () => {
    expect(refusalOf(issuerOf(TENANT), { authority: 'https://login.microsoftonline.com' })?.remedy).toContain(
      'SSO_ENTRA_AUTHORITY has to be https://‹name›.ciamlogin.com',
    );
  });
});

test('a domain means the same tenant for as long as it is in use', () => {
  const pin = createIssuerPin();
  pin(issuerOf(TENANT));
  pin(issuerOf(TENANT));
  expect(thrownBy(() => pin(issuerOf(OTHER)))).toMatchObject({
    code: 'sso_misconfigured',
    cause: { expected: issuerOf(TENANT), received: issuerOf(OTHER) },
    remedy: expect.stringContaining('names another tenant than before'),
  });
});

test('a token of another external tenant is one of a tenant that isn’t allowed', () => {
  const config = { authority: HARBOUR, tenantId: DOMAIN };
  expect(foreignIssuerError(issuerOf(OTHER), config)).toMatchObject({
    code: 'tenant_not_allowed',
    facts: { tenantId: OTHER },
  });
  expect(foreignIssuerError(issuerOf(OTHER, TENANT), config)).toBeUndefined();
  expect(tenantOf(`${HARBOUR}/${TENANT}/v2.0`, config)).toBeUndefined();
});
