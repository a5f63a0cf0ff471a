import { describe, expect, test } from '@jest/globals';
import { assertedBy, roleRules, teamRules } from '#entrance/identity/grant-rules.js';

const identity = {
  key: { provider: 'entra', tenantId: 'tid', providerId: 'oid' },
  email: 'ada@acmecorp.com',
  emailVerified: true,
  fullName: 'Ada',
  groups: ['g1'],
  appRoles: ['gateway.admin'],
  providerSessionId: undefined,
} as const;

describe('what a sign-in asserts', () => {
  test('is groups, app roles and the domain of a verified address', () => {
    expect(assertedBy(identity)).toEqual({
      groups: ['g1'],
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
    adminGroups: ['Gateway.Admin'],
    roleMappings: [{ value: 'gateway.admin', name: 'platform_viewer' }],
    defaultRole: 'member',
  };
  expect(roleRules(settings, ['acmecorp.com'])).toEqual({
    mapped: [
      { value: 'gateway.admin', name: 'platform_admin' },
      { value: 'gateway.admin', name: 'platform_viewer' },
    ],
    ofDomains: { domains: ['acmecorp.com'], name: 'platform_admin' },
    fallback: 'member',
  });
});

test('a team that couldn’t be made is given to nobody', () => {
  const mappings = [
    { value: 'g1', name: 'Platform' },
    { value: 'g2', name: 'Missing' },
  ];
  expect(teamRules(mappings, (name) => (name === 'Platform' ? 'id' : undefined))).toEqual({
    mapped: [{ value: 'g1', name: 'id' }],
  });
});
