import { describe, expect, test } from '@jest/globals';
import { type AdmissionPolicy, admit } from '#entrance/identity/admission.js';
import type { Identity } from '#entrance/identity/identity.js';
import type { User } from '#entrance/identity/user.js';

const tenant = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';

const ada: Identity = {
  key: { provider: 'entra', providerScope: tenant, providerId: 'oid-ada' },
  email: 'ada@acmecorp.com',
  emailVerified: true,
  fullName: 'Ada Lovelace',
  groups: [],
  appRoles: [],
  providerSessionId: undefined,
};
const policy: AdmissionPolicy = {
  trustedDomains: ['acmecorp.com'],
  autoCreateUsers: true,
  requireApproval: false,
  autoAdminDomains: [],
};
const nobody = { known: undefined, holder: undefined };

const user: User = {
  id: 'user-ada',
  email: 'ada@acmecorp.com',
  fullName: 'Ada Lovelace',
  ...ada.key,
  status: 'active',
  decision: null,
  roles: [],
  teams: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  lastLoginAt: '2026-01-02T00:00:00.000Z',
  version: 1,
};
const provisioned: User = {
  ...user,
  id: 'user-provisioned',
  providerId: null,
  providerScope: null,
  lastLoginAt: null,
};
const local: User = { ...provisioned, id: 'user-local', provider: 'local' };

const refused = (code: string) => ({ action: 'refuse', code });

describe('admission, in the order of the contract', () => {
  test('1. what the provider’s own policy refuses is refused before anything else', () => {
    const stranger: Identity = { ...ada, refusal: 'tenant_not_allowed', email: undefined };
    expect(admit(stranger, policy, nobody)).toEqual(refused('tenant_not_allowed'));
  });

  test('2. no email', () => {
    expect(admit({ ...ada, email: undefined, emailVerified: false }, policy, nobody)).toEqual(
      refused('email_missing'),
    );
  });

  test('3. an unverified email, where trusted domains depend on it', () => {
    const guest = { ...ada, emailVerified: false };
    expect(admit(guest, policy, nobody)).toEqual(refused('email_unverified'));
    expect(admit(guest, { ...policy, trustedDomains: [] }, nobody)).toMatchObject({ action: 'create' });
  });

  test('4. a domain that is not trusted', () => {
    expect(admit({ ...ada, email: 'ada@sub.acmecorp.com' }, policy, nobody)).toEqual(
      refused('domain_not_trusted'),
    );
  });

  test('5. an email that another account holds', () => {
    const other = { ...user, id: 'user-other', providerId: 'oid-other' };
    expect(admit(ada, policy, { known: undefined, holder: other })).toEqual(refused('account_conflict'));
  });

  test('5. a local account is never taken over, used or not', () => {
    expect(admit(ada, policy, { known: undefined, holder: local })).toEqual(refused('account_conflict'));
  });

  test('5. a provisioned, never-used account is claimed with a verified email alone', () => {
    const open = { ...policy, trustedDomains: [] };
    expect(admit(ada, open, { known: undefined, holder: provisioned })).toEqual({
      action: 'claim',
      user: provisioned,
    });
    expect(admit({ ...ada, emailVerified: false }, open, { known: undefined, holder: provisioned })).toEqual(
      refused('account_conflict'),
    );
  });

  test('6. an unknown person where users are not created by themselves', () => {
    const closed = { ...policy, autoCreateUsers: false };
    expect(admit(ada, closed, nobody)).toEqual(refused('not_provisioned'));
    expect(admit(ada, closed, { known: user, holder: user })).toMatchObject({ action: 'welcome' });
    expect(admit(ada, closed, { known: undefined, holder: provisioned })).toMatchObject({ action: 'claim' });
  });

  test.each([
    ['pending', 'pending_approval'],
    ['rejected', 'rejected'],
  ] as const)('7. an account that is %s, whether or not new ones have to wait', (status, code) => {
    const known = { ...user, status };
    for (const requireApproval of [true, false]) {
      const admission = admit(ada, { ...policy, requireApproval }, { known, holder: known });
      expect(admission).toEqual({ ...refused(code), user: known });
    }
  });

  test('8. a disabled account, known or to be claimed', () => {
    const disabled = { ...user, status: 'disabled' as const };
    const unused = { ...provisioned, status: 'disabled' as const };
    expect(admit(ada, policy, { known: disabled, holder: undefined })).toEqual({
      ...refused('account_disabled'),
      user: disabled,
    });
    expect(admit(ada, policy, { known: undefined, holder: unused })).toEqual({
      ...refused('account_disabled'),
      user: unused,
    });
  });
});

