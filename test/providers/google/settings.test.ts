import { expect, test } from '@jest/globals';
import { authorizationParameters } from '#entrance/providers/google/google.js';
import { type GoogleConfig, googleSettings } from '#entrance/providers/google/settings.js';
import { parseValid, problemsOf, type Settings, warningsOf } from '../../support/settings.js';

const right = {
  SSO_ENTRA_ENABLED: undefined,
  SSO_GOOGLE_ENABLED: 'true',
  SSO_GOOGLE_CLIENT_ID: '407408718192-a1b2c3d4.apps.googleusercontent.com',
  SSO_GOOGLE_CLIENT_SECRET: 'GOCSPX-Zx8aBcDeFgH1iJ2kL3mN4oP5',
};
const configOf = (changes: Settings = {}) => {
  const [config] = parseValid({ ...right, ...changes }).sso.providers;
  return config as GoogleConfig; // the only one that is on
};
const problems = (changes: Settings) => problemsOf({ ...right, ...changes }).map(({ variable }) => variable);
const warnings = (changes: Settings) => warningsOf({ ...right, ...changes });

test('groups are asked for only if one gives something', () => {
  expect(configOf()).toMatchObject({ scopes: 'openid profile email', groupsUrl: undefined });
  for (const name of ['SSO_GOOGLE_ROLE_MAPPINGS', 'SSO_GOOGLE_TEAM_MAPPINGS', 'GOOGLE_GROUPS_MAPPING'])
    expect(configOf({ [name]: '{"staff@acmecorp.com":"platform_viewer"}' })).toMatchObject({
      scopes: 'openid profile email https://www.googleapis.com/auth/cloud-identity.groups.readonly',
      groupsUrl: 'https://cloudidentity.googleapis.com',
    });
});

test('a stand-in for Google is asked for groups too, unless another address is set', () => {
  const standIn = {
    SSO_GOOGLE_ISSUER: 'http://localhost:9000/google/',
    SSO_GOOGLE_ADMIN_GROUPS: 'a@acmecorp.com',
  };
  expect(configOf(standIn)).toMatchObject({
    issuer: 'http://localhost:9000/google',
    groupsUrl: 'http://localhost:9000',
  });
  const url = 'http://localhost:9001';
  expect(configOf({ ...standIn, SSO_GOOGLE_CLOUD_IDENTITY_URL: url })).toMatchObject({ groupsUrl: url });
});

test('the gateway’s form of team mappings is read, and its roles in teams are warned of', () => {
  const form = { GOOGLE_GROUPS_MAPPING: '{"staff@acmecorp.com":{"team_id":"Staff","role":"owner"}}' };
  expect(configOf(form).teamMappings).toEqual([
    { kind: 'group', value: 'staff@acmecorp.com', name: 'Staff' },
  ]);
  expect(warnings(form)).toEqual([expect.stringContaining('GOOGLE_GROUPS_MAPPING gives roles in teams')]);
});

test('the gateway’s name for team mappings counts if ours isn’t set', () => {
  const former = { GOOGLE_GROUPS_MAPPING: '{"Staff@acmecorp.com":"Staff"}' };
  expect(configOf(former)).toMatchObject({
    teamMappings: [{ kind: 'group', value: 'staff@acmecorp.com', name: 'Staff' }],
    settings: { teamMappings: 'GOOGLE_GROUPS_MAPPING' },
  });
  const both = { ...former, SSO_GOOGLE_TEAM_MAPPINGS: '{}' };
  expect(configOf(both)).toMatchObject({
    teamMappings: [],
    settings: { teamMappings: 'SSO_GOOGLE_TEAM_MAPPINGS' },
  });
  expect(warnings(both)).toContain('GOOGLE_GROUPS_MAPPING has no effect: SSO_GOOGLE_TEAM_MAPPINGS is set');
});

test.each([
  [{ SSO_GOOGLE_CLIENT_ID: undefined }, 'SSO_GOOGLE_CLIENT_ID'],
  [{ SSO_GOOGLE_CLIENT_SECRET: undefined }, 'SSO_GOOGLE_CLIENT_SECRET'],
  [{ SSO_GOOGLE_ISSUER: 'http://accounts.google.com' }, 'SSO_GOOGLE_ISSUER'],
  [{ SSO_GOOGLE_CLOUD_IDENTITY_URL: 'http://api.acmecorp.com' }, 'SSO_GOOGLE_CLOUD_IDENTITY_URL'],
  [{ SSO_GOOGLE_ADMIN_GROUPS: 'Gateway admins' }, 'SSO_GOOGLE_ADMIN_GROUPS'],
  [{ SSO_GOOGLE_ADMIN_DOMAINS: 'gmail.com' }, 'SSO_GOOGLE_ADMIN_DOMAINS'],
  [{ SSO_GOOGLE_SCOPE: 'openid profile' }, 'SSO_GOOGLE_SCOPE'],
])('%j is refused', (changes, variable) => {
  expect(problems(changes)).toEqual([variable]);
});

test('settings that are off need nothing', () => {
  const off = { ...right, SSO_ENTRA_ENABLED: 'true', SSO_GOOGLE_ENABLED: 'false' };
  expect(problemsOf({ ...off, SSO_GOOGLE_CLIENT_ID: undefined })).toEqual([]);
  expect(parseValid(off).sso.providers.map(({ id }) => id)).toEqual(['entra']);
});

test('what has no effect, or another than it seems, is warned of', () => {
  const domains = { SSO_GOOGLE_ADMIN_DOMAINS: 'b.example', SSO_TRUSTED_DOMAINS: 'a.example' };
  expect(warnings(domains)).toEqual([
    'SSO_GOOGLE_ADMIN_DOMAINS makes administrators of b.example, but SSO_TRUSTED_DOMAINS admits nobody from there',
  ]);
  expect(warnings({ SSO_GOOGLE_NESTED_GROUPS: 'false' })).toEqual([
    'SSO_GOOGLE_NESTED_GROUPS has no effect: no group gives anything',
  ]);
  expect(warnings({ SSO_GOOGLE_ISSUER: 'https://google.example' })).toEqual([
    'SSO_GOOGLE_ISSUER names google.example, which isn’t Google: people, and the client’s secret, are sent there',
  ]);
});

test('an administrator’s domain is a way to become one', () => {
  const noAdministrator = { PLATFORM_ADMIN_EMAIL: undefined, PLATFORM_ADMIN_PASSWORD: undefined };
  expect(warnings(noAdministrator)).toEqual([expect.stringContaining('nobody new could become')]);
  expect(warnings({ ...noAdministrator, SSO_GOOGLE_ADMIN_DOMAINS: 'acmecorp.com' })).toEqual([]);
});

test('the text about confirming says what Google does', () => {
  expect(googleSettings.revalidateInterval.meaning).toContain('consent at each sign-in');
  expect(googleSettings.revalidateInterval.meaning).not.toContain('offline_access');
});

test.each([
  ['acmecorp.com', 'acmecorp.com'],
  ['acmecorp.com,gmail.com', undefined],
  ['acmecorp.com,acmecorp.de', undefined],
  ['gmail.com', undefined],
])('with %s as trusted domains the account picker is told %p', (trusted, hd) => {
  const config = configOf({ SSO_GOOGLE_TRUSTED_DOMAINS: trusted });
  expect(authorizationParameters(config, {}).hd).toBe(hd);
});
