import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isShortened, parseReturnPath } from '#entrance/identity/return-path.js';
import { anyText } from '../support/any-text.js';

const hostile = readFileSync(new URL('../fixtures/hostile-return-paths.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');

describe('a return path', () => {
  test.each(hostile)('is not %s', (text) => {
    expect(parseReturnPath(text)).toBeUndefined();
  });

  test.each(['/\tevil', '/\n/evil', '/\0', `/${'a'.repeat(2_048)}`, ['/admin'], 7, undefined])(
    'is not %j',
    (value) => {
      expect(parseReturnPath(value)).toBeUndefined();
    },
  );

  test.each(['/', '/admin', '/admin/users?q=ada&sort=-email', '/reports/2026#top', '/a%2F%2Fb'])(
    'may be %s',
    (path) => {
      expect(parseReturnPath(path)).toBe(path);
    },
  );

  const long = (length: number) => 'a'.repeat(length);
  test.each([
    ['kept whole', `/r?q=${long(2_043)}`, `/r?q=${long(2_043)}`, false],
    ['without its query', `/r?q=${long(2_044)}`, '/r', true],
    ['without its query, however long', `/r?q=${long(16_000)}`, '/r', true],
    ['without what stands behind #', `/r?q=7#${long(2_044)}`, '/r?q=7', true],
    ['kept, as long as it is when encoded', `/r?q=${'é'.repeat(340)}`, `/r?q=${'%C3%A9'.repeat(340)}`, false],
    ['shortened, as long as it is when encoded', `/r?q=${'é'.repeat(341)}`, '/r', true],
  ])('of the longest address is %s', (_name, text, path, shortened) => {
    expect(parseReturnPath(text)).toBe(path);
    expect(isShortened(text)).toBe(shortened);
  });

  test('never leads back into the sign-in of a console with a path prefix', () => {
    expect(parseReturnPath('/tools/admin/login', '/tools')).toBeUndefined();
    expect(parseReturnPath('/tools/admin', '/tools')).toBe('/tools/admin');
  });

  test('stays on this origin, whatever text comes', () => {
    const origin = 'https://gateway.acmecorp.com';
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '.',
      '..',
      '//',
      '@',
      ':',
      'evil.example',
      '%2f',
      '%5c',
      '\t',
      '?',
      '#',
      'admin',
      'https:',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          fc.array(pieces).map((all) => `/${all.join('')}`),
        ),
        (text) => {
          const path = parseReturnPath(text);
          if (path !== undefined) expect(new URL(path, origin).origin).toBe(origin);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
