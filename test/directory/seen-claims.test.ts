import { expect, test } from '@jest/globals';
import { readSeen, writeSeen } from '#entrance/directory/seen-claims.js';
import { UNKNOWN } from '#entrance/identity/claimed.js';
import { compactId } from '#entrance/identity/compact-id.js';

const GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const at = '2026-03-01T08:00:00.000Z';
const user = {
  provider: 'entra',
  providerScope: '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650',
  providerId: 'oid-ada',
  createdAt: '2026-01-01T00:00:00.000Z',
  lastLoginAt: at,
  email: 'ada@acmecorp.com',
} as const;
const stored = (groups: readonly string[] | null, roles: readonly string[]) =>
  readSeen(user, JSON.stringify([Date.parse(at), groups?.map(compactId) ?? null, roles, 'acmecorp.com']));

test('groups by name from an earlier version count for nothing, and leave the IDs unknown', () => {
  expect(stored(['gateway.admin', GROUP], [])).toMatchObject({ groups: { atLeast: [GROUP] }, appRoles: [] });
});

test('groups that an earlier version kept as roles are groups', () => {
  expect(stored([], ['gateway.admin', GROUP])).toMatchObject({
    groups: [GROUP],
    appRoles: ['gateway.admin'],
  });
});

test('groups that weren’t known to an earlier version aren’t now', () => {
  expect(stored(null, ['gateway.admin'])).toMatchObject({ groups: UNKNOWN, appRoles: ['gateway.admin'] });
});

test('more app roles than are kept are unknown', () => {
  const appRoles = Array.from({ length: 1_001 }, (_, index) => `role.${index}`);
  const text = writeSeen(user, {
    at,
    provider: 'entra',
    groups: [],
    appRoles,
    verifiedDomain: 'acmecorp.com',
  });
  expect(readSeen(user, text)).toMatchObject({ groups: [], appRoles: UNKNOWN });
});

test('groups of a provider that knows them by name or address are kept', () => {
  const person = { ...user, provider: 'other', providerScope: 'https://id.example' };
  const claims = {
    provider: 'other',
    groups: ['staff@acmecorp.com'],
    appRoles: [],
    verifiedDomain: 'acmecorp.com',
  };
  expect(readSeen(person, writeSeen(person, { at, ...claims }))).toMatchObject(claims);
});
