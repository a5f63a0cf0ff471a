import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { reconcileRoles, sameRoles } from '#entrance/identity/roles.js';
import type { Grant } from '#entrance/identity/user.js';

const now = '2026-01-01T00:00:00.000Z';
const admin: Grant = {
  name: 'platform_admin',
  origin: 'sso',
  sources: [{ kind: 'app_role', value: 'gateway.admin' }],
  confirmedAt: now,
};
const given: Grant = { name: 'platform_admin', origin: 'manual' };
const groups = ['gateway.admin'];

const grants = fc.array(
  fc.constantFrom<Grant>(
    admin,
    given,
    { ...admin, name: 'mcp_developer' },
    { ...given, name: 'mcp_developer' },
  ),
);

describe('reconciling roles at sign-in', () => {
  test('makes an administrator of who holds the app role or an admin group, in any case', () => {
    expect(reconcileRoles([], { groups: ['Gateway.Admin'], groupsComplete: true }, groups, now)).toEqual([
      { ...admin, sources: [{ kind: 'app_role', value: 'Gateway.Admin' }] },
    ]);
    expect(reconcileRoles([], { groups: ['9d1f'], groupsComplete: true }, ['9D1F'], now)).toMatchObject([
      { sources: [{ value: '9d1f' }] },
    ]);
  });

  test('demotes who certainly holds neither any more', () => {
    expect(reconcileRoles([admin], { groups: [], groupsComplete: true }, groups, now)).toEqual([]);
  });

  test('demotes nobody when the token left groups out', () => {
    expect(reconcileRoles([admin], { groups: [], groupsComplete: false }, groups, now)).toEqual([admin]);
  });

  test('promotes nobody only because the token left groups out', () => {
    expect(reconcileRoles([], { groups: [], groupsComplete: false }, groups, now)).toEqual([]);
  });

  test('never touches manual grants', () => {
    fc.assert(
      fc.property(
        grants,
        fc.array(fc.constantFrom('gateway.admin', 'other')),
        fc.boolean(),
        (previous, asserted, complete) => {
          const after = reconcileRoles(previous, { groups: asserted, groupsComplete: complete }, groups, now);
          const manual = (all: readonly Grant[]) => all.filter(({ origin }) => origin === 'manual');
          expect(manual(after)).toEqual(manual(previous));
        },
      ),
    );
  });

  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(grants, fc.boolean(), fc.boolean(), (previous, isAdmin, complete) => {
        const asserted = { groups: isAdmin ? groups : [], groupsComplete: complete };
        const once = reconcileRoles(previous, asserted, groups, now);
        expect(reconcileRoles(once, asserted, groups, now)).toEqual(once);
      }),
    );
  });

  test('compares roles by name: a second origin for the same role is no change', () => {
    expect(sameRoles([admin], [given, admin])).toBe(true);
    expect(sameRoles([admin], [])).toBe(false);
  });
});
