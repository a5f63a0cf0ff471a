import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Asserted,
  type GrantRules,
  grantChanges,
  reconcileGrants,
} from '#entrance/identity/reconcile-grants.js';
import type { Grant, GrantSource, SsoGrant } from '#entrance/identity/user.js';

const now = '2026-03-01T08:00:00.000Z';
const earlier = '2026-01-01T08:00:00.000Z';

const rules: GrantRules = {
  mapped: [
    { value: 'g-admins', name: 'platform_admin' },
    { value: 'gateway.admin', name: 'platform_admin' },
    { value: 'g-readers', name: 'platform_viewer' },
  ],
  ofDomains: { domains: ['admins.example'], name: 'platform_admin' },
};
const withFallback: GrantRules = { ...rules, fallback: 'member' };
const nothing: Asserted = { groups: [], appRoles: [], verifiedDomain: undefined };
const unknown: Asserted = { ...nothing, groups: undefined };

const group = (value: string): GrantSource => ({ kind: 'group', value });
const appRole: GrantSource = { kind: 'app_role', value: 'gateway.admin' };
const sso = (name: string, sources: readonly GrantSource[], confirmedAt = earlier): SsoGrant => ({
  name,
  origin: 'sso',
  sources,
  confirmedAt,
});
const manual: Grant = { name: 'platform_admin', origin: 'manual' };
const reconcile = (previous: readonly Grant[], asserted: Asserted, by = rules) =>
  reconcileGrants(previous, asserted, by, now);

describe('what is asserted', () => {
  test('gives what it is mapped to, in any case, and says by what', () => {
    expect(reconcile([], { ...nothing, groups: ['G-Admins', 'other'] })).toEqual([
      sso('platform_admin', [group('G-Admins')], now),
    ]);
    expect(reconcile([], { ...nothing, appRoles: ['GATEWAY.admin'] })).toEqual([
      sso('platform_admin', [{ kind: 'app_role', value: 'GATEWAY.admin' }], now),
    ]);
  });

  test('is the union of groups, app roles and the verified domain', () => {
    const asserted = {
      groups: ['g-admins', 'g-readers'],
      appRoles: ['gateway.admin'],
      verifiedDomain: 'admins.example',
    };
    expect(reconcile([], asserted)).toEqual([
      sso('platform_admin', [appRole, { kind: 'domain', value: 'admins.example' }, group('g-admins')], now),
      sso('platform_viewer', [group('g-readers')], now),
    ]);
  });

  test('takes away what it no longer gives', () => {
    expect(reconcile([sso('platform_admin', [group('g-admins')])], nothing)).toEqual([]);
  });

  test('gives the fallback where it gives nothing else', () => {
    expect(reconcile([], nothing, withFallback)).toEqual([
      sso('member', [{ kind: 'default', value: '' }], now),
    ]);
    expect(reconcile([], { ...nothing, groups: ['g-readers'] }, withFallback)).toEqual([
      sso('platform_viewer', [group('g-readers')], now),
    ]);
  });
});

describe('while groups are unknown', () => {
  test('what rested on a group stays, with the time of its last confirmation', () => {
    const before = [sso('platform_admin', [group('g-admins')])];
    expect(reconcile(before, unknown)).toEqual(before);
  });

  test('what rested on an app role or a domain goes: those are certain', () => {
    expect(reconcile([sso('platform_admin', [appRole])], unknown)).toEqual([]);
    expect(
      reconcile([sso('platform_admin', [{ kind: 'domain', value: 'admins.example' }])], unknown),
    ).toEqual([]);
    expect(reconcile([sso('platform_admin', [appRole, group('g-admins')])], unknown)).toEqual([
      sso('platform_admin', [group('g-admins')]),
    ]);
  });

  test('what rested on a group that is no longer mapped goes', () => {
    expect(reconcile([sso('platform_admin', [group('g-former')])], unknown)).toEqual([]);
    expect(reconcile([sso('platform_viewer', [group('g-admins')])], unknown)).toEqual([]);
  });

  test('nobody gets the fallback, and who has it keeps it', () => {
    const held = sso('member', [{ kind: 'default', value: '' }]);
    expect(reconcile([], unknown, withFallback)).toEqual([]);
    expect(reconcile([held], unknown, withFallback)).toEqual([held]);
    expect(reconcile([held], { ...unknown, appRoles: ['gateway.admin'] }, withFallback)).toEqual([
      sso('platform_admin', [appRole], now),
    ]);
  });
});

