import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, foldAccents } from '#entrance/identity/fold.js';
import { anyText } from '../support/any-text.js';

test.each([
  ['Émile Roux', 'emile roux'],
  ['E\u0301mile', 'emile'],
  ['Åsa Berg', 'asa berg'],
  ['Łukasz', 'lukasz'],
  ['İpek Yıldız', 'ipek yildiz'],
  ['IRMAK', 'irmak'],
  ['Nguyễn Đặng', 'nguyen dang'],
  ['Søren Ærø', 'soren aero'],
  ['Þór Guðmundsson', 'thor gudmundsson'],
  ['Strauß', 'strauss'],
  ['STRAUẞ', 'strauss'],
  ['Œuvre', 'oeuvre'],
  ['Əliyev', 'eliyev'],
  ['Ａｄａ', 'ada'],
  ['Οδυσσέας', 'οδυσσεασ'],
  ['ΟΔΥΣ', 'οδυσ'],
  ['Ёлкин', 'елкин'],
  ['أحمد', 'احمد'],
  ['が', 'か'],
  ['김민준', '김민준'],
])('without case and accents %s is %s', (name, folded) => {
  expect(foldAccents(name)).toBe(folded);
});

test('vowels that a script writes as marks stay: names that differ by them are different names', () => {
  expect(foldAccents('मीना')).not.toBe(foldAccents('मोना'));
  expect(foldAccents('मीना')).toBe('मीना');
});

test('a folded text folds to itself, and the case of a name doesn’t matter', () => {
  fc.assert(
    fc.property(anyText({ maxLength: 12 }), (text) => {
      expect(foldAccents(foldAccents(text))).toBe(foldAccents(text));
      expect(foldAccents(fold(text))).toBe(foldAccents(text));
      expect(foldAccents(text)).not.toContain('\0');
    }),
    { numRuns: 500 },
  );
});
