import { expect, test } from '@jest/globals';
import { sameRoles } from '#entrance/identity/roles.js';
import type { Grant } from '#entrance/identity/user.js';

test('roles are compared by name: a second origin for the same role is no change', () => {
  const given: Grant = { name: 'platform_admin', origin: 'manual' };
  const sources = [{ kind: 'app_role', value: 'gateway.admin' }] as const;
  const admin: Grant = {
    name: 'platform_admin',
    origin: 'sso',
    sources,
    confirmedAt: '2026-01-01T00:00:00Z',
  };
  expect(sameRoles([admin], [given, admin])).toBe(true);
  expect(sameRoles([admin], [])).toBe(false);
});
