import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Claimed, isComplete, namedIn, sortRights, UNKNOWN } from '#entrance/identity/claimed.js';
import { roleRules, teamRules } from '#entrance/identity/grant-rules.js';
import { type Asserted, reconcileGrants } from '#entrance/identity/reconcile-grants.js';
import type { Grant, GrantSource, SsoGrant } from '#entrance/identity/user.js';
import { isUuid } from '#entrance/identity/uuid.js';
import { grantingValue, grantRule } from '../support/entra.js';

const GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const OTHER = '9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528';
const now = '2026-03-01T08:00:00.000Z';

const incomplete = (...values: readonly string[]): Claimed => ({ atLeast: values });

describe('groups and roles', () => {
  test.each<[string, Claimed, Claimed, Claimed, Claimed]>([
    ['are of two name spaces', [GROUP], ['gateway.admin'], [GROUP], ['gateway.admin']],
    ['are none where there are none', [], [], [], []],
    ['are the same, once, in any number', [GROUP, GROUP], ['a', 'a'], [GROUP], ['a']],
    [
      'a GUID in `roles` is a group that is sent as a role',
      [],
      ['gateway.admin', GROUP],
      [GROUP],
      ['gateway.admin'],
    ],
    ['a name in `groups` is nothing, and hides IDs', [GROUP, 'gateway.admin'], [], incomplete(GROUP), []],
    ['names alone say nothing of IDs', ['gateway.admin'], [], UNKNOWN, []],
    ['groups may be unknown', incomplete(GROUP), ['gateway.admin'], incomplete(GROUP), ['gateway.admin']],
    ['app roles may be unknown', [GROUP], incomplete('gateway.admin'), [GROUP], incomplete('gateway.admin')],
    ['groups may be among roles that aren’t known', [], UNKNOWN, UNKNOWN, UNKNOWN],
  ])('%s', (_, groups, roles, asGroups, asAppRoles) => {
    expect(sortRights(groups, roles)).toEqual({ groups: asGroups, appRoles: asAppRoles });
  });
});

const anyCase = (text: string) =>
  fc.constantFrom(
    text,
    text.toUpperCase(),
    text.replace(/[a-f]/, (letter) => letter.toUpperCase()),
  );
const ruleValue = fc.oneof(
  anyCase(GROUP),
  anyCase(OTHER),
  fc.constantFrom('gateway.admin', 'Gateway.Reader', 'Platform Admins', 'CONTOSO\\admins', `{${GROUP}}`),
  fc.string({ minLength: 1, maxLength: 12 }),
);
const name = fc.oneof(
  fc.string().filter((text) => !isUuid(text)),
  fc.constantFrom(
    'gateway.admin',
    'GATEWAY.ADMIN',
    'Platform Admins',
    'CONTOSO\\admins',
    `{${GROUP}}`,
    `${GROUP} `,
  ),
);
const member = fc.oneof(name, anyCase(GROUP), anyCase(OTHER));
const claimed = (of: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.array(of, { maxLength: 5 }),
    fc.array(of, { maxLength: 5 }).map((values) => incomplete(...values)),
  );
const source: fc.Arbitrary<GrantSource> = fc.record({
  kind: fc.constantFrom('group', 'app_role', 'domain', 'default'),
  value: fc.oneof(member, ruleValue),
});
const grants: fc.Arbitrary<readonly Grant[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.constantFrom('platform_admin', 'platform_viewer', 'team'),
      fc.array(source, { minLength: 1, maxLength: 3 }),
    )
    .map(([role, sources]): SsoGrant => ({ name: role, origin: 'sso', sources, confirmedAt: now })),
  { selector: (grant) => grant.name },
);

/** Everything that rules are made of: administrators, roles, a fallback, a domain; and teams. */
const rules = fc
  .record({
    admins: fc.array(ruleValue),
    viewers: fc.array(ruleValue),
    isDefault: fc.boolean(),
    isTeams: fc.boolean(),
  })
  .map(({ admins, viewers, isDefault, isTeams }) =>
    isTeams
      ? teamRules(
          viewers.map((value) => grantRule({ value, name: 'Team' })),
          () => 'team',
        )
      : roleRules(
          {
            adminGroups: admins.map(grantingValue),
            roleMappings: viewers.map((value) => grantRule({ value, name: 'platform_viewer' })),
            defaultRole: isDefault ? 'member' : undefined,
          },
          ['admins.example'],
        ),
  );
const verifiedDomain = fc.constantFrom(undefined, 'admins.example');

