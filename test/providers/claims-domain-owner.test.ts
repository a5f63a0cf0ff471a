import { expect, test } from '@jest/globals';
import { identityFromEntraClaims } from '#entrance/providers/entra/claims.js';

const tid = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';

function isOwnersWord(claims: Readonly<Record<string, unknown>>): boolean {
  return identify(claims, [tid]).emailDomainOwnerVerified === true;
}

function identify(claims: Readonly<Record<string, unknown>>, vouchingTenants: readonly string[]) {
  const required = {
    ver: '2.0',
    tid,
    oid: 'oid-1',
    iss: 'https://login.example/v2.0',
    sub: 'x',
    aud: 'x',
    iat: 1,
    exp: 2,
  };
  return identityFromEntraClaims(
    { ...required, preferred_username: 'ada@acmecorp.com', ...claims },
    vouchingTenants,
  );
}

test.each([true, 1, '1', 'true'])('xms_edov %j is the word of the owner of the domain', (xms_edov) => {
  expect(isOwnersWord({ email: 'ada@acmecorp.com', xms_edov })).toBe(true);
});

test.each([undefined, false, 0, 'yes', [true], {}])('xms_edov %j is not', (xms_edov) => {
  expect(isOwnersWord({ email: 'ada@acmecorp.com', xms_edov })).toBe(false);
});

test('xms_edov says nothing of the user name, which stands in for an address that is missing or unreadable', () => {
  expect(isOwnersWord({ xms_edov: true })).toBe(false);
  expect(isOwnersWord({ email: 'no address', xms_edov: true })).toBe(false);
});

test.each([{ email: 'no address' }, { email: 'ada@acmecorp.com, x@evil.example' }, { email: 5 }])(
  'xms_edov verifies no user name that stands in for an email that can’t be read, such as %j',
  (claims) => {
    const stranger = identify({ ...claims, xms_edov: true }, []);
    expect(stranger).toMatchObject({ email: 'ada@acmecorp.com', emailVerified: false });
    const guest = identify({ ...claims, acct: 1, xms_edov: true }, [tid]);
    expect(guest.emailVerified).toBe(false);
    expect(identify({ ...claims, xms_edov: true }, [tid]).emailVerified).toBe(true);
  },
);
