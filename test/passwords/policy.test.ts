import { describe, expect, test } from '@jest/globals';
import { passwordProblem } from '#entrance/passwords/policy.js';

const ada = { minLength: 12, email: 'ada.lovelace@acmecorp.com', fullName: 'Ada Lovelace' };

describe('a new password', () => {
  test.each([
    'plum-harbour-violin-92',
    'correct horse battery staple',
    'f3a9c1e07b2d4a6e8f10',
    'my-admin-likes-violins-92',
    'lauter kleine bunte dinge',
    'пароль длиннее двенадцати',
  ])('%s is accepted, whatever kinds of character it has', (password) => {
    expect(passwordProblem(password, ada)).toBeUndefined();
  });

  test.each(['password1234', 'P@ssw0rd!2024', 'changeme1234', 'qwertyuiop123', 'administrator1'])(
    '%s is refused as one that is tried first',
    (password) => {
      expect(passwordProblem(password, ada)).toContain('tried first');
    },
  );

  test.each(['aaaaaaaaaaaaaaaa', 'letmeinletmein', '123456789012345'])(
    '%s is too easy to guess',
    (password) => {
      expect(passwordProblem(password, ada)).toMatch(/guess|tried first/);
    },
  );

  test.each([
    'Ada.Lovelace.1815!',
    'lovelace-acmecorp',
    'entranceadmin2024',
    'Admin123456!',
    'entrance-admin-console',
  ])('%s is too much of the account’s own words', (password) => {
    expect(passwordProblem(password, ada)).toContain('own name');
  });

  test('that is short is told how long it has to be, in characters that people see', () => {
    expect(passwordProblem('violin', ada)).toContain('at least 12 characters; this has 6');
    expect(passwordProblem('🎻🎺🥁🎷🎸', ada)).toContain('this has 5');
    expect(passwordProblem('e\u0301'.repeat(3), ada)).toContain('this has 3');
  });

  test('may be long, but not endless', () => {
    const long = 'plum-harbour-violin-92 '.repeat(44);
    expect(passwordProblem(long, ada)).toBeUndefined();
    expect(passwordProblem(`${long} and a little more`, ada)).toContain('1,024');
  });

  test('is held to the length that was asked for, without anybody’s name too', () => {
    expect(passwordProblem('plum-harbour', { minLength: 8 })).toBeUndefined();
    expect(passwordProblem('plum-harbour-violin-92', { minLength: 40 })).toContain('at least 40');
  });
});
