import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secretProblem } from '#entrance/identity/secret-problem.js';
import { varietyOf } from '#entrance/identity/variety.js';

const references = readFileSync(new URL('../fixtures/unresolved-references.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');

describe('refused as a reference that nothing resolved', () => {
  test.each(references)('%s', (text) => {
    expect(secretProblem(text)).toMatch(/reference that was not resolved/);
  });
});

describe('refused as something else than the secret', () => {
  test.each([
    ['encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLE', /encrypted/],
    ['ENC[AES256_GCM,data:9k2,iv:8f,tag:3c,type:str]', /encrypted/],
    ['$ANSIBLE_VAULT;1.1;AES256;66386439653236336462626566653063', /encrypted/],
    ['/run/secrets/session_secret', /path of a file/],
    ['/etc/harbour-secrets/session', /path of a file/],
    ['https://harbour.vault.azure.net/secrets/session', /address/],
    ['{"username":"harbour","password":"Zx8aBcDeF"}', /JSON object/],
  ])('%s', (text, words) => {
    expect(secretProblem(text)).toMatch(words);
  });
});

describe('refused as a placeholder', () => {
  test.each([
    '__REPLACE_ME__with_a_long_random_text__',
    '__REPLACE_ME__',
    '< replace me >',
    'Replace-This-Secret',
    'replace with a long random value',
    'changeme',
    'ChangeMe!',
    'CHANGE_ME_IN_PRODUCTION',
    'change-this-please',
    'changeme-changeme',
    'changemechangemechangemechangeme',
    '<the output of: openssl rand -base64 48>',
    'the output of `openssl rand -base64 48`',
    '<your secret>',
    'your-entra-client-secret-value',
    'your_admin_password',
    'YourClientSecret123',
    'insert your token here',
    'my-super-secret-key',
    'SuperSecretPassword!',
    'this-is-a-secret',
    'secret',
    'Password1',
    'ｐａｓｓｗｏｒｄ',
    'todo',
    'TODO: ask the platform team',
    'tbd',
    'example',
    'sample-token',
    'test-secret',
    'dummy_value',
    'placeholder-for-the-metrics-token',
    'to be defined',
    'undefined',
    '[REDACTED]',
    'keyboard cat',
  ])('%s', (text) => {
    expect(secretProblem(text)).toMatch(/placeholder/);
  });

  test('the documentation’s text in place of an example', () => {
    const advice = 'four or more unrelated words, or what a password manager makes';
    expect(secretProblem(advice)).toBeUndefined();
    expect(
      secretProblem(`“Four or more unrelated words, or what a password manager makes.”`, advice),
    ).toMatch(/placeholder/);
  });
});

test.each([
  'x',
  'xxxx',
  '********',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  'harbour-harbour-harbour',
  'abcabcabc',
  '1212',
])('refused as one piece over and over: %s', (text) => {
  expect(secretProblem(text)).toMatch(/over and over/);
});

test.each([
  ['0123456789abcdef0123456789abcdef0123456789ab'],
  ['abcdefghijklmnopqrstuvwxyz0123456789'],
  ['qwertyuiopasdfghjklzxcvbnm123456'],
  ['9876543210zyxwvutsrqponmlkjihgfe'],
  ['passwordpasswordpassword12345678'],
  ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'],
])('%s has little variety for its length', (text) => {
  expect(varietyOf(text)).toBeLessThan(32);
});

const words = [
  'plum',
  'kettle',
  'orbit',
  'sandal',
  'harbour',
  'violin',
  'lamps',
  'magnet',
  'example',
  'change',
  'secret',
];
const bytes = (length: number) =>
  fc.noShrink(fc.integer({ min: 0, max: 2 ** 30 })).map(() => randomBytes(length));
const characters = (alphabet: string, length: number) =>
  bytes(length).map((random) => [...random].map((byte) => alphabet[byte % alphabet.length]).join(''));

describe('never refuses what generators make', () => {
  test.each<[string, fc.Arbitrary<string>]>([
    ['openssl rand -base64 48', bytes(48).map((random) => random.toString('base64'))],
    ['openssl rand -hex 32', bytes(32).map((random) => random.toString('hex'))],
    ['openssl rand -hex 16', bytes(16).map((random) => random.toString('hex'))],
    ['base64url', bytes(32).map((random) => random.toString('base64url'))],
    ['uuidgen', bytes(1).map(() => randomUUID())],
    ['Entra', characters('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789~._-', 40)],
    [
      'a password manager',
      characters('abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!@.-_*%$', 32),
    ],
  ])('%s', (_, secrets) => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(secretProblem(secret, 'the output of `openssl rand -base64 48`')).toBeUndefined();
        expect(varietyOf(secret)).toBeGreaterThanOrEqual(64);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    'rAUVkHEbinod$CFh@PZ9_KVENYXS%%d-',
    'rAUVkHEbinod$CFh%PZ9_KVENYXS%%d-',
    'x9@AB2_CD@Qm!d$3kPz7Lw',
  ])('letters between two signs by chance: %s', (secret) => {
    expect(secretProblem(secret)).toBeUndefined();
  });

  test.each(['%ADMIN_KEY%', 'prefix-@MY_SECRET@', 'redis://%REDIS_HOST%:6379'])('a token: %s', (text) => {
    expect(secretProblem(text)).toMatch(/reference/);
  });

  test('phrases of four to seven different words, in any dress', () => {
    const phrase = fc
      .tuple(
        fc.uniqueArray(fc.constantFrom(...words.slice(0, 8)), { minLength: 3, maxLength: 6 }),
        fc.constantFrom(...words),
        fc.constantFrom('-', ' ', '.', '_', '1', ''),
      )
      .map(([some, one, between]) => [...some, one].join(between));
    fc.assert(fc.property(phrase, (secret) => expect(secretProblem(secret)).toBeUndefined()));
  });

  test.each([
    'k9fWq3tYp0Zr8xLm2NvB6sHd4JgC7aTeUoIyRwXzQ1M',
    'Zx8~aB.cD_eF-gH1iJ2kL3mN4oP5qR6sT7uV8wX9',
    'plum$kettle$orbit7',
    'plum%kettle%orbit',
    'pl{um}-{kettle}',
    '<plum>kettle#orbit',
    '48291047563829165a',
  ])('%s', (secret) => {
    expect(secretProblem(secret)).toBeUndefined();
  });
});

test('the answer never quotes the text', () => {
  fc.assert(
    fc.property(
      fc.tuple(
        fc.constantFrom('${', 'op://', '<', 'changeme-', '{{', 'https://', '/run/secrets/', 'encrypted:', ''),
        fc.constantFrom('}', '>', '}}', '', '-here'),
      ),
      ([before, after]) => {
        expect(secretProblem(`${before}QZX7QZX7${after}`) ?? '').not.toContain('QZX7');
      },
    ),
  );
});

test('texts that are made to be slow to look at are answered at once', () => {
  for (const text of [
    `${'-'.repeat(100_000)}x`,
    `your${'_a'.repeat(50_000)}`,
    `${'password'.repeat(9_000)}q`,
  ])
    expect(typeof (secretProblem(text) ?? '')).toBe('string');
});
