import { HIDDEN } from './text.js';

/** What a terminal or an editor obeys or doesn’t show, and JSON leaves as it is. C0 is escaped by JSON. */
const UNSEEN = new RegExp(`[\\x7F-\\x9F\\p{Cs}\\p{Zl}\\p{Zp}${HIDDEN}]`, 'gu');
const CONTROL = /\p{Cc}/gu;
const ESCAPED = /\\(?:[\\bfr]|u[0-9a-f]{4})/g;

/** A line of JSON that says the same, with what nobody sees as `\u009b`. */
export function printableJson(line: string): string {
  return line.replace(UNSEEN, escaped);
}

/** A line of JSON whose texts hold `\u009b` as six characters, for whoever prints the texts themselves. */
export function spelledOut(line: string): string {
  return line.replace(ESCAPED, (sequence) => (sequence === '\\\\' ? sequence : `\\${sequence}`));
}

/** A text as it may stand in a file that people open: what nobody sees is spelled out. */
export function printableText(text: string): string {
  return text.replace(UNSEEN, escaped).replace(CONTROL, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
