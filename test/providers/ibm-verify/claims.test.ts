import { expect, test } from '@jest/globals';
import { EntranceError } from '#entrance/errors.js';
import { UNKNOWN } from '#entrance/identity/claimed.js';
import { groupsIn, identityFromIbmClaims } from '#entrance/providers/ibm-verify/claims.js';

test.each([
  ['nothing is told', [{}, {}], UNKNOWN],
  ['there are none', [{ groupIds: [] }, {}], []],
  ['they have either name, in either place', [{ groupIds: ['A'] }, { groups: ['B'] }], ['A', 'B']],
  [
    'roles are an object of lists',
    [{ roles: { BILLING: ['Owner', 'Reader'], PORT: 'Pilot' } }, {}],
    ['BILLING:Owner', 'BILLING:Reader', 'PORT:Pilot'],
  ],
  ['roles are a list', [{ roles: ['Owner'] }, {}], ['Owner']],
  ['the roles can’t be read', [{ groups: ['A'], roles: { BILLING: [7] } }, {}], { atLeast: ['A'] }],
  ['a claim can’t be read', [{ groups: ['A'], groupIds: 7 }, {}], { atLeast: ['A'] }],
  ['a name is a distinguished one', [{ groups: 'CN=A,OU=B' }, {}], ['CN=A,OU=B']],
])('groups, if %s', (_, sources, known) => {
  expect(groupsIn(...sources)).toEqual(known);
});

const claims = {
  iss: 'https://acmecorp.verify.ibm.com/oauth2',
  sub: '6430',
  preferred_username: 'ada@acmecorp.com',
};

test.each([
  ['the ID token', { email_verified: true }, {}],
  ['UserInfo', {}, { email_verified: true }],
])(
  'a user name isn’t an address unless the operator says so, and %s doesn’t vouch for it',
  (_, own, told) => {
    const identity = (emailFromUsername: boolean) =>
      identityFromIbmClaims(
        { id: 'ibm_verify', emailFromUsername },
        { ...claims, ...own },
        { outcome: 'answered', claims: told },
      );
    expect(identity(false)).toMatchObject({ email: undefined, emailVerified: false });
    expect(identity(true)).toMatchObject({ email: 'ada@acmecorp.com', emailVerified: false });
  },
);

test('UserInfo that is out of reach keeps nobody out whose address the ID token vouches for', () => {
  const error = new EntranceError('sso_unavailable');
  const rules = { id: 'ibm_verify', emailFromUsername: false };
  const email = { email: 'ada@acmecorp.com', email_verified: true };
  const failed = { outcome: 'failed', error } as const;
  expect(identityFromIbmClaims(rules, { ...claims, ...email }, failed)).toMatchObject({
    emailVerified: true,
  });
  expect(() => identityFromIbmClaims(rules, claims, failed)).toThrow(error);
});
