import { toUSVString } from 'node:util';

/** Marks that several scripts share. A mark of one script alone, such as a vowel sign of Devanagari, is a letter to its readers. */
const ACCENTS = /\p{Script=Inherited}/gu;

/**
 * Letters that Unicode doesn’t take apart, as people write them on a keyboard without them; and the sigma that ends a word. The table
 * isn’t a library’s, since the stored order by name rests on it: another table needs another `NAMES_FORM` in `directory/redis-keys.ts`.
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

/** Text as it is compared: without regard to case and to how its accents are encoded. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return toUSVString(text).normalize('NFC').toLowerCase().replaceAll('\0', ' ');
}

/** Text as people look for it: also without regard to accents. “Émile” and “Łukasz” are “emile” and “lukasz”. */
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
