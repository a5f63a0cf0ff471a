import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  cleanText,
  displayText,
  hiddenCharacter,
  parseText,
  searchText,
  trimHidden,
} from '#entrance/identity/text.js';
import { graphemes, oddText, UNSEEN } from '../support/odd-text.js';

describe('a text that people read', () => {
  test.each([
    ['a direction', '\u202Enimda mroftalP', 'nimda mroftalP'],
    ['an isolate', 'Ada\u2066 Lovelace', 'Ada Lovelace'],
    ['a soft hyphen', 'Pl\u00ADatform', 'Platform'],
    ['a tag', 'Ada\u{E0041}', 'Ada'],
    ['a variation selector alone', 'Ada\uFE0F', 'Ada'],
    ['a joiner between Latin letters', 'plat\u200Dform', 'platform'],
    ['a flag of tags', '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}', '🏴'],
    ['NUL and ESC', 'A\0da\u001B[31m', 'Ada[31m'],
    ['C1 controls', 'Ada\u009B31m', 'Ada31m'],
    ['a mark that would sit on what stands before', '\u0301Ada', 'Ada'],
    ['a noncharacter', 'Ada\uFFFE', 'Ada'],
  ])('loses %s', (_kind, text, clean) => {
    expect(displayText(text, 200)).toBe(clean);
  });

  test.each([
    ['line ends', 'Ada\nLovelace\r\n', 'Ada Lovelace'],
    ['U+2028 and NEL', 'Ada\u2028Love\u0085lace', 'Ada Love lace'],
    ['tabs and no-break spaces', ' Ada\t\u00A0Lovelace\u3000', 'Ada Lovelace'],
    ['blank braille', 'Ada\u2800Lovelace', 'Ada Lovelace'],
  ])('has one blank for %s', (_kind, text, clean) => {
    expect(displayText(text, 200)).toBe(clean);
  });

  test.each([
    ['of a family', '👨\u200D👩\u200D👧'],
    ['with a colour of skin', '👩🏽\u200D💻 Ada'],
    ['with a form', '👁\uFE0F\u200D🗨\uFE0F ❤\uFE0F 1\uFE0F\u20E3'],
    ['of Persian', 'نامه\u200Cای'],
    ['of Hindi', 'क्\u200Dष'],
    ['of a Japanese name', '渡邉\u{E0100}'],
  ])('keeps the joiners and forms %s', (_kind, text) => {
    expect(displayText(text, 200)).toBe(text);
  });

  test.each([
    '',
    '  ',
    '\u200B\u200B',
    '\u3164',
    '\u115F\u1160',
    '\uFFA0',
    '\u2800',
    '\u180E',
    '\u034F',
    '\uFE0F',
    '\uFEFF',
    '\u0301',
    '\u202E\u2069',
    '\u{13441}',
  ])('of which nothing can be seen is none (%j)', (text) => {
    expect(displayText(text, 200)).toBeUndefined();
    expect(parseText(text, 200)).toMatchObject({ problem: 'has no visible character' });
  });

  test('has U+FFFD for half a character', () => {
    expect(displayText('Ada \uD83D', 200)).toBe('Ada \uFFFD');
    expect(displayText('\uDC00Ada', 200)).toBe('\uFFFDAda');
  });

  test('is cut between characters as people see them', () => {
    expect(displayText(`A${'a'.repeat(198)}😀`, 200)).toBe(`A${'a'.repeat(198)}😀`);
    expect(displayText(`A${'a'.repeat(198)}😀`, 199)).toBe(`A${'a'.repeat(198)}`);
    expect(displayText('👨\u200D👩\u200D👧👨\u200D👩\u200D👧', 6)).toBe('👨\u200D👩\u200D👧');
    expect(displayText('e\u0301'.repeat(300), 200)).toBe('é'.repeat(200));
  });

  test('has no pile of marks, and no character of any length', () => {
    expect(displayText(`Z${'\u0300\u0316'.repeat(400)}algo`, 200)?.length).toBeLessThanOrEqual(9);
    expect(displayText('👩\u200D'.repeat(400), 200)).toBeUndefined();
    expect(displayText(`Ada ${'👩\u200D'.repeat(400)}`, 200)).toBe('Ada');
  });

  test('is refused where a person typed more, and not cut', () => {
    expect(parseText('x'.repeat(101), 100)).toEqual({ problem: 'is longer than 100 characters' });
    expect(parseText(` ${'x'.repeat(100)}\u200B`, 100)).toEqual({ text: 'x'.repeat(100) });
  });

  test('holds nothing that can’t be seen, and cleaning it again changes nothing', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        const clean = cleanText(text);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(UNSEEN);
        expect(clean).toBe(clean.trim());
        expect(clean).not.toContain('  ');
        expect(cleanText(clean)).toBe(clean);
        expect(clean === '' || /^[\p{L}\p{N}\p{P}\p{S}\p{Co}\p{Cn}]/u.test(clean)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is never longer than it may be, and never cut within a character', () => {
    fc.assert(
      fc.property(oddText, fc.integer({ min: 1, max: 12 }), (text, most) => {
        const shown = displayText(text, most);
        if (shown === undefined) return;
        expect(graphemes(shown).length).toBeLessThanOrEqual(most);
        expect(shown.length).toBeLessThanOrEqual(2 * most);
        const whole = cleanText(text.slice(0, 16 * most));
        expect(whole.startsWith(shown)).toBe(true);
        const ends = [0, ...graphemes(whole).map((_, index, all) => all.slice(0, index + 1).join('').length)];
        const rest = whole.slice(shown.length);
        expect(ends.includes(shown.length) || /^[\s\u200C\u200D]/u.test(rest)).toBe(true);
        expect(displayText(shown, most)).toBe(shown);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a text that is compared', () => {
  test.each([
    ['uwe\u200B@acmecorp.com', 'an invisible character (U+200B) at position 4'],
    ['\u200Buwe\u202E@acmecorp.com\uFEFF', 'an invisible character (U+202E) at position 4'],
    ['a😀\u{E0041}b', 'an invisible character (U+E0041) at position 3'],
    ['a\u009Bb', 'a control character (U+009B) at position 2'],
    ['a\uD83Db', 'half a character (U+D83D) at position 2'],
    ['a\u3164b', 'an invisible character (U+3164) at position 2'],
  ])('names what nobody sees in it: %j', (text, words) => {
    expect(hiddenCharacter(text)).toBe(words);
  });

  test('has nothing hidden at its ends', () => {
    expect(trimHidden('\u200B \u00A0uwe\u00AD\u2060\n')).toBe('uwe');
    expect(trimHidden('\u200B\u200B')).toBe('');
    expect(hiddenCharacter('\uFEFFuwe\u200B')).toBeUndefined();
  });

  test('is found without what nobody sees', () => {
    expect(searchText('Pl\u00ADat\u200Dform\u202E')).toBe('Platform');
    fc.assert(
      fc.property(oddText, (text) => {
        expect(hiddenCharacter(searchText(text))).toBeUndefined();
        expect(searchText(searchText(text))).toBe(searchText(text));
      }),
    );
  });
});
