import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Claimed, isComplete, namedIn, UNKNOWN } from '#entrance/identity/claimed.js';
import {
  type Asserted,
  type GrantRule,
  type GrantRules,
  grantChanges,
  reconcileGrants,
  restsOn,
} from '#entrance/identity/reconcile-grants.js';
import type { Grant, GrantSource, SsoGrant } from '#entrance/identity/user.js';
import { grantRule } from '../support/entra.js';

const now = '2026-03-01T08:00:00.000Z';
const earlier = '2026-01-01T08:00:00.000Z';

const ADMINS = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const READERS = '9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528';
const FORMER = '00000000-0000-4000-8000-00000000000f';
const OTHER = '00000000-0000-4000-8000-0000000000ff';

const rules: GrantRules = {
  mapped: [
    { value: ADMINS, name: 'platform_admin' },
    { value: 'gateway.admin', name: 'platform_admin' },
    { value: READERS, name: 'platform_viewer' },
  ].map(grantRule),
  ofDomains: { domains: ['admins.example'], name: 'platform_admin' },
};
const withFallback: GrantRules = { ...rules, fallback: 'member' };
const nothing: Asserted = { groups: [], appRoles: [], verifiedDomain: undefined };
const unknown: Asserted = { ...nothing, groups: UNKNOWN };

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
    expect(reconcile([], { ...nothing, groups: [ADMINS.toUpperCase(), 'other'] })).toEqual([
      sso('platform_admin', [group(ADMINS.toUpperCase())], now),
    ]);
    expect(reconcile([], { ...nothing, appRoles: ['GATEWAY.admin'] })).toEqual([
      sso('platform_admin', [{ kind: 'app_role', value: 'GATEWAY.admin' }], now),
    ]);
  });

  test('is the union of groups, app roles and the verified domain', () => {
    const asserted = {
      groups: [ADMINS, READERS],
      appRoles: ['gateway.admin'],
      verifiedDomain: 'admins.example',
    };
    expect(reconcile([], asserted)).toEqual([
      sso('platform_admin', [appRole, { kind: 'domain', value: 'admins.example' }, group(ADMINS)], now),
      sso('platform_viewer', [group(READERS)], now),
    ]);
  });

  test('takes away what it no longer gives', () => {
    expect(reconcile([sso('platform_admin', [group(ADMINS)])], nothing)).toEqual([]);
  });

  test('gives the fallback where it gives nothing else', () => {
    expect(reconcile([], nothing, withFallback)).toEqual([
      sso('member', [{ kind: 'default', value: '' }], now),
    ]);
    expect(reconcile([], { ...nothing, groups: [READERS] }, withFallback)).toEqual([
      sso('platform_viewer', [group(READERS)], now),
    ]);
  });
});

describe('while groups are unknown', () => {
  test('what rested on a group stays, with the time of its last confirmation', () => {
    const before = [sso('platform_admin', [group(ADMINS)])];
    expect(reconcile(before, unknown)).toEqual(before);
  });

  test('what rested on an app role or a domain goes: those are certain', () => {
    expect(reconcile([sso('platform_admin', [appRole])], unknown)).toEqual([]);
    expect(
      reconcile([sso('platform_admin', [{ kind: 'domain', value: 'admins.example' }])], unknown),
    ).toEqual([]);
    expect(reconcile([sso('platform_admin', [appRole, group(ADMINS)])], unknown)).toEqual([
      sso('platform_admin', [group(ADMINS)]),
    ]);
  });

  test('what rested on a group that is no longer mapped goes', () => {
    expect(reconcile([sso('platform_admin', [group(FORMER)])], unknown)).toEqual([]);
    expect(reconcile([sso('platform_viewer', [group(ADMINS)])], unknown)).toEqual([]);
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
  group(ADMINS),
  group(READERS.toUpperCase()),
  group(FORMER),
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
function claimedOf(...values: readonly string[]): fc.Arbitrary<Claimed> {
  const some = fc.subarray([...values]);
  return fc.oneof(
    some,
    some.map((atLeast) => ({ atLeast })),
  );
}

const anyAsserted: fc.Arbitrary<Asserted> = fc.record({
  groups: claimedOf(ADMINS, READERS.toUpperCase(), OTHER),
  appRoles: claimedOf('gateway.admin', 'other'),
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
  const isKnown = ({ groups, appRoles }: Asserted) => isComplete(groups) && isComplete(appRoles);
  const shout = (claimed: Claimed): Claimed => {
    const shouted = namedIn(claimed).map((value) => value.toUpperCase());
    return isComplete(claimed) ? shouted : { atLeast: shouted };
  };
  const manualIn = (grants: readonly Grant[]) => grants.filter(({ origin }) => origin === 'manual');
  const ssoNames = (grants: readonly Grant[]) =>
    grants.filter(({ origin }) => origin === 'sso').map(({ name }) => name);

  test('manual grants are never touched', () => {
    holds((previous, _asserted, _by, after) => expect(manualIn(after)).toEqual(manualIn(previous)));
  });

  test('nothing changes the second time', () => {
    holds((_previous, asserted, by, after) => expect(reconcile(after, asserted, by)).toEqual(after));
  });

  test('a claim that isn’t known in full takes nothing that is still mapped', () => {
    holds((previous, asserted, by, after) => {
      const isOpen = ({ kind }: GrantRule) =>
        !isComplete(kind === 'group' ? asserted.groups : asserted.appRoles);
      const resting = previous.filter(
        (grant) =>
          grant.origin === 'sso' &&
          grant.sources.some((source) =>
            by.mapped.some((rule) => isOpen(rule) && rule.name === grant.name && restsOn(source, rule)),
          ),
      );
      expect(ssoNames(after)).toEqual(expect.arrayContaining(ssoNames(resting)));
    });
  });

  test('a claim that isn’t known in full gives nothing that isn’t certain', () => {
    holds((previous, asserted, by, after) => {
      const certain = reconcile([], asserted, { ...by, fallback: undefined });
      const isKnownInFull = isKnown(asserted) || by.mapped.length === 0;
      const given = ssoNames(after).filter((name) => !ssoNames(previous).includes(name));
      if (!isKnownInFull) expect(ssoNames(certain)).toEqual(expect.arrayContaining(given));
    });
  });

  test('a claim that is known in full leaves nothing that isn’t asserted now', () => {
    holds((_previous, asserted, by, after) => {
      if (!isKnown(asserted)) return;
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
        groups: shout(asserted.groups),
        appRoles: shout(asserted.appRoles),
      };
      expect(ssoNames(reconcile(previous, shouted, by))).toEqual(ssoNames(after));
    });
  });
});

test('changes are told with what they rest on', () => {
  const before = [manual, sso('platform_admin', [group(ADMINS)])];
  const after = [manual, sso('platform_viewer', [group(READERS)])];
  expect(grantChanges(before, after)).toEqual([
    { name: 'platform_viewer', change: 'given', sources: [group(READERS)] },
    { name: 'platform_admin', change: 'taken', sources: [group(ADMINS)] },
  ]);
});
