import { HIDDEN } from './text.js';

/** Characters that a terminal obeys or hides, and that JSON doesn’t escape. JSON itself escapes C0. */
const UNSEEN = new RegExp(`[\\x7F-\\x9F\\p{Cs}\\p{Zl}\\p{Zp}${HIDDEN}]`, 'gu');
const CONTROL = /\p{Cc}/gu;
const ESCAPED = /\\(?:[\\bfr]|u[0-9a-f]{4})/g;

/** A line of JSON with its invisible characters written as `\u009b`. */
export function printableJson(line: string): string {
  return line.replace(UNSEEN, escaped);
}

/** A line of JSON for a printer that decodes its texts: the printer then prints the six characters `\u009b`. */
export function spelledOut(line: string): string {
  return line.replace(ESCAPED, (sequence) => (sequence === '\\\\' ? sequence : `\\${sequence}`));
}

/** A text for a file that people open, with invisible characters spelled out. */
export function printableText(text: string): string {
  return text.replace(UNSEEN, escaped).replace(CONTROL, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
