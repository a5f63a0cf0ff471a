import { fold, foldAccents } from '../identity/fold.js';
import type { Traits } from './user-order.js';

/** Punctuation, blanks and signs that stand between words. Signs of an address such as `+` are among them. */
const BETWEEN_WORDS = '[\\p{P}\\p{Z}\\p{Cc}\\p{Cf}$+<=>^`|~]';
const SEPARATORS = new RegExp(`${BETWEEN_WORDS}+`, 'u');
const AFTER_SEPARATOR = new RegExp(`(?:^|${BETWEEN_WORDS})$`, 'u');
/** A number alone in an address only tells namesakes apart (`ada.okafor.17`), so it is no word to search by. */
const NUMBER = /^\p{N}+$/u;

/**
 * A part of a search text between blanks. It finds the users whose address starts with it, and the users who have a
 * word for each of its words, in any order: a word that begins with the word.
 */
export interface Term {
  /** With and without accents: addresses usually lack the accents of a name, and some have them. */
  readonly addresses: readonly string[];
  /** Without accents. Empty for a part with an `@`, which is an address alone. */
  readonly words: readonly string[];
  /** A word that all have whom the term finds; undefined if there is none. */
  readonly first: string | undefined;
}

/** The terms of a search, all of which have to match; undefined for an empty search text, which finds everybody. */
export function termsOf(q = ''): readonly Term[] | undefined {
  const plain = foldAccents(q);
  if (plain === '') return undefined;
  const exact = fold(q).split(/\s+/);
  const terms = plain.split(/\s+/).map((text, index): Term => {
    const addresses = [...new Set([text, exact[index] ?? text])].filter((one) => one !== '');
    const words = wordsIn(localPart(text));
    return { addresses, words: text.includes('@') ? [] : words, first: words[0] };
  });
  const telling = terms.filter(({ words, addresses }) => words.length > 0 || addresses.some(hasAt));
  return telling.length > 0 ? telling : terms.slice(0, 1);
}

/** Whether somebody matches all terms. An unconfirmed address finds nobody: it may belong to somebody else by now. */
export function matchesTerms({ email, emailDoubt, fullName }: Named, terms: readonly Term[]): boolean {
  const address = emailDoubt === undefined ? fold(email) : undefined;
  const local = address === undefined ? '' : localPart(address);
  const name = foldAccents(fullName);
  return terms.every(
    ({ addresses, words }) =>
      addresses.some((start) => address?.startsWith(start)) ||
      (words.length > 0 &&
        words.every((word) => hasWord(name, word) || (!NUMBER.test(word) && hasWord(local, word)))),
  );
}

type Named = Pick<Traits, 'email' | 'emailDoubt' | 'fullName'>;

/**
 * The words by which somebody is found, except those that a sort key begins with: its order finds these already. The
 * number at the start of an address is a word here, since it may begin an address that is searched for.
 */
export function wordsOutside(sortKey: string, { email, emailDoubt, fullName }: Named): readonly string[] {
  const local = emailDoubt === undefined ? localPart(fold(email)) : '';
  const ofAddress = wordsIn(local).filter((word, index) => index === 0 || !NUMBER.test(word));
  const words = [...new Set([...wordsIn(foldAccents(fullName)), ...ofAddress])];
  return words.filter(
    (word) => !sortKey.startsWith(word) && !words.some((one) => one !== word && one.startsWith(word)),
  );
}

/** Whether all have this word of a term whom the term finds, also those whom it finds by their address. */
export function isInAll(term: Term, word: string): boolean {
  return word === term.first || !NUMBER.test(word);
}

/** The part of a folded address before the `@`, without accents. */
function localPart(address: string): string {
  const end = address.lastIndexOf('@');
  return foldAccents(end === -1 ? address : address.slice(0, end));
}

function wordsIn(plain: string): string[] {
  return [...new Set(plain.split(SEPARATORS))].filter((word) => word !== '');
}

/** Whether a word of the text begins with `start`. A text isn't split for this: a list asks for thousands of texts. */
function hasWord(plain: string, start: string): boolean {
  for (let at = plain.indexOf(start); at !== -1; at = plain.indexOf(start, at + 1))
    if (AFTER_SEPARATOR.test(plain.slice(Math.max(0, at - 2), at))) return true;
  return false;
}

function hasAt(text: string): boolean {
  return text.includes('@');
}
