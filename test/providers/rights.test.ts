import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Claimed, namedIn, UNKNOWN } from '#entrance/identity/claimed.js';
import { roleRules } from '#entrance/identity/grant-rules.js';
import { reconcileGrants } from '#entrance/identity/reconcile-grants.js';
import type { GrantSource, SsoGrant } from '#entrance/identity/user.js';
import { readList, type Unread } from '#entrance/providers/claim-list.js';
import { type ClaimNotice, type RightsClaims, rightsOf } from '#entrance/providers/entra/rights.js';
import { readSessionClaims } from '#entrance/providers/session-claims.js';
import { grantingValue } from '../support/entra.js';

const GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';

function reading(claim: unknown) {
  const reports: Unread[] = [];
  return { list: readList(claim, (unread) => reports.push(unread)), reports };
}

function rights(claims: RightsClaims) {
  const notices: ClaimNotice[] = [];
  return { ...rightsOf(claims, (notice) => notices.push(notice)), notices };
}

describe('a list in a claim', () => {
  test.each([undefined, null, [], '', '  '])('is empty with %j', (claim) => {
    expect(reading(claim)).toEqual({ list: [], reports: [] });
  });

  test('is of one if it is a single text', () => {
    expect(reading('gateway.admin')).toEqual({ list: ['gateway.admin'], reports: [] });
  });

  test.each<[unknown, string]>([
    [null, 'null'],
    [7, 'number'],
    [true, 'boolean'],
    [{ value: 'gateway.admin' }, 'object'],
    [['gateway.admin'], 'list'],
    ['', 'empty text'],
    [' ', 'empty text'],
    ['x'.repeat(1_025), 'text too long'],
    ['gateway\u0000admin', 'text with control characters'],
    ['gateway.admin\n', 'text with control characters'],
    ['gateway.\u200badmin', 'text with control characters'],
    ['\ud800', 'text with control characters'],
  ])('is read without %j, which is counted by its kind', (odd, kind) => {
    const { list, reports } = reading([odd, 'gateway.admin', odd]);
    expect(list).toEqual(['gateway.admin']);
    expect(reports).toEqual([{ [kind]: 2 }]);
    expect(reading([odd]).list).toEqual(UNKNOWN);
  });

  test.each([{ 0: 'gateway.admin' }, {}, 7, 0, true, false])('is unknown with %j', (claim) => {
    expect(reading(claim)).toEqual({ list: UNKNOWN, reports: [{ [typeof claim]: 1 }] });
  });

  test('is unknown with thousands of members', () => {
    const many = (length: number) => Array.from({ length }, (_, index) => `role.${index}`);
    expect(namedIn(reading(many(2_000)).list)).toHaveLength(2_000);
    expect(reading(many(2_001))).toEqual({ list: UNKNOWN, reports: [{ 'list too long': 1 }] });
  });
});

const anyJson = fc.jsonValue();
const oddMember = fc.oneof(
  fc.constantFrom(null, '', ' ', 'x'.repeat(1_025), 'a\u0007'),
  fc.integer(),
  fc.boolean(),
  fc.array(anyJson),
  fc.dictionary(fc.string(), anyJson),
);
const plain = fc.stringMatching(/^[a-z.]{1,20}$/);

describe('whatever a claim holds', () => {
  test('odd members change nothing of what is read', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, oddMember)), (members) => {
        const known = members.filter((one) => typeof one === 'string' && /^[a-z.]{1,20}$/.test(one));
        expect(namedIn(readList(members))).toEqual(known);
        if (known.length > 0) expect(readList(members)).toEqual(readList(known));
      }),
    );
  });

  test('reading never throws, and what isn’t known takes nothing away', () => {
    const source = fc.constantFrom<GrantSource>(
      { kind: 'group', value: GROUP },
      { kind: 'app_role', value: 'gateway.admin' },
    );
    const by = roleRules(
      { adminGroups: [GROUP, 'gateway.admin'].map(grantingValue), roleMappings: [], defaultRole: 'member' },
      [],
    );
    const claims = fc.record(
      { groups: anyJson, roles: anyJson, hasgroups: anyJson, _claim_names: anyJson },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(claims, source, (said, held) => {
        const grant: SsoGrant = {
          name: 'platform_admin',
          origin: 'sso',
          sources: [held],
          confirmedAt: 'before',
        };
        const { groups, appRoles } = rights(said);
        const after = reconcileGrants([grant], { groups, appRoles, verifiedDomain: undefined }, by, 'now');
        const ofKind: Claimed = held.kind === 'group' ? groups : appRoles;
        if ('atLeast' in ofKind)
          expect(after).toContainEqual(expect.objectContaining({ name: 'platform_admin' }));
      }),
    );
  });
});

