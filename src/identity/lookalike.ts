import { domainToUnicode } from 'node:url';
import { domainOf } from './email.js';

/** Letters that look Latin (UTS 39, confusables.txt), and below each its Latin letter. */
const LOOKALIKES = 'АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝѵӏгькΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορυωϲϳօսոհցզıɑɡ';
const LATIN_ONES = 'ABESIJKMHOPCTYXaesijopcyxhdqwvlrbkABEZHIKMNOPTYXayikvopuwcjounhgqiag';
const latinOf = new Map([...LOOKALIKES].map((letter, index) => [letter, LATIN_ONES[index] ?? letter]));

/** Scripts that no language mixes in one word. Japanese, Chinese and Korean words do hold Latin letters. */
const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Georgian',
  'Cherokee',
  'Coptic',
  'Lisu',
  'Hebrew',
  'Arabic',
].map((name) => ({ name, letter: new RegExp(`\\p{Script=${name}}`, 'u') }));
const BETWEEN_WORDS = /[^\p{L}\p{M}]+/u;

/** The address as people read it: in lower case, with Latin letters in place of those that look like them. */
export function asItLooks(email: string): string {
  if (isPlain(email)) return email.toLowerCase();
  return [...readable(email).normalize('NFKC')]
    .map((letter) => latinOf.get(letter) ?? letter)
    .join('')
    .toLowerCase();
}

/** The scripts that a word of an address mixes, such as `Latin and Cyrillic`; undefined if none does. */
export function mixedScripts(email: string): string | undefined {
  if (isPlain(email)) return undefined;
  return readable(email)
    .split(BETWEEN_WORDS)
    .map((word) => SCRIPTS.filter(({ letter }) => letter.test(word)).map(({ name }) => name))
    .find((scripts) => scripts.length > 1)
    ?.join(' and ');
}

/** The address with the letters of an internationalised domain instead of its ASCII form. */
function readable(email: string): string {
  const domain = domainOf(email);
  return `${email.slice(0, -domain.length)}${domainToUnicode(domain)}`;
}

function isPlain(email: string): boolean {
  return /^[!-~]*$/.test(email) && !email.includes('xn--');
}
