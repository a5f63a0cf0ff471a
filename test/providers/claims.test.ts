import { describe, expect, test } from '@jest/globals';
import { identityFromEntraClaims } from '#entrance/providers/entra/claims.js';

const tid = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';
const otherTid = '11111111-2222-4333-8444-555555555555';
const base = {
  ver: '2.0',
  tid,
  oid: 'b7d94f21-0000-4000-8000-000000000001',
  iss: `https://login.microsoftonline.com/${tid}/v2.0`,
  sub: 'pairwise',
  name: 'Ada Lovelace',
  preferred_username: 'ada@acmecorp.com',
};
const identify = (claims: object, vouching = [tid]) =>
  identityFromEntraClaims({ ...base, ...claims }, vouching);

describe('the key of an identity', () => {
  test('is tenant and object ID, never the email', () => {
    expect(identify({ email: 'other@acmecorp.com' }).key).toEqual({
      provider: 'entra',
      providerScope: tid,
      providerId: base.oid,
    });
  });

  test.each([{ oid: undefined }, { oid: '' }, { tid: undefined }, { tid: 'contoso.com' }])(
    'needs %j to be there',
    (claims) => {
      expect(() => identify(claims)).toThrow('sso_failed');
    },
  );

  test.each(['1.0', undefined, 2])('needs a v2.0 token, not %p', (ver) => {
    expect(() => identify({ ver })).toThrow('sso_misconfigured');
  });
});

describe('the email', () => {
  test('is `email`, else `preferred_username`, else `upn`, the first that has the form of an address', () => {
    expect(identify({ email: 'a@acmecorp.com' }).email).toBe('a@acmecorp.com');
    expect(identify({ email: 'not an address' }).email).toBe('ada@acmecorp.com');
    expect(identify({ preferred_username: '+44 1234', upn: 'u@acmecorp.com' }).email).toBe('u@acmecorp.com');
    expect(identify({ preferred_username: 'ada' }).email).toBeUndefined();
  });

  test('counts as verified when the configured tenant vouches for it', () => {
    expect(identify({}).emailVerified).toBe(true);
    expect(identify({}, [otherTid]).emailVerified).toBe(false);
  });

  test.each([
    { preferred_username: 'ada_contoso.com#EXT#@acme.onmicrosoft.com', email: 'ada@contoso.com' },
    { upn: 'ada_contoso.com#ext#@acme.onmicrosoft.com' },
    { acct: 1 },
    { acct: '1' },
    { idp: `https://sts.windows.net/${otherTid}/` },
    { idp: 'live.com' },
    { acct: 2 },
    { acct: 'guest' },
    { acct: { guest: true } },
    { acct: [0] },
    { idp: ['live.com'] },
    { idp: 7 },
  ])('of a guest (%j) is unverified, unless xms_edov says so', (claims) => {
    expect(identify(claims).emailVerified).toBe(false);
    expect(identify({ ...claims, xms_edov: true }).emailVerified).toBe(true);
  });

  test.each([{ acct: 0 }, { acct: '0' }, { acct: null }, { idp: null }, { idp: base.iss }])(
    'of a member (%j) is verified',
    (claims) => {
      expect(identify(claims).emailVerified).toBe(true);
    },
  );

  test.each([['ada@admins.example'], 7, { 0: 'ada@admins.example' }, 'a'.repeat(1_025)])(
    'is uncertain where the claim before can’t be read: %j',
    (email) => {
      expect(identify({ email })).toMatchObject({ email: 'ada@acmecorp.com', emailIsUncertain: true });
    },
  );

  test.each([undefined, null, '', 'not an address'])('is certain where the claim before says %j', (email) => {
    expect(identify({ email }).emailIsUncertain).toBe(false);
  });

  test.each([true, 1, '1', 'true'])('is verified by xms_edov %j', (xms_edov) => {
    expect(identify({ xms_edov }, []).emailVerified).toBe(true);
  });

  test.each([false, 0, '0', 'TRUE', 'yes', 2, null, [true], {}])(
    'is not verified by xms_edov %j',
    (xms_edov) => {
      expect(identify({ xms_edov }, []).emailVerified).toBe(false);
    },
  );

  test('is never verified by email_verified, which Entra does not send', () => {
    expect(identify({ email_verified: true }, []).emailVerified).toBe(false);
  });
});

describe('groups and app roles', () => {
  const GROUP = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';

  test('are kept apart, each once', () => {
    const claims = { groups: [GROUP, GROUP], roles: ['gateway.admin', 'gateway.admin'] };
    expect(identify(claims)).toMatchObject({ groups: [GROUP], appRoles: ['gateway.admin'] });
  });

  test('of a tenant that doesn’t vouch count for nothing, and that is certain', () => {
    const claims = { groups: [GROUP], roles: ['gateway.admin'], _claim_names: { groups: 'src1' } };
    expect(identify(claims, [otherTid])).toMatchObject({ groups: [], appRoles: [] });
  });
});

test('a name is composed where there is none, and carries no control characters', () => {
  expect(identify({ name: undefined, given_name: 'Ada', family_name: 'King' }).fullName).toBe('Ada King');
  expect(identify({ name: undefined }).fullName).toBe('ada');
  expect(identify({ name: 'A\u0000d\na' }).fullName).toBe('Ad a');
});
