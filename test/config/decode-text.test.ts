import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ConfigError } from '#entrance/config/config-error.js';
import { decodeText, NoText } from '#entrance/config/decode-text.js';
import { causeOf } from '#entrance/config/file-cause.js';
import { readPeople } from '#entrance/people/people-csv.js';
import { parseConfig } from '#entrance/settings.js';

describe('the bytes of a file', () => {
  test('are the text that was written, or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        let text: string;
        try {
          text = decodeText(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(NoText);
          return;
        }
        const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? '\ufeff' : '';
        expect(Buffer.from(mark + text).equals(bytes)).toBe(true);
        expect(text).not.toContain('\0');
      }),
      { numRuns: 1_000 },
    );
  });

  test('in UTF-16 are refused by that name, with a mark and without, in both orders', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 3 }),
        fc.constantFrom('', '\ufeff'),
        fc.boolean(),
        (text, mark, swapped) => {
          const bytes = Buffer.from(mark + text, 'utf16le');
          if (swapped) bytes.swap16();
          expect(() => decodeText(bytes)).toThrow(/UTF-16: save it as UTF-8/);
        },
      ),
    );
  });

  test('of a CSV file too', async () => {
    for (const [text, problem] of [
      ['email\na@contoso.com\n'.split('').join('\0'), /holds the character NUL.*CSV UTF-8/],
      ['email\nJ\ufffdrg@contoso.com\n', /isn’t in UTF-8/],
    ] as const)
      expect((await readPeople(text)).problems[0]?.problem).toMatch(problem);
  });
});

describe('a secret’s file', () => {
  const problemOf = (bytes: Buffer) => {
    try {
      parseConfig(
        { PLATFORM_ADMIN_EMAIL: 'admin@harbour.example', PLATFORM_ADMIN_PASSWORD_FILE: '/pw' },
        { files: { read: () => bytes, stamp: () => '' } },
      );
    } catch (error) {
      if (error instanceof ConfigError) return error.problems.map((one) => `${one.variable} ${one.problem}`);
    }
    return [];
  };

  test.each([
    ['UTF-16', Buffer.from('\ufeffplum-kettle-orbit-sandal', 'utf16le'), /isn’t UTF-8 but UTF-16/],
    ['UTF-16 with a line end', Buffer.from('\ufeffplum-kettle-orbit-sandal\r\n', 'utf16le'), /UTF-16/],
    ['UTF-16 without a mark', Buffer.from('plum-kettle-orbit-sandal', 'utf16le'), /UTF-16/],
    ['Latin-1', Buffer.from('plümkettle-orbit-sandal', 'latin1'), /isn’t UTF-8/],
    ['with a NUL', Buffer.from('plum-kettle\0-orbit-sandal'), /NUL/],
    ['with an escape', Buffer.from('plum-kettle\x1b-orbit-sandal'), /control character \(U\+001B\)/],
  ])('in %s is refused by the name of its variable', (_, bytes, words) => {
    const [problem, ...others] = problemOf(bytes);
    expect(others).toEqual([]);
    expect(problem).toMatch(/^PLATFORM_ADMIN_PASSWORD_FILE names a file /);
    expect(problem).toMatch(words);
  });

  test('that turns into bytes of another kind keeps its last good value', () => {
    let [bytes, now] = [Buffer.from('plum-kettle-orbit-sandal\n'), 0];
    const { localAccounts } = parseConfig(
      { PLATFORM_ADMIN_EMAIL: 'admin@harbour.example', PLATFORM_ADMIN_PASSWORD_FILE: '/pw' },
      { files: { read: () => bytes, stamp: () => String(bytes.length) }, clock: { now: () => now } },
    );
    const good = 'plum-kettle-orbit-sandal';
    for (const [next, value] of [
      [Buffer.from('kettle-plum-sandal-orbit', 'utf16le'), good],
      [Buffer.from('changeme-changeme'), good],
      [Buffer.from('kettle-plum-sandal-orbit  \n'), 'kettle-plum-sandal-orbit'],
    ] as const) {
      [bytes, now] = [next, now + 1_000];
      expect(localAccounts.administrator?.password.value()).toBe(value);
    }
  });
});

test.each([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'a part of its path is no directory'],
  ['EISDIR', 'it is a directory'],
  ['EACCES', 'permission denied'],
  ['ELOOP', 'its link leads in a circle'],
  ['EIO', 'the system says EIO'],
])('%s is said in words', (code, words) => {
  expect(causeOf(Object.assign(new Error(code), { code, path: '/nowhere/at/all' }))).toBe(words);
});
