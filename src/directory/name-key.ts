import { fold, foldAccents } from '../identity/fold.js';

/** So much of a name, in UTF-16 units, stands in a sort key: cursors hold it, and they are part of addresses. */
const LONGEST = 100;
/** Stands between a name without accents and the same name with them. */
const WITH_ACCENTS = '\u0001';

/** What names are ordered by: first without accents, then with them. */
export function nameOrder(name: string, longest = Number.POSITIVE_INFINITY): string {
  const [plain, exact] = [foldAccents(name), fold(name)];
  return plain === exact
    ? cut(plain, longest)
    : `${cut(plain, longest)}${WITH_ACCENTS}${cut(exact, longest)}`;
}

/** The sort key of a user’s name. */
export function nameKey(name: string): string {
  return nameOrder(name, LONGEST);
}

/** What the sort keys of names begin with that begin with this text, which `foldAccents` gave. */
export function nameKeyPrefix(folded: string): string {
  return cut(folded, LONGEST);
}

/** Whether a sort key begins with the whole name, which `foldAccents` gave. */
export function isWholeInKey(folded: string): boolean {
  return folded.length <= LONGEST;
}

/** Where the places stand of people whose whole name this is, with whatever accents. */
export function placesOfName(folded: string): { readonly low: string; readonly high: string } {
  return { low: `${folded}\0`, high: `${folded}\u0002` };
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : text.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
}
