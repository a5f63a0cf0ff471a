import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emailProblem, parseDomain, parseEmail } from '#entrance/identity/email.js';
import { hiddenCharacter } from '#entrance/identity/text.js';
import { identityFromEntraClaims } from '#entrance/providers/entra/claims.js';
import { oddText, UNSEEN } from '../support/odd-text.js';

const HIDDEN = [
  '\u200B',
  '\u200C',
  '\u200D',
  '\u202E',
  '\u2066',
  '\u00AD',
  '\uFEFF',
  '\u2060',
  '\u180E',
  '\u034F',
  '\u3164',
  '\u115F',
  '\uFFA0',
  '\u2800',
  '\uFE0F',
  '\u{E0041}',
  '\u009B',
  '\uD83D',
];

describe('what nobody sees in an address', () => {
  test.each(HIDDEN)('is refused inside, in both parts (%j)', (hidden) => {
    expect(parseEmail(`uwe${hidden}@acmecorp.com`)).toBeUndefined();
    expect(parseEmail(`u${hidden}we@acmecorp.com`)).toBeUndefined();
    expect(parseEmail(`uwe@acme${hidden}corp.com`)).toBeUndefined();
    expect(parseDomain(`acme${hidden}corp.com`)).toBeUndefined();
  });

  test.each(HIDDEN.slice(0, -2))('is dropped at the ends (%j)', (hidden) => {
    expect(parseEmail(`${hidden} uwe@acmecorp.com${hidden}`)).toBe('uwe@acmecorp.com');
    expect(parseDomain(`${hidden}acmecorp.com${hidden}`)).toBe('acmecorp.com');
  });

  test('is named with its place', () => {
    expect(emailProblem('uwe\u200B@acmecorp.com')).toContain('an invisible character (U+200B) at position 4');
    expect(emailProblem('uwe')).toContain('isn’t an email address');
  });

  test('never comes out of the parser, and what comes out stays as it is', () => {
    const address = fc
      .tuple(oddText, oddText, oddText)
      .map(([one, two, ends]) => `${ends}u${one}@a${two}b.com${ends}`);
    const near = fc
      .tuple(fc.constantFrom(...HIDDEN, '', 'é', 'e\u0301'), fc.constantFrom(...HIDDEN, '', 'ü', 'ı'))
      .map(([one, two]) => `u${one}we@ac${two}me.com`);
    fc.assert(
      fc.property(fc.oneof(address, near), (text) => {
        const email = parseEmail(text);
        if (email === undefined) return;
        expect(email).not.toMatch(UNSEEN);
        expect(hiddenCharacter(email)).toBeUndefined();
        expect(parseEmail(email)).toBe(email);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the claims of a sign-in', () => {
  const tid = '3f6e2a8c-5b1d-4c97-8e0a-b7d94f21c650';
  const oid = 'b7d94f21-0000-4000-8000-000000000001';
  const identify = (claims: object) =>
    identityFromEntraClaims(
      { ver: '2.0', tid, oid, iss: `https://login.microsoftonline.com/${tid}/v2.0`, sub: 's', ...claims },
      [tid],
    );

  test('an address with a hidden character inside is none: the next claim counts', () => {
    const claims = { email: 'uwe\u200B@acmecorp.com', preferred_username: 'uwe@acmecorp.com' };
    expect(identify(claims).email).toBe('uwe@acmecorp.com');
    expect(identify({ email: 'uwe\u200B@acmecorp.com' }).email).toBeUndefined();
  });

  test.each([
    ['\u202Enimda mroftalP', 'nimda mroftalP'],
    ['\u200B\u200B', 'ada'],
    ['\u3164', 'ada'],
    ['Pl\u00ADatform', 'Platform'],
    [`A${'a'.repeat(198)}😀😀`, `A${'a'.repeat(198)}😀`],
    ['Ada \uD83D', 'Ada \uFFFD'],
  ])('the name %j is kept as %j', (name, fullName) => {
    expect(identify({ name, preferred_username: 'ada@acmecorp.com' }).fullName).toBe(fullName);
  });

  test('a name that can’t be seen falls back to its parts, the address, and the object ID', () => {
    const parts = { name: '\u200B', given_name: 'Ada\u202E', family_name: '\u3164' };
    expect(identify({ ...parts, preferred_username: 'a@acmecorp.com' }).fullName).toBe('Ada');
    expect(identify({ name: '\u200B' }).fullName).toBe(oid);
  });

  test('no claim makes a name that can’t be seen', () => {
    fc.assert(
      fc.property(oddText, oddText, (name, given_name) => {
        const { fullName } = identify({ name, given_name, preferred_username: 'ada@acmecorp.com' });
        expect(fullName.isWellFormed()).toBe(true);
        expect(fullName).not.toMatch(UNSEEN);
        expect(fullName.trim()).not.toBe('');
      }),
    );
  });
});