describe('with any rules and claims', () => {
  test('a member of groups that is no GUID changes nothing of what grants come to', () => {
    fc.assert(
      fc.property(
        grants,
        claimed(member),
        claimed(name),
        rules,
        verifiedDomain,
        (before, groups, appRoles, by, domain) => {
          const asserted: Asserted = { groups, appRoles, verifiedDomain: domain };
          const ids = namedIn(groups).filter(isUuid);
          const withoutNames = { ...asserted, groups: isComplete(groups) ? ids : incomplete(...ids) };
          expect(reconcileGrants(before, asserted, by, now)).toEqual(
            reconcileGrants(before, withoutNames, by, now),
          );
        },
      ),
    );
  });

  test('an app-role rule is never satisfied by groups, not even by what an earlier version stored', () => {
    const byName: fc.Arbitrary<SsoGrant> = fc.record({
      name: fc.constantFrom('platform_admin', 'platform_viewer'),
      origin: fc.constant('sso'),
      sources: fc.array(
        name.map((value): GrantSource => ({ kind: 'group', value })),
        { minLength: 1 },
      ),
      confirmedAt: fc.constant(now),
    });
    const names = fc.array(name, { minLength: 1 });
    fc.assert(
      fc.property(byName, names, claimed(member), fc.boolean(), (before, values, groups, areAllAsked) => {
        const settings = {
          adminGroups: values.map(grantingValue),
          roleMappings: values.map((value) => grantRule({ value, name: 'platform_viewer' })),
          defaultRole: undefined,
        };
        const asked = areAllAsked ? [...values] : [];
        const listed = isComplete(groups) ? [...groups, ...asked] : incomplete(...namedIn(groups), ...asked);
        const { groups: read } = sortRights(listed, []);
        const asserted = { groups: read, appRoles: [], verifiedDomain: undefined };
        expect(reconcileGrants([before], asserted, roleRules(settings, []), now)).toEqual([]);
      }),
    );
  });

  test('names among IDs take away nothing that rests on the ID of a mapped group', () => {
    fc.assert(
      fc.property(fc.array(member), name, (groups, another) => {
        const rest: SsoGrant = {
          name: 'platform_admin',
          origin: 'sso',
          sources: [{ kind: 'group', value: GROUP }],
          confirmedAt: now,
        };
        const asserted = { ...sortRights([...groups, another], []), verifiedDomain: undefined };
        const by = roleRules(
          { adminGroups: [grantingValue(GROUP)], roleMappings: [], defaultRole: undefined },
          [],
        );
        expect(reconcileGrants([rest], asserted, by, now)).toMatchObject([{ name: 'platform_admin' }]);
      }),
    );
  });
});

describe('the default role', () => {
  const unknown: Asserted = { groups: UNKNOWN, appRoles: [], verifiedDomain: undefined };
  const by = (...adminGroups: readonly string[]) =>
    roleRules({ adminGroups: adminGroups.map(grantingValue), roleMappings: [], defaultRole: 'member' }, []);

  test('is given while groups are unknown if no group could give anything else', () => {
    expect(reconcileGrants([], unknown, by('gateway.admin'), now)).toMatchObject([{ name: 'member' }]);
  });

  test('is given to nobody while a group that is mapped could give something else', () => {
    expect(reconcileGrants([], unknown, by('gateway.admin', GROUP), now)).toEqual([]);
  });
});

test('while the address is uncertain, what rests on its domain stays, and no default role is given', () => {
  const source: GrantSource = { kind: 'domain', value: 'admins.example' };
  const held: SsoGrant = { name: 'platform_admin', origin: 'sso', sources: [source], confirmedAt: now };
  const by = roleRules({ adminGroups: [], roleMappings: [], defaultRole: 'member' }, ['admins.example']);
  const certain: Asserted = { groups: [], appRoles: [], verifiedDomain: 'other.example' };
  const uncertain = { ...certain, domainIsUncertain: true };
  expect(reconcileGrants([held], certain, by, now)).toMatchObject([{ name: 'member' }]);
  expect(reconcileGrants([held], uncertain, by, now)).toEqual([held]);
  expect(reconcileGrants([], uncertain, by, now)).toEqual([]);
});

test('a stored source that is a GUID of roles is that group’s', () => {
  const source: GrantSource = { kind: 'app_role', value: GROUP.toUpperCase() };
  const held: SsoGrant = { name: 'platform_admin', origin: 'sso', sources: [source], confirmedAt: now };
  const by = roleRules({ adminGroups: [grantingValue(GROUP)], roleMappings: [], defaultRole: undefined }, []);
  const after = (groups: Claimed) =>
    reconcileGrants([held], { groups, appRoles: [], verifiedDomain: undefined }, by, now);
  expect(after(UNKNOWN)).toMatchObject([{ sources: [{ kind: 'group', value: GROUP.toUpperCase() }] }]);
  expect(after([])).toEqual([]);
});
