import { describe, expect, test } from '@jest/globals';
import { ConfigError } from '#entrance/config/config-error.js';
import { parseConfig } from '#entrance/settings.js';
import { entraConfigOf } from '../support/entra.js';
import { validSettings } from '../support/settings.js';

const NOBODY = '00000000-0000-0000-0000-000000000000';

const warningsOf = (settings: Record<string, string>) =>
  parseConfig({ ...validSettings, ...settings }).warnings;

function problemsOf(settings: Record<string, string>): readonly string[] {
  try {
    parseConfig({ ...validSettings, ...settings });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => `${variable} ${problem}`);
  }
  return [];
}

describe('a name of ours in another case', () => {
  test('is told how it is written', () => {
    const { SSO_ENABLED: _, ...without } = validSettings;
    const { warnings } = parseConfig({ ...without, sso_enabled: 'true' });
    expect(warnings).toContain('sso_enabled has no effect: the name is written SSO_ENABLED');
    expect(warningsOf({ Redis_Url: 'redis://elsewhere:6379' })).toEqual([
      'Redis_Url has no effect: the name is written REDIS_URL',
    ]);
  });
  test('is fine beside the right name with the same value, and told where the values differ', () => {
    expect(warningsOf({ sso_enabled: 'true' })).toEqual([]);
    expect(warningsOf({ sso_enabled: 'false' })).toEqual([
      'sso_enabled has no effect: the name is written SSO_ENABLED',
    ]);
  });
});

test.each([
  { SSO_ENTRA_DEFAULT_ROLE: 'platform_viewr' },
  { SSO_ENTRA_ROLE_MAPPINGS: '{"gateway.viewer":"platform_viewr"}' },
  {
    SSO_ENTRA_ROLE_MAPPINGS: '{"gateway.viewer":"platform_viewr"}',
    SSO_ENTRA_DEFAULT_ROLE: 'platform_viewr',
  },
])('a slip in a role is warned of once: %j', (settings) => {
  expect(warningsOf(settings)).toEqual([
    'the role platform_viewr of the SSO_ENTRA settings is none of ours (did you mean platform_viewer?)',
  ]);
});

test.each(['SSO_ENTRA_CLIENT_ID', 'SSO_ENTRA_TENANT_ID', 'SSO_ENTRA_ALLOWED_TENANTS'])(
  '%s can’t be the empty GUID of a template',
  (name) => {
    expect(problemsOf({ [name]: NOBODY })).toContainEqual(
      expect.stringMatching(new RegExp(`^${name} is the empty GUID`)),
    );
  },
);

test.each(['null', 'None', 'undefined', 'true'])('%s is no group and no app role', (word) => {
  expect(problemsOf({ SSO_ENTRA_ADMIN_GROUPS: word })).toEqual([
    expect.stringMatching(/neither a group ID.*write \[\] for an empty list/),
  ]);
});

describe('HOST', () => {
  test.each([
    ['0.0.0.0:8000', /without a port, which is PORT/],
    ['localhost:8000', /without a port, which is PORT/],
    ['[::]', /without brackets/],
    ['http://0.0.0.0', /without a port|without a scheme/],
  ])('can’t be %s', (host, problem) => {
    expect(problemsOf({ HOST: host })).toEqual([expect.stringMatching(problem)]);
  });
  test.each(['0.0.0.0', '::', '::1', 'fe80::1', 'localhost', 'gateway-0'])('may be %s', (host) => {
    expect(problemsOf({ HOST: host })).toEqual([]);
  });
});

test('the client’s credentials go to a host that isn’t known to be Microsoft’s with a warning alone', () => {
  expect(warningsOf({ SSO_ENTRA_AUTHORITY: 'https://harbour.okta.example' })).toEqual([
    expect.stringMatching(
      /SSO_ENTRA_AUTHORITY names harbour\.okta\.example, which is no sign-in host of Microsoft/,
    ),
  ]);
  for (const authority of ['https://login.microsoftonline.us', 'http://127.0.0.1:9', 'http://localhost:9'])
    expect(warningsOf({ SSO_ENTRA_AUTHORITY: authority })).toEqual([]);
});

describe('a mapped team', () => {
  const teamOf = (name: string) =>
    entraConfigOf(parseConfig({ ...validSettings, SSO_ENTRA_TEAM_MAPPINGS: `{"gateway.dev":"${name}"}` }))
      ?.teamMappings[0]?.name;
  test('is named as a team that people make is', () => {
    expect(teamOf('  Red ')).toBe('Red');
    expect(teamOf('Te\\u00adam')).toBe('Team');
    expect(teamOf('\\u202eRed\\ud83d')).toBe('Red\ufffd');
    expect(teamOf('😀'.repeat(100))).toBe('😀'.repeat(100));
  });
  test('can’t have a name that nobody sees, or that is too long', () => {
    expect(problemsOf({ SSO_ENTRA_TEAM_MAPPINGS: '{"gateway.dev":"\\u200b\\u3164"}' })).toEqual([
      'SSO_ENTRA_TEAM_MAPPINGS names a team that has no visible character',
    ]);
    expect(problemsOf({ SSO_ENTRA_TEAM_MAPPINGS: `{"gateway.dev":"${'a'.repeat(101)}"}` })).toEqual([
      'SSO_ENTRA_TEAM_MAPPINGS names a team that is longer than 100 characters',
    ]);
  });
});
