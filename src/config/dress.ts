import { isUnresolved } from '../identity/reference.js';
import { UNRESOLVED } from '../identity/secret-problem.js';

/** Quotation marks that open and close together, in either order, as people and programs set them. */
const MARKS: readonly string[] = ['"', "'", '`´', '“”„‟″＂', '‘’‚‛′＇', '«»', '‹›', '「」'];
const ALL_MARKS = MARKS.join('');
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters
const CONTROL_CHARACTER = /[\0-\x1f\x7f-\x9f\u2028\u2029]/;
const INVISIBLE_CHARACTER =
  /[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const LONE_SURROGATE = /\p{Cs}/u;

/** The properties of a setting that decide how its value is checked. */
export interface Dressed {
  readonly anyText?: boolean;
  readonly secret?: unknown;
}

/** Takes a byte order mark, blanks and line ends off both ends of a value. */
export function tidy(text: string): string {
  return text.replace(/^\ufeff/, '').trim();
}

/** Whether `tidy` takes blanks off the value, and not only line ends. */
export function hasBlanksAround(text: string): boolean {
  return text.replace(/^\ufeff|[\r\n]+$/g, '') !== tidy(text);
}

/** The remainder of a file format, a shell or a web page in a value. The problem never quotes the value. */
export function dressProblem(setting: Dressed, variable: string, text: string): string | undefined {
  const isJson = holdsJson(text);
  const characters = characterProblem(isJson ? text.replace(/[\r\n\t]/g, ' ') : text);
  if (characters !== undefined || isJson) return characters;
  if (isAssignment(variable, text)) return 'holds its own name: only what stands behind the = is the value';
  if (isUnresolved(text)) return UNRESOLVED;
  return quotesProblem(setting, text) ?? commentProblem(setting, text) ?? brokenJsonProblem(setting, text);
}

/** The problem of a character that no value may hold. */
function characterProblem(text: string): string | undefined {
  if (text.includes('\ufffd') || LONE_SURROGATE.test(text)) return 'holds bytes that aren’t UTF-8';
  const [control] = CONTROL_CHARACTER.exec(text) ?? [];
  if (control !== undefined)
    return /[\r\n]/.test(control)
      ? 'has more than one line: the value has to be one line'
      : `holds a control character (${codeOf(control)})`;
  const [invisible] = INVISIBLE_CHARACTER.exec(text) ?? [];
  return invisible === undefined
    ? undefined
    : `holds an invisible character (${codeOf(invisible)}): type it anew`;
}

/** Whether the text begins and ends with quotation marks that belong together. */
function isQuoted(text: string): boolean {
  const [first, last] = [text.at(0) ?? '', text.at(-1) ?? ''];
  return text.length > 1 && MARKS.some((marks) => marks.includes(first) && marks.includes(last));
}

const QUOTED =
  'begins and ends with quotation marks, which become part of the value (container runtimes keep them): leave them out';

function quotesProblem(setting: Dressed, text: string): string | undefined {
  if (isQuoted(text)) return QUOTED;
  if (setting.anyText === true) return undefined;
  const isOnEdge = text.split(/[,\s]+/).some((item) => isMark(item.at(0)) || isMark(item.at(-1)));
  return isOnEdge && !/^[[{]/.test(text)
    ? 'holds quotation marks, which become part of the value: leave them out, or write a list as ["a","b"]'
    : undefined;
}

function commentProblem(setting: Dressed, text: string): string | undefined {
  const comment = setting.anyText !== true ? /(?:^|\s)#/ : setting.secret === undefined ? undefined : /^#\s/;
  return comment?.test(text) === true
    ? 'has a comment behind it, which becomes part of the value: leave out what stands from the # on'
    : undefined;
}

/** The problem of a text that looks like JSON and isn’t valid, if its quotation marks are the reason. */
function brokenJsonProblem(setting: Dressed, text: string): string | undefined {
  if (setting.anyText === true || !/^[[{]/.test(text)) return undefined;
  if (/[\]}]\s*\S$/.test(text) && isMark(text.at(-1)))
    return 'has a quotation mark behind it, which becomes part of the value: leave it out';
  if (/\\["']/.test(text)) return 'has backslashes before its quotation marks: leave the backslashes out';
  if (/[“”„‟″＂«»]/.test(text)) return 'has typographic quotation marks: JSON needs straight ones, "';
  if (/[[{,:]\s*['‘’`´]/.test(text)) return 'has single quotation marks: JSON needs double ones, "';
  return undefined;
}

/** `SESSION_SECRET=SESSION_SECRET=…`, after somebody pasted a whole line in place of the value. */
function isAssignment(variable: string, text: string): boolean {
  return new RegExp(`^(?:export\\s+|-\\s+)?${variable}\\s*[=:]`).test(text);
}

function holdsJson(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function isMark(character: string | undefined): boolean {
  return character !== undefined && ALL_MARKS.includes(character);
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
