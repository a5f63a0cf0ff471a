import { describe, expect, test } from '@jest/globals';
import { parseValid, problemsOf, type Settings } from '../support/settings.js';

/* One rule reads the scopes of every provider. */

const client = (prefix: string): Settings => ({
  SSO_ENTRA_ENABLED: undefined,
  [`${prefix}_ENABLED`]: 'true',
  [`${prefix}_CLIENT_ID`]: '3f0c8a52-7d1e-4b96-a0f3-58c2d9e41b7a',
  [`${prefix}_CLIENT_SECRET`]: 'kT9vQm2LxW4pZr7sYb3n',
});
const issuer = 'https://id.acmecorp.com';
const providers: readonly (readonly [setting: string, required: string, settings: Settings])[] = [
  ['SSO_ENTRA_SCOPES', 'openid profile', {}],
  ['SSO_GOOGLE_SCOPE', 'openid email', client('SSO_GOOGLE')],
  ['SSO_OKTA_SCOPE', 'openid', { ...client('SSO_OKTA'), SSO_OKTA_ISSUER: issuer }],
  ['SSO_IBM_VERIFY_SCOPE', 'openid', { ...client('SSO_IBM_VERIFY'), SSO_IBM_VERIFY_ISSUER: issuer }],
  ['SSO_KEYCLOAK_SCOPE', 'openid', { ...client('SSO_KEYCLOAK'), SSO_KEYCLOAK_BASE_URL: issuer }],
  [
    'SSO_GENERIC_SCOPE',
    'openid',
    { ...client('SSO_GENERIC'), SSO_GENERIC_PROVIDER_ID: 'acme', SSO_GENERIC_ISSUER: issuer },
  ],
  ['SSO_GITHUB_SCOPE', 'user:email', client('SSO_GITHUB')],
];

describe.each(providers)('%s', (setting, required, settings) => {
  test.each([' ', '  ', ',', ' , ', ';'])('takes %j between scopes, and each scope once', (separator) => {
    const text = [...required.split(' '), 'x:y', 'x:y'].join(separator);
    const [config] = parseValid({ ...settings, [setting]: text }).sso.providers;
    expect(Object.values(config ?? {})).toContain(`${required} x:y`);
  });

  test.each([
    ['something else', `must contain ${required.split(' ').join(' and ')}`],
    [`${required} a\\b`, 'must be scopes with blanks, commas or semicolons between them'],
    [`${required} é`, 'must be scopes'],
    [`${required} ${'x'.repeat(1_024)}`, 'must be at most 1024 characters long'],
  ])('refuses %j', (text, problem) => {
    expect(problemsOf({ ...settings, [setting]: text })).toEqual([
      expect.objectContaining({ variable: setting, problem: expect.stringContaining(problem) }),
    ]);
  });
});
