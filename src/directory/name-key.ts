import { fold, foldAccents } from '../identity/fold.js';

/** The most UTF-16 units of a name in a sort key: cursors hold sort keys, and URLs hold cursors. */
const LONGEST = 100;
/** Separates a name without accents from the same name with accents. */
const WITH_ACCENTS = '\u0001';

/** The text by which names are ordered: the name without accents, then the name with accents. */
export function nameOrder(name: string, longest = Number.POSITIVE_INFINITY): string {
  const [plain, exact] = [foldAccents(name), fold(name)];
  return plain === exact
    ? cut(plain, longest)
    : `${cut(plain, longest)}${WITH_ACCENTS}${cut(exact, longest)}`;
}

export function nameKey(name: string): string {
  return nameOrder(name, LONGEST);
}

/** The beginning of the sort keys of all names that begin with `folded`, a text from `foldAccents`. */
export function nameKeyPrefix(folded: string): string {
  return cut(folded, LONGEST);
}

/** The first UTF-16 units of a text, at most `longest`, without half a character. */
export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}
