import { expect, test } from '@jest/globals';
import { metadataUrls } from '#entrance/providers/ibm-verify/issuer.js';
import type { IbmVerifyConfig } from '#entrance/providers/ibm-verify/settings.js';
import { parseValid, problemsOf, type Settings, warningsOf } from '../../support/settings.js';

const TENANT = 'https://acmecorp.verify.ibm.com';
const ibm = {
  SSO_IBM_VERIFY_ENABLED: 'true',
  SSO_IBM_VERIFY_CLIENT_ID: '3f0c8a52',
  SSO_IBM_VERIFY_CLIENT_SECRET: 'Zx8aBcD_eFgH1iJ2kL3mN4oP5qR6sT7uV8wX9',
  SSO_IBM_VERIFY_ISSUER: TENANT,
} satisfies Settings;

const configOf = (changes: Settings = {}): IbmVerifyConfig | undefined =>
  parseValid({ ...ibm, ...changes }).sso.providers.find(
    (one): one is IbmVerifyConfig => one.kind === 'ibm_verify',
  );

test.each([
  [TENANT, ['/oidc/endpoint/default', '/oauth2']],
  [`${TENANT}/`, ['/oidc/endpoint/default', '/oauth2']],
  [`${TENANT}/oidc/endpoint/default`, ['/oidc/endpoint/default']],
  [`${TENANT}/oauth2/`, ['/oauth2']],
])('the metadata of %s is looked for at %j', (given, paths) => {
  const { issuer = '' } = configOf({ SSO_IBM_VERIFY_ISSUER: given }) ?? {};
  expect(metadataUrls(issuer)).toEqual(
    paths.map((path) => `${TENANT}${path}/.well-known/openid-configuration`),
  );
});

test('a distinguished name stands in JSON, and is told if a list was split at its commas', () => {
  const name = 'CN=Developers,OU=Groups';
  expect(configOf({ SSO_IBM_VERIFY_ADMIN_GROUPS: JSON.stringify([name]) })?.adminGroups).toEqual([
    { kind: 'group', value: name },
  ]);
  expect(problemsOf({ ...ibm, SSO_IBM_VERIFY_ADMIN_GROUPS: name })).toEqual([
    expect.objectContaining({ problem: expect.stringContaining('as a JSON array') }),
  ]);
  expect(configOf({ IBM_VERIFY_GROUP_MAPPING: JSON.stringify({ [name]: 'Harbour' }) })?.teamMappings).toEqual(
    [{ kind: 'group', value: name.toLowerCase(), name: 'Harbour' }],
  );
});

test('what is needed is asked for, what isn’t read is said, and a provider that is off isn’t there', () => {
  expect(problemsOf({ SSO_IBM_VERIFY_ENABLED: 'true' }).map(({ variable }) => variable)).toEqual([
    'SSO_IBM_VERIFY_CLIENT_ID',
    'SSO_IBM_VERIFY_CLIENT_SECRET',
    'SSO_IBM_VERIFY_ISSUER',
  ]);
  expect(warningsOf({ ...ibm, IBM_VERIFY_USER_MAPPING: '{}' })).toEqual([
    expect.stringContaining('claims are read by their standard names'),
  ]);
  expect(configOf({ SSO_IBM_VERIFY_ENABLED: 'false' })).toBeUndefined();
});