const names = ['platform_admin', 'platform_viewer', 'member'];
const anySource = fc.constantFrom<GrantSource>(
  group('g-admins'),
  group('G-READERS'),
  group('g-former'),
  appRole,
  { kind: 'default', value: '' },
);
const anyGrants = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom(...names).map((name): Grant => ({ name, origin: 'manual' })),
    fc
      .tuple(fc.constantFrom(...names), fc.uniqueArray(anySource, { minLength: 1, maxLength: 3 }))
      .map(([name, sources]): Grant => sso(name, sources)),
  ),
  { selector: ({ name, origin }) => `${name} ${origin}` },
);
const anyAsserted = fc.record<Asserted>({
  groups: fc.option(fc.subarray(['g-admins', 'G-Readers', 'g-other']), { nil: undefined }),
  appRoles: fc.subarray(['gateway.admin', 'other']),
  verifiedDomain: fc.constantFrom(undefined, 'admins.example', 'other.example'),
});
const anyRules = fc.constantFrom(rules, withFallback, { mapped: [] });

describe('whatever is asserted', () => {
  const holds = (
    property: (
      previous: readonly Grant[],
      asserted: Asserted,
      by: GrantRules,
      after: readonly Grant[],
    ) => void,
  ) =>
    fc.assert(
      fc.property(anyGrants, anyAsserted, anyRules, (previous, asserted, by) => {
        property(previous, asserted, by, reconcile(previous, asserted, by));
      }),
      { numRuns: 2_000 },
    );
  const manualIn = (grants: readonly Grant[]) => grants.filter(({ origin }) => origin === 'manual');
  const ssoNames = (grants: readonly Grant[]) =>
    grants.filter(({ origin }) => origin === 'sso').map(({ name }) => name);

  test('manual grants are never touched', () => {
    holds((previous, _asserted, _by, after) => expect(manualIn(after)).toEqual(manualIn(previous)));
  });

  test('nothing changes the second time', () => {
    holds((_previous, asserted, by, after) => expect(reconcile(after, asserted, by)).toEqual(after));
  });

  test('unknown groups take nothing that rests on a mapped group, and give nothing that isn’t certain', () => {
    holds((previous, asserted, by, after) => {
      if (asserted.groups !== undefined) return;
      const certain = ssoNames(reconcile([], { ...asserted, groups: [] }, { ...by, fallback: undefined }));
      for (const name of ssoNames(after)) expect([...certain, ...ssoNames(previous)]).toContain(name);
      const restOnGroups = previous.filter(
        (grant) =>
          grant.origin === 'sso' &&
          grant.sources.some(({ kind, value }) =>
            by.mapped.some(
              (rule) => kind === 'group' && rule.name === grant.name && rule.value === value.toLowerCase(),
            ),
          ),
      );
      expect(ssoNames(after)).toEqual(expect.arrayContaining(ssoNames(restOnGroups)));
    });
  });

  test('known groups leave nothing that isn’t asserted now', () => {
    holds((_previous, asserted, by, after) => {
      if (asserted.groups === undefined) return;
      expect(after.filter(({ origin }) => origin === 'sso')).toEqual(reconcile([], asserted, by));
    });
  });

  test('each grant rests on something, and no role is there twice by single sign-on', () => {
    holds((_previous, _asserted, _by, after) => {
      for (const grant of after) if (grant.origin === 'sso') expect(grant.sources.length).toBeGreaterThan(0);
      expect(new Set(ssoNames(after)).size).toBe(ssoNames(after).length);
    });
  });

  test('case decides nothing', () => {
    holds((previous, asserted, by, after) => {
      const shouted = {
        ...asserted,
        groups: asserted.groups?.map((value) => value.toUpperCase()),
        appRoles: asserted.appRoles.map((value) => value.toUpperCase()),
      };
      expect(ssoNames(reconcile(previous, shouted, by))).toEqual(ssoNames(after));
    });
  });
});

test('changes are told with what they rest on', () => {
  const before = [manual, sso('platform_admin', [group('g-admins')])];
  const after = [manual, sso('platform_viewer', [group('g-readers')])];
  expect(grantChanges(before, after)).toEqual([
    { name: 'platform_viewer', change: 'given', sources: [group('g-readers')] },
    { name: 'platform_admin', change: 'taken', sources: [group('g-admins')] },
  ]);
});