describe('rights', () => {
  test.each<RightsClaims>([{ groups: ['gateway.admin'] }, { groups: 'Gateway.Admin' }])(
    'aren’t given by the name of a group, which is said: %j',
    (claims) => {
      expect(rights(claims)).toEqual({
        groups: UNKNOWN,
        appRoles: [],
        notices: [{ problem: 'group_names' }],
      });
    },
  );

  test.each<RightsClaims>([
    { _claim_names: { groups: 'src1' } },
    { _claim_names: { groups: null } },
    { hasgroups: true },
    { hasgroups: 'true' },
    { hasgroups: 1 },
    { hasgroups: 'TRUE' },
    { hasgroups: {} },
  ])('by groups are unknown if those were left out, and app roles aren’t: %j', (claims) => {
    expect(rights({ ...claims, roles: ['gateway.admin'] })).toMatchObject({
      groups: UNKNOWN,
      appRoles: ['gateway.admin'],
      notices: expect.arrayContaining([{ problem: 'left_out', claim: 'groups' }]),
    });
    expect(rights({ ...claims, groups: [GROUP] }).groups).toEqual({ atLeast: [GROUP] });
  });

  test.each<RightsClaims>([
    { hasgroups: false },
    { hasgroups: 'false' },
    { hasgroups: 0 },
    { hasgroups: null },
    { _claim_names: {} },
    { _claim_names: null },
    { _claim_names: { email: 'src1' } },
    {},
  ])('are certain to be none with %j', (claims) => {
    expect(rights(claims)).toEqual({ groups: [], appRoles: [], notices: [] });
  });

  test('by app roles are unknown if those were left out; of a list beside it each counts', () => {
    const _claim_names = { roles: 'src1' };
    expect(rights({ _claim_names })).toMatchObject({ groups: UNKNOWN, appRoles: UNKNOWN });
    expect(rights({ _claim_names, groups: [GROUP], roles: ['gateway.admin'] })).toMatchObject({
      groups: [GROUP],
      appRoles: { atLeast: ['gateway.admin'] },
    });
  });

  test.each(['src1', ['groups'], 7, true])('are all unknown if _claim_names is %j', (_claim_names) => {
    expect(rights({ _claim_names })).toMatchObject({ groups: UNKNOWN, appRoles: UNKNOWN });
  });

  test('are told to be unknown by the kind of what can’t be read, never by its text', () => {
    const [notice] = rights({ _claim_names: 'src1' }).notices;
    expect(notice).toEqual({ problem: 'unreadable', claim: '_claim_names', unread: { text: 1 } });
  });

  test.each<keyof RightsClaims>(['groups', 'roles', '_claim_names', 'hasgroups'])(
    'of an unreadable claim `%s` are unknown, which is said',
    (claim) => {
      expect(rights({ [claim]: 7 }).notices).toContainEqual({
        problem: 'unreadable',
        claim,
        unread: { number: 1 },
      });
    },
  );
});

test('an authentication context counts beside odd members, and alone as a text', () => {
  const contexts = (acrs: unknown) => readSessionClaims({ acrs }, {}).authContexts;
  expect(contexts(['c1', null, 7, {}])).toEqual(['c1']);
  expect(contexts('c2')).toEqual(['c2']);
  expect(readSessionClaims({}, {})).toEqual({});
  for (const none of [undefined, null, {}, 7, [null], ['admin']]) expect(contexts(none)).toBeUndefined();
});
