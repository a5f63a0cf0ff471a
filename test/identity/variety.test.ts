import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secretProblem } from '#entrance/identity/secret-problem.js';
import { varietyOf } from '#entrance/identity/variety.js';

/** The least that any secret has to have here, bits. */
const LEAST = 32;

const bytes = (length: number) => fc.noShrink(fc.constant(0)).map(() => randomBytes(length));
const characters = (alphabet: string, length: number) =>
  bytes(length).map((random) => [...random].map((byte) => alphabet[byte % alphabet.length]).join(''));

describe('what people type in place of something random has too little variety', () => {
  test.each([
    '1234567890',
    '9876543210987654321',
    'abcdefghijklmnop',
    '0123456789abcdef',
    'qwertyuiop1234567890',
    'azertyuiopqsdfgh',
    '1q2w3e4r5t6y7u8i9o0p',
    '1qaz2wsx3edc4rfv5tgb',
    '!@#$%^&*()_+',
    '11112222333344445555666677778888',
    'AAAABBBBCCCCDDDDEEEEFFFFGGGG',
    '112233445566778899aabbccddeeff00',
    '0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d',
    'deadbeefdeadbeefcafebabecafebabe',
    'prometheus-metrics-token',
    'metrics-scrape-token-harbour',
    'monitoring_bearer_token_production',
    'HarbourClientSecret',
    'sixteen-letters-',
    'abcd1234abcd1234abcd1234efgh5678',
  ])('%s', (text) => {
    expect(varietyOf(text)).toBeLessThan(LEAST);
  });

  test('any piece of an alphabet or a row of keys, in any case and direction, and repeated', () => {
    const rows = [
      'abcdefghijklmnopqrstuvwxyz',
      '1234567890',
      'qwertyuiop',
      'asdfghjkl',
      '1q2w3e4r5t6y7u8i9o0p',
    ];
    const piece = fc
      .tuple(
        fc.constantFrom(...rows),
        fc.nat({ max: 4 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
      )
      .map(([row, start, isUpper, isBackwards, times]) => {
        const cased = (isUpper ? row.toUpperCase() : row).slice(start);
        return (isBackwards ? [...cased].reverse().join('') : cased).repeat(times);
      });
    fc.assert(fc.property(piece, (text) => expect(varietyOf(text)).toBeLessThan(LEAST)));
  });
});

describe('what generators make has variety enough', () => {
  test.each<[string, fc.Arbitrary<string>]>([
    ['openssl rand -base64 18', bytes(18).map((random) => random.toString('base64'))],
    ['openssl rand -hex 16', bytes(16).map((random) => random.toString('hex'))],
    ['32 lower-case letters', characters('abcdefghijklmnopqrstuvwxyz', 32)],
    ['32 letters and digits of base32', characters('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 32)],
    ['40 digits', characters('0123456789', 40)],
    ['Entra', characters('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789~._-', 40)],
  ])('%s', (_, secrets) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(varietyOf(secret)).toBeGreaterThanOrEqual(LEAST);
        expect(secretProblem(secret)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('a phrase of four unrelated words too, and twice as many have enough to sign with', () => {
    expect(varietyOf('plum-kettle-orbit-sandal')).toBeGreaterThanOrEqual(LEAST);
    expect(varietyOf('plum-kettle-orbit-sandal-violin-magnet-lamps-harbour')).toBeGreaterThanOrEqual(
      2 * LEAST,
    );
  });
});
