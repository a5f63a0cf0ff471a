import { describe, expect, test } from '@jest/globals';
import type { OktaConfig } from '#entrance/providers/okta/settings.js';
import { parseValid, problemsOf, type Settings, warningsOf } from '../../support/settings.js';

const okta = {
  SSO_OKTA_ENABLED: 'true',
  SSO_OKTA_CLIENT_ID: '0oa1b2c3d4e5f6g7h8i9',
  SSO_OKTA_CLIENT_SECRET: 'Zx8aBcD_eFgH1iJ2kL3mN4oP5qR6sT7uV8wX9',
  SSO_OKTA_ISSUER: 'https://acmecorp.okta.com',
} satisfies Settings;

const configOf = (changes: Settings = {}): OktaConfig | undefined =>
  parseValid({ ...okta, ...changes }).sso.providers.find((one): one is OktaConfig => one.kind === 'okta');

test.each([
  ['https://acmecorp.okta.com', 'https://acmecorp.okta.com', 'openid profile email groups'],
  ['https://acmecorp.okta.com/', 'https://acmecorp.okta.com', 'openid profile email groups'],
  [
    'https://id.acmecorp.com/oauth2/default',
    'https://id.acmecorp.com/oauth2/default',
    'openid profile email',
  ],
  [
    'https://acmecorp.okta.com/oauth2/aus1a/',
    'https://acmecorp.okta.com/oauth2/aus1a',
    'openid profile email',
  ],
])('the issuer %s is %s, and %s is asked for', (given, issuer, scopes) => {
  expect(configOf({ SSO_OKTA_ISSUER: given })).toMatchObject({ issuer, scopes });
});

test.each([
  ['https://acmecorp-admin.okta.com', 'https://acmecorp.okta.com'],
  ['https://acmecorp-admin.oktapreview.com/admin/dashboard', 'https://acmecorp.oktapreview.com'],
  ['https://acmecorp.okta.com/.well-known/openid-configuration', 'leave /.well-known'],
  ['https://acmecorp.okta.com/oauth2/v1', 'another path'],
  ['https://acmecorp.okta.com/app/UserHome', 'another path'],
  ['http://acmecorp.okta.com', 'needs https'],
  ['acmecorp.okta.com', 'must begin with https://'],
])('the issuer %s is refused: %s', (given, reason) => {
  expect(problemsOf({ ...okta, SSO_OKTA_ISSUER: given })).toEqual([
    expect.objectContaining({ variable: 'SSO_OKTA_ISSUER', problem: expect.stringContaining(reason) }),
  ]);
});

test('what is needed is asked for, and nothing of a provider that is off', () => {
  expect(problemsOf({ SSO_OKTA_ENABLED: 'true' }).map(({ variable }) => variable)).toEqual([
    'SSO_OKTA_CLIENT_ID',
    'SSO_OKTA_CLIENT_SECRET',
    'SSO_OKTA_ISSUER',
  ]);
  expect(configOf({ SSO_OKTA_ENABLED: 'false' })).toBeUndefined();
});

describe('the mapping by the gateway’s name', () => {
  test.each([
    ['{"Engineering":"Harbour"}', []],
    [
      '{"Engineering":{"team_id":"Harbour","role":"owner"}}',
      [expect.stringContaining('OKTA_GROUP_MAPPING gives roles in teams')],
    ],
  ])('%s maps groups to teams', (text, warnings) => {
    expect(configOf({ OKTA_GROUP_MAPPING: text })?.teamMappings).toEqual([
      { kind: 'group', value: 'engineering', name: 'Harbour' },
    ]);
    expect(warningsOf({ ...okta, OKTA_GROUP_MAPPING: text })).toEqual(warnings);
  });

  test('is warned of if it names teams by their IDs there, or if ours is set', () => {
    const OKTA_GROUP_MAPPING = '{"Engineering":"3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650"}';
    expect(warningsOf({ ...okta, OKTA_GROUP_MAPPING })).toEqual([
      expect.stringContaining('write the names of teams'),
    ]);
    const both = { OKTA_GROUP_MAPPING, SSO_OKTA_TEAM_MAPPINGS: '{"Quay":"Quay"}' };
    expect(warningsOf({ ...okta, ...both })).toEqual([
      'OKTA_GROUP_MAPPING has no effect: SSO_OKTA_TEAM_MAPPINGS is set',
    ]);
    expect(configOf(both)?.teamMappings).toEqual([{ kind: 'group', value: 'quay', name: 'Quay' }]);
  });

  test('is refused if it names a group twice, whatever the form', () => {
    for (const team of ['"Harbour"', '{"team_id":"Harbour","role":"owner"}']) {
      const OKTA_GROUP_MAPPING = `{"Quay {x}":"Quay","Engineering":${team},"Engineering":{"team_id":"Quay"}}`;
      expect(problemsOf({ ...okta, OKTA_GROUP_MAPPING })).toEqual([
        expect.objectContaining({ problem: expect.stringContaining('twice') }),
      ]);
    }
  });

  test.each(['["Engineering"]', '{"Engineering":7}', '{"Engineering":{"team":"Harbour"}}', 'Engineering'])(
    '%s is refused',
    (text) => {
      expect(problemsOf({ ...okta, OKTA_GROUP_MAPPING: text })).toEqual([
        expect.objectContaining({ variable: 'OKTA_GROUP_MAPPING' }),
      ]);
    },
  );
});

test.each([
  ['["*"]', 'no wildcards'],
  ['["Gate\u200bway"]', ''],
  ['', undefined],
])('the administrators’ groups %j', (text, reason) => {
  const problems = problemsOf({ ...okta, SSO_OKTA_ADMIN_GROUPS: text });
  expect(problems).toEqual(
    reason === undefined ? [] : [expect.objectContaining({ problem: expect.stringContaining(reason) })],
  );
});
