import { describe, expect, test } from '@jest/globals';
import type { GitHubConfig } from '#entrance/providers/github/settings.js';
import { parseValid, problemsOf, type Settings, warningsOf } from '../../support/settings.js';

const right = {
  SSO_GITHUB_ENABLED: 'true',
  SSO_GITHUB_CLIENT_ID: 'Iv1.8a61f9b3a7aba766',
  SSO_GITHUB_CLIENT_SECRET: '3f9c1d7be5a2408c6d1e9f4b7a3052c8d6e1f90b',
} as const;

function configOf(changes: Settings = {}): GitHubConfig {
  const config = parseValid({ ...right, ...changes }).sso.providers.find(({ kind }) => kind === 'github');
  return config as GitHubConfig; // its kind says so
}

const problemOf = (changes: Settings) => problemsOf({ ...right, ...changes })[0];

describe('where GitHub is', () => {
  test.each([
    [undefined, 'https://github.com', 'https://api.github.com'],
    ['https://GitHub.com/', 'https://github.com', 'https://api.github.com'],
    ['https://acme.ghe.com', 'https://acme.ghe.com', 'https://api.acme.ghe.com'],
    [
      'https://git.acmecorp.com:8443/',
      'https://git.acmecorp.com:8443',
      'https://git.acmecorp.com:8443/api/v3',
    ],
    ['http://localhost:9000', 'http://localhost:9000', 'http://localhost:9000/api/v3'],
    // Not GitHub's, though the name ends so.
    ['https://evilghe.com', 'https://evilghe.com', 'https://evilghe.com/api/v3'],
  ])('SSO_GITHUB_URL=%s', (given, url, apiUrl) => {
    expect(configOf({ SSO_GITHUB_URL: given })).toMatchObject({ url, apiUrl });
  });

  test('plain http is for loopback alone', () => {
    expect(problemOf({ SSO_GITHUB_URL: 'http://git.acmecorp.com' })?.problem).toContain('it needs https');
    expect(problemOf({ SSO_GITHUB_API_URL: 'http://git.acmecorp.com/api' })?.problem).toContain(
      'it needs https',
    );
  });

  test('an API that belongs to another GitHub is warned of', () => {
    const enterprise = { ...right, SSO_GITHUB_URL: 'https://git.acmecorp.com' };
    const [warning] = warningsOf({ ...enterprise, SSO_GITHUB_API_URL: 'https://api.github.com' });
    expect(warning).toContain('SSO_GITHUB_API_URL names api.github.com');
    expect(warningsOf({ ...enterprise, SSO_GITHUB_API_URL: 'https://git.acmecorp.com/api/v3/' })).toEqual([]);
  });
});

describe('who is given what', () => {
  test('read:org is asked for only if an organisation or a team gives something', () => {
    expect(configOf().scopes).toBe('read:user user:email');
    expect(configOf({ SSO_GITHUB_TEAM_MAPPINGS: '{"acme":"A"}' }).scopes).toBe(
      'read:user user:email read:org',
    );
    expect(configOf({ SSO_GITHUB_SCOPE: 'user admin:org', SSO_GITHUB_ADMIN_ORGS: 'acme' }).scopes).toBe(
      'user admin:org',
    );
  });

  test('administrators by both names, each once', () => {
    const config = configOf({ SSO_GITHUB_ADMIN_ORGS: 'Acme,acme/core', SSO_GITHUB_ADMIN_GROUPS: 'acme,b/c' });
    expect(config.adminGroups.map(({ value }) => value)).toEqual(['acme', 'b/c', 'acme/core']);
    expect(config.settings.adminGroups).toBe('SSO_GITHUB_ADMIN_GROUPS');
    expect(configOf().settings.adminGroups).toBe('SSO_GITHUB_ADMIN_ORGS');
  });

  test('the gateway’s form of team mappings is read, and IDs of its teams are warned of', () => {
    const id = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';
    const form = { ...right, GITHUB_ORG_TEAM_MAPPING: `{"acme":{"team_id":"${id}"}}` };
    expect(configOf(form).teamMappings).toEqual([{ kind: 'group', value: 'acme', name: id }]);
    expect(warningsOf(form)).toEqual([
      expect.stringContaining('GITHUB_ORG_TEAM_MAPPING names teams by IDs of the MCP Gateway'),
    ]);
  });

  test('the gateway’s name for team mappings is read, and ours wins', () => {
    const theirs = { ...right, GITHUB_ORG_TEAM_MAPPING: '{"acme":"Theirs"}' };
    expect(configOf(theirs).teamMappings).toEqual([{ kind: 'group', value: 'acme', name: 'Theirs' }]);
    const both = { ...theirs, SSO_GITHUB_TEAM_MAPPINGS: '{"acme":"Ours"}' };
    expect(configOf(both).teamMappings).toMatchObject([{ name: 'Ours' }]);
    expect(warningsOf(both)).toEqual([
      'GITHUB_ORG_TEAM_MAPPING has no effect: SSO_GITHUB_TEAM_MAPPINGS is set',
    ]);
  });

  test.each([
    ['@acme/core', 'write it without https:// and without @'],
    ['https://github.com/acme', 'write it without https:// and without @'],
    ['Acme Corp', 'write the name that stands in the addresses of its pages'],
    ['acme/', 'write the name'],
    ['acme/a/b', 'write the name'],
    ['*', 'write the name'],
  ])('%s is neither an organisation nor a team', (value, hint) => {
    expect(problemOf({ SSO_GITHUB_ADMIN_ORGS: JSON.stringify([value]) })?.problem).toContain(hint);
  });
});

test('what is missing, and what can’t be', () => {
  expect(problemOf({ SSO_GITHUB_CLIENT_SECRET: undefined })?.variable).toBe('SSO_GITHUB_CLIENT_SECRET');
  expect(problemOf({ SSO_GITHUB_CLIENT_ID: 'two words' })?.problem).toContain('no blanks');
  expect(problemOf({ SSO_GITHUB_SCOPE: 'read:user' })?.problem).toContain('must contain user:email');
  expect(problemsOf({ SSO_GITHUB_URL: 'https://git.acmecorp.com' })).toEqual([]);
});

test('a role for everybody who has an account at GitHub is warned of', () => {
  const open = { ...right, SSO_GITHUB_DEFAULT_ROLE: 'platform_viewer' };
  expect(warningsOf(open)).toEqual([expect.stringContaining('gives platform_viewer to everybody')]);
  for (const closed of [
    { SSO_GITHUB_TRUSTED_DOMAINS: 'acmecorp.com' },
    { SSO_REQUIRE_ADMIN_APPROVAL: 'true' },
    { SSO_AUTO_CREATE_USERS: 'false' },
    { SSO_GITHUB_URL: 'https://git.acmecorp.com' },
  ])
    expect(warningsOf({ ...open, ...closed })).toEqual([]);
});
