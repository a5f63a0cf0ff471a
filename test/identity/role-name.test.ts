import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRoleName } from '#entrance/identity/role-name.js';
import { anyText } from '../support/any-text.js';

const problemOf = (text: string) => {
  const parsed = parseRoleName(text);
  return 'problem' in parsed ? parsed.problem : undefined;
};
const builtIn = ['platform_admin', 'platform_viewer'] as const;

describe('the name of a role', () => {
  test.each([
    'platform_admin',
    'platform_viewer',
    'developer',
    'Billing.Reader',
    'a:b/c@d+e&f=g-h',
    'Lesezugriff',
    'Éditeur',
    '管理者',
    'редактор',
    '1',
  ])('%s is taken as it is', (name) => {
    expect(parseRoleName(name)).toEqual({ name });
  });

  test('is taken without blanks around it', () => {
    expect(parseRoleName('\t platform_viewer ')).toEqual({ name: 'platform_viewer' });
  });

  test.each([
    '',
    ' ',
    'two words',
    '"developer"',
    '“developer”',
    'developer # x',
    '{developer}',
    '[a]',
    'a;b',
    'a,b',
    'a|b',
    'a\nb',
    'a\u0000',
    'a\u009b',
    'dev\u200beloper',
    '\u202ereader',
    'a\u{e0041}',
    '\ufeffdeveloper',
    'a\u00a0b',
    'a\u3164',
    '<role>',
    '$ROLE',
    'a\\b',
    '\ud800',
    'x'.repeat(101),
  ])('%j is refused', (name) => {
    expect(problemOf(name)).toMatch(/isn’t a role/);
  });

  test.each([
    ['PLATFORM_ADMIN', 'platform_admin'],
    ['Platform_Viewer', 'platform_viewer'],
    ['platform-viewer', 'platform_viewer'],
    ['platform viewer', 'platform_viewer'],
    ['platform.admin', 'platform_admin'],
    ['PlatformAdmin', 'platform_admin'],
    ['platform__admin', 'platform_admin'],
    ['"platform_viewer"', 'platform_viewer'],
    ['platform_admin\u200b', 'platform_admin'],
    ['\u2060platform_admin', 'platform_admin'],
    ['platform\u00ad_admin', 'platform_admin'],
    ['platform_admin\ufeff', 'platform_admin'],
    ['platform_admin\n', 'platform_admin'],
    ['ｐｌａｔｆｏｒｍ＿ａｄｍｉｎ', 'platform_admin'],
    ['𝐩latform_admin', 'platform_admin'],
    ['plátform_admin', 'platform_admin'],
    ['platform_admın', 'platform_admin'],
    ['p1atform_admin', 'platform_admin'],
    ['platf0rm_viewer', 'platform_viewer'],
    ['platform_vıewer\ufe0f', 'platform_viewer'],
  ])('%j isn’t a role beside %s: it says which was meant', (name, meant) => {
    expect(problemOf(name)).toContain(`(did you mean ${meant}?)`);
  });

  test.each(['plаtform_admin', 'platform_аdmin', 'ρlatform_admin', 'ᴘlatform_admin', 'plɑtform_admin'])(
    '%s has letters of another alphabet that look like Latin ones',
    (name) => {
      expect(problemOf(name)).toMatch(/another alphabet/);
    },
  );

  test('a message shows what can’t be seen, and never the whole of a long text', () => {
    expect(problemOf('platform_admin\u200b')).toContain('“platform_admin\\u{200b}”');
    expect(problemOf(`\u202e${'x'.repeat(10_000)}`)?.length).toBeLessThan(500);
  });

  test('nothing that reads like a built-in role is accepted, but the role itself', () => {
    const invisible = fc.constantFrom(
      '\u200b',
      '\u200d',
      '\u2060',
      '\ufeff',
      '\u00ad',
      '\u034f',
      '\u061c',
      '\ufe0f',
      '\u{e0020}',
    );
    const disguises: readonly ((letter: string) => string)[] = [
      (letter) => letter,
      (letter) => letter.toUpperCase(),
      (letter) => (letter === '_' ? '-' : letter),
      (letter) => (letter === '_' ? ' ' : letter),
      (letter) => (letter === '_' ? '' : letter),
      (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0),
      (letter) => `${letter}\u0301`,
      (letter) => ({ a: 'а', o: 'о', p: 'р', e: 'е', i: 'і' })[letter] ?? letter,
      (letter) => ({ l: '1', i: 'ı', o: '0' })[letter] ?? letter,
    ];
    const disguised = fc
      .constantFrom(...builtIn)
      .chain((role) =>
        fc.tuple(
          fc.constant(role),
          fc.array(fc.constantFrom(...disguises), { minLength: role.length, maxLength: role.length }),
          fc.array(fc.option(invisible, { nil: '' }), { minLength: role.length, maxLength: role.length }),
        ),
      )
      .map(([role, changes, marks]) => ({
        role,
        name: [...role].map((letter, index) => `${changes[index]?.(letter)}${marks[index]}`).join(''),
      }));
    fc.assert(
      fc.property(disguised, ({ role, name }) => {
        expect(problemOf(name) === undefined).toBe(name === role);
      }),
    );
  });

  test('what is accepted has no blank, quotation mark, bracket, separator or character out of sight', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 30 }), (text) => {
        const parsed = parseRoleName(text);
        if ('name' in parsed) expect(parsed.name).not.toMatch(/[\s\p{C}\p{Z}"'`“”„«»{}[\];,#|<>]|^$/u);
      }),
    );
  });
});
