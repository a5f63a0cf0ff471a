import { withoutEnding } from '../words.js';
import { quoted } from './quoted.js';
import { CONSOLE_ROLES } from './roles.js';

const LONGEST = 100;
const LONGEST_UNITS = 2 * LONGEST;
const TOO_LONG = `isn’t a role: a role has at most ${LONGEST} characters`;
const ALLOWED = /^[\p{L}\p{M}\p{N}._:/@+&=-]+$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const LATIN = /\p{Script=Latin}/u;
/** Letters of alphabets that resemble the Latin one, and Latin letters that only phonetic texts use. */
const LOOK_ALIKE =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\u0250-\u02af\u1d00-\u1dbf\ua720-\ua7ff]/u;

export type ParsedRoleName = { readonly name: string } | { readonly problem: string };

/** The check for the name of every role that somebody gives. The problem is a sentence without its full stop. */
export function parseRoleName(text: string): ParsedRoleName {
  const name = withoutBlanksAround(text);
  const problem = problemOf(name);
  return problem === undefined ? { name } : { problem: `${quoted(name)} ${problem}` };
}

/** Removes ordinary blanks alone: a name with any other character around it is another name. */
export function withoutBlanksAround(text: string): string {
  return withoutEnding(text.replace(/^[ \t]+/, ''), ' \t');
}

/** The built-in role that people could mistake this name for; undefined if the name is that of the role. */
function mistakenFor(name: string): string | undefined {
  if (CONSOLE_ROLES.includes(name)) return undefined;
  const skeleton = skeletonOf(name);
  return CONSOLE_ROLES.find((role) => skeletonOf(role) === skeleton);
}

function problemOf(name: string): string | undefined {
  // Bounds the comparison, which takes time for the square of the marks on one letter.
  if (name.length > LONGEST_UNITS) return TOO_LONG;
  const meant = mistakenFor(name);
  if (meant !== undefined) return `isn’t the role ${meant}, only like it (did you mean ${meant}?)`;
  if ([...name].length > LONGEST) return TOO_LONG;
  if (!ALLOWED.test(name) || INVISIBLE.test(name))
    return 'isn’t a role: a role has letters, digits and . _ - : / @ + & = only, and no blanks, quotation marks, brackets, commas or semicolons';
  if (LATIN.test(name) && LOOK_ALIKE.test(name))
    return 'isn’t a role: it mixes Latin letters with letters of another alphabet that look like them';
  return undefined;
}

/** The part of a name that a hurried reader sees (compare Unicode TR 39 §4). */
function skeletonOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[1lı|]/g, 'i')
    .replace(/0/g, 'o')
    .replace(/[^\p{L}\p{N}]|\p{Default_Ignorable_Code_Point}/gu, '');
}
