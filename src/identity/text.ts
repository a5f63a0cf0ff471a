import { withoutEnding } from '../words.js';

/**
 * Text that a person, program or directory gives, and that others read or that is compared. `displayText` cleans a text
 * to show. A text to compare, such as an address, is refused instead: see `hiddenCharacter`.
 */

/** Invisible and not a blank: formats (Cf), default ignorables, and blanks that Unicode counts as letters. */
export const HIDDEN =
  '\\p{Cf}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}\\uFFFC\\u{13441}\\u{13442}\\u{16FE4}\\u{1D159}';
/** Scripts that spell words with joiners (Unicode 17, §23.2). */
const JOINING_SCRIPTS = [
  ...['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Khmer', 'Sinhala', 'Devanagari', 'Bengali', 'Gurmukhi'],
  ...['Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam'],
]
  .map((script) => `\\p{Script=${script}}`)
  .join('');
/** They belong to the character before them: joiners in words and emoji, variants of emoji and of Han. */
const NEEDED = [
  `(?<=(?=\\p{L})[${JOINING_SCRIPTS}]\\p{M}{0,4})[\\u200C\\u200D](?=\\p{L})(?=[${JOINING_SCRIPTS}])`,
  '(?<=\\p{Extended_Pictographic}[\\uFE0F\\p{Emoji_Modifier}]?)\\u200D(?=\\p{Extended_Pictographic})',
  '(?<=\\p{Extended_Pictographic})\\uFE0F',
  '(?<=[\\d#*])\\uFE0F(?=\\u20E3)',
  '(?<=\\p{Script=Han})[\\u{E0100}-\\u{E01EF}]',
].join('|');

const BLANKS = /[\s\p{Z}\u0085\u2800]+/gu;
const DROPPED = new RegExp(`(${NEEDED})|[\\p{Cc}${HIDDEN}]`, 'gu');
/** UTS 39 §5.4 allows four nonspacing marks in a row. */
const TOO_MANY_MARKS = /([\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]+/gu;
/** Marks at the start, which would sit on a character of the text before. */
const DANGLING = /^[\s\p{M}]+/u;
const DANGLING_AT_THE_END = ' \u200C\u200D';
/** Units read for each character of the result, since cleaning also takes time for those that it drops. */
const READ_UNITS = 16;
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** One line of visible characters; empty if nothing is visible. A clean text doesn't change. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text;
  const visible = text.toWellFormed().replace(BLANKS, ' ').replace(DROPPED, '$1');
  return withoutDangling(compose(visible));
}

/** Before NFC, which takes quadratic time for a row of marks, and after, since NFC makes two marks of some. */
function compose(text: string): string {
  const bounded = text.replace(TOO_MANY_MARKS, '$1').normalize('NFC');
  return bounded.replace(TOO_MANY_MARKS, '$1').replace(BLANKS, ' ');
}

/**
 * A text to show to others: clean, and cut between characters as people see them.
 * @param mostUnits the most UTF-16 units, since one such character may hold any number of them
 * @returns undefined if no character is visible
 */
export function displayText(text: string, most: number, mostUnits = 2 * most): string | undefined {
  const clean = cleanText(text.slice(0, READ_UNITS * most));
  return (clean.length <= most ? clean : cut(clean, most, mostUnits)) || undefined;
}

/** A text that is too long isn’t cut, since the person wouldn't know. */
export function parseText(
  text: string,
  most: number,
  mostUnits?: number,
): { readonly text: string } | { readonly problem: string; readonly isEmpty?: boolean } {
  if (text.length > READ_UNITS * most) return { problem: tooLong(most) };
  const clean = cleanText(text);
  if (clean === '') return { problem: 'has no visible character', isEmpty: true };
  return displayText(clean, most, mostUnits) === clean ? { text: clean } : { problem: tooLong(most) };
}

function tooLong(most: number): string {
  return `is longer than ${most} characters`;
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

function cut(text: string, most: number, mostUnits: number): string {
  let end = 0;
  let count = 0;
  for (const { segment } of characters.segment(text)) {
    if (count === most || end + segment.length > mostUnits) break;
    end += segment.length;
    count += 1;
  }
  return withoutDangling(text.slice(0, end));
}

/** Expects a text whose blanks are all ordinary ones. */
function withoutDangling(text: string): string {
  return withoutEnding(text.replace(DANGLING, ''), DANGLING_AT_THE_END);
}

const AT_AN_END = new RegExp(`[\\s\\p{Z}\\u2800${HIDDEN}]`, 'u');
const UNREADABLE = new RegExp(`[\\p{Cc}\\p{Cs}\\u2028\\u2029\\u2800${HIDDEN}]`, 'u');
const ALL_UNREADABLE = new RegExp(UNREADABLE.source, 'gu');

/** A text to compare, without the blanks and hidden characters that copying leaves at its ends. */
export function trimHidden(text: string): string {
  const characters = [...text];
  const first = characters.findIndex((one) => !AT_AN_END.test(one));
  const last = characters.findLastIndex((one) => !AT_AN_END.test(one));
  return characters.slice(Math.max(0, first), last + 1).join('');
}

export function searchText(text: string): string {
  if (PLAIN.test(text)) return text;
  return compose(text.replace(BLANKS, ' ').replace(ALL_UNREADABLE, '')).trim();
}

/** The first invisible character of a text, in words; undefined if all are visible. The ends don’t count. */
export function hiddenCharacter(text: string): string | undefined {
  const trimmed = trimHidden(text);
  const found = UNREADABLE.exec(trimmed);
  if (found === null) return undefined;
  const position = [...trimmed.slice(0, found.index)].length + 1;
  return `${kindOf(found[0])} (${codePoint(found[0])}) at position ${position}`;
}

function kindOf(character: string): string {
  if (/\p{Cc}/u.test(character)) return 'a control character';
  return /\p{Cs}/u.test(character) ? 'half a character' : 'an invisible character';
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
