import { toUSVString } from 'node:util';

/** A mark of one script alone, such as a vowel sign of Devanagari, is a letter to its readers, so it stays. */
const ACCENTS = /\p{Script=Inherited}/gu;

/**
 * Letters that Unicode doesn’t decompose, with the letters that people type for them; and the sigma at the end of a
 * word. The table doesn’t come from a library, since the stored order by name rests on it: a change needs another
 * `NAMES_FORM` in `directory/redis/keys.ts`.
 */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['þ', 'th'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['ħ', 'h'],
  ['ı', 'i'],
  ['ł', 'l'],
  ['ŋ', 'n'],
  ['ŧ', 't'],
  ['ə', 'e'],
  ['ɛ', 'e'],
  ['ɔ', 'o'],
  ['ɓ', 'b'],
  ['ɗ', 'd'],
  ['ƙ', 'k'],
  ['ƴ', 'y'],
  ['ς', 'σ'],
]);
const OTHER_LETTERS = new RegExp(`[${[...LETTERS.keys()].join('')}]`, 'g');
const ASCII = /^[ -~]*$/;

/** Text in a form to compare: without regard to case, and to the encoding of accents. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return toUSVString(text).normalize('NFC').toLowerCase().replaceAll('\0', ' ');
}

/** Text in a form to search: like `fold`, and without accents. “Émile” and “Łukasz” are “emile” and “lukasz”. */
export function foldAccents(text: string): string {
  const folded = fold(text);
  if (ASCII.test(folded)) return folded;
  return folded
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .replace(OTHER_LETTERS, (letter) => LETTERS.get(letter) ?? letter)
    .normalize('NFC');
}
