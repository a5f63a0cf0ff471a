import { expect, test } from '@jest/globals';
import { assertedBy } from '#entrance/identity/grant-rules.js';
import { identityFromGoogleClaims } from '#entrance/providers/google/claims.js';

const issuer = 'https://accounts.google.com';
const identityOf = (claims: object, trustedDomains: readonly string[] = []) =>
  identityFromGoogleClaims(
    { iss: issuer, sub: '1', email_verified: true, ...claims },
    { issuer, trustedDomains },
  );

test('Google vouches for addresses of an organisation’s accounts and of gmail.com, and for no others', () => {
  const vouched = [
    { email: 'ada@acmecorp.com', hd: 'acmecorp.com' },
    { email: 'ada@secondary.example', hd: 'acmecorp.com' },
    { email: 'ada@gmail.com' },
  ];
  for (const claims of vouched) expect(identityOf(claims)).toMatchObject({ emailVerified: true });
  const others = [
    { email: 'ada@acmecorp.com' },
    { email: 'ada@acmecorp.com', hd: '' },
    { email: 'ada@acmecorp.com', hd: 7 },
    { email: 'ada@googlemail.com.evil.example' },
    { email: 'ada@acmecorp.com', hd: 'acmecorp.com', email_verified: 'TRUE' },
  ];
  for (const claims of others) expect(identityOf(claims)).toMatchObject({ emailVerified: false });
});

test('the organisation’s domain gives rights, whatever the address', () => {
  const domainOf = (claims: object) => assertedBy(identityOf(claims)).verifiedDomain;
  expect(domainOf({ email: 'ada@secondary.example', hd: 'AcmeCorp.com' })).toBe('acmecorp.com');
  expect(domainOf({ email: 'ada@gmail.com' })).toBe('gmail.com');
  expect(domainOf({ email: 'ada@acmecorp.com' })).toBeUndefined();
});

test('without trusted domains nobody is refused by theirs', () => {
  expect(identityOf({ email: 'ada@acmecorp.com' }).refusal).toBeUndefined();
  expect(identityOf({ email: 'ada@acmecorp.com' }, ['acmecorp.com']).refusal).toBe('domain_not_trusted');
  expect(identityOf({ hd: 'elsewhere.example' }, ['acmecorp.com']).refusal).toBeUndefined(); // email_missing says more
});

test('the key has the issuer as the metadata states it', () => {
  expect(identityOf({ iss: 'accounts.google.com', email: 'ada@gmail.com' }).key).toEqual({
    provider: 'google',
    providerScope: issuer,
    providerId: '1',
  });
});