describe('an admitted person', () => {
  test('is created when new', () => {
    expect(admit(ada, policy, nobody)).toEqual({
      action: 'create',
      email: 'ada@acmecorp.com',
      status: 'active',
    });
  });

  test('waits when new ones have to; who is known or was added before doesn’t', () => {
    const strict = { ...policy, requireApproval: true };
    expect(admit(ada, strict, nobody)).toMatchObject({ action: 'create', status: 'pending' });
    expect(admit(ada, strict, { known: user, holder: user })).toMatchObject({ action: 'welcome' });
    expect(admit(ada, strict, { known: undefined, holder: provisioned })).toMatchObject({ action: 'claim' });
  });

  test('brings a new address along', () => {
    const moved = { ...ada, email: 'ada.king@acmecorp.com' };
    expect(admit(moved, policy, { known: user, holder: undefined })).toEqual({
      action: 'welcome',
      user,
      email: 'ada.king@acmecorp.com',
    });
  });

  const moved = { ...ada, email: 'bob@acmecorp.com' };
  const bob = { ...user, id: 'user-bob', email: 'bob@acmecorp.com', providerId: 'oid-bob' };

  test('takes a verified address over from another account of the directory', () => {
    expect(admit(moved, policy, { known: user, holder: bob })).toEqual({
      action: 'welcome',
      user,
      email: 'bob@acmecorp.com',
      takesFrom: bob,
    });
  });

  test.each<[string, Partial<Identity>, Partial<User>]>([
    ['that nobody verified', { emailVerified: false }, {}],
    ['of a local account', {}, { provider: 'local', providerId: null, providerScope: null }],
    ['of another directory', {}, { providerScope: 'another' }],
  ])('doesn’t take over an address %s', (_, identity, holder) => {
    const open = { ...policy, trustedDomains: [] };
    const kept = { ...bob, ...holder };
    expect(admit({ ...moved, ...identity }, open, { known: user, holder: kept })).toEqual({
      action: 'welcome',
      user,
      email: 'ada@acmecorp.com',
      deniedBy: kept,
    });
  });

  test('takes one of another directory over if the owner of its domain has verified it', () => {
    const elsewhere = { ...bob, providerScope: 'another' };
    const vouched = { ...moved, emailDomainOwnerVerified: true };
    expect(admit(vouched, policy, { known: user, holder: elsewhere })).toMatchObject({
      takesFrom: elsewhere,
    });
  });

  test('is merged with what was added ahead, unless that is disabled', () => {
    const ahead = { ...provisioned, email: 'bob@acmecorp.com' };
    expect(admit(moved, policy, { known: user, holder: ahead })).toMatchObject({ merges: ahead });
    const disabled = { ...ahead, status: 'disabled' as const };
    expect(admit(moved, policy, { known: user, holder: disabled })).toMatchObject({ takesFrom: disabled });
  });

  test.each(['disabled', 'pending', 'rejected'] as const)(
    'who is new takes the address of an account that is %s',
    (status) => {
      const holder = { ...bob, status };
      expect(admit(moved, policy, { known: undefined, holder })).toMatchObject({
        action: 'create',
        takesFrom: holder,
      });
      const elsewhere = { ...holder, providerScope: 'another' };
      expect(admit(moved, policy, { known: undefined, holder: elsewhere })).toEqual(
        refused('account_conflict'),
      );
    },
  );

  test('a person who isn’t let in takes nothing', () => {
    const known = { ...user, status: 'disabled' as const };
    expect(admit(moved, policy, { known, holder: bob })).toEqual({
      ...refused('account_disabled'),
      user: known,
    });
    const closed = { ...policy, autoCreateUsers: false };
    const holder = { ...bob, status: 'disabled' as const };
    expect(admit(moved, closed, { known: undefined, holder })).toEqual(refused('not_provisioned'));
  });
});
