import { describe, expect, test } from '@jest/globals';
import { assertedBy, roleRules, teamRules } from '#entrance/identity/grant-rules.js';
import { grantingValue, grantRule } from '../support/entra.js';

const GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';

const identity = {
  key: { provider: 'entra', providerScope: 'tid', providerId: 'oid' },
  email: 'ada@acmecorp.com',
  emailVerified: true,
  fullName: 'Ada',
  groups: [GROUP],
  appRoles: ['gateway.admin'],
  providerSessionId: undefined,
} as const;

describe('what a sign-in asserts', () => {
  test('is groups, app roles and the domain of a verified address', () => {
    expect(assertedBy(identity)).toEqual({
      groups: [GROUP],
      appRoles: ['gateway.admin'],
      verifiedDomain: 'acmecorp.com',
    });
  });

  test('is no domain where the address isn’t verified, or there is none', () => {
    expect(assertedBy({ ...identity, emailVerified: false }).verifiedDomain).toBeUndefined();
    expect(assertedBy({ ...identity, email: undefined }).verifiedDomain).toBeUndefined();
  });
});

test('administrators’ groups and the mappings give roles beside each other', () => {
  const settings = {
    adminGroups: [grantingValue('Gateway.Admin')],
    roleMappings: [grantRule({ value: 'gateway.admin', name: 'platform_viewer' })],
    defaultRole: 'member',
  };
  expect(roleRules(settings, ['acmecorp.com'])).toEqual({
    mapped: [
      { kind: 'app_role', value: 'gateway.admin', name: 'platform_admin' },
      { kind: 'app_role', value: 'gateway.admin', name: 'platform_viewer' },
    ],
    ofDomains: { domains: ['acmecorp.com'], name: 'platform_admin' },
    fallback: 'member',
  });
});

test('a team that couldn’t be made is given to nobody', () => {
  const mappings = [
    { value: GROUP, name: 'Platform' },
    { value: 'builders', name: 'Missing' },
  ].map(grantRule);
  expect(teamRules(mappings, (name) => (name === 'Platform' ? 'id' : undefined))).toEqual({
    mapped: [{ kind: 'group', value: GROUP, name: 'id' }],
  });
});
