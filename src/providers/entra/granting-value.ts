import type { GrantingForm } from '../../config/mapping.js';
import { parseEmail } from '../../identity/email.js';
import { quoted } from '../../identity/quoted.js';
import type { GrantingValue } from '../../identity/reconcile-grants.js';
import { isEmptyUuid, isUuid } from '../../identity/uuid.js';

const GUID = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/gi;
const EXAMPLE = '8d3c1f02-6a4b-4a57-9c1e-2f7b60d9e5a1';
const ONLY_DIGITS = /^[\da-f-]+$/i;
const LONGEST_APP_ROLE = 120;
/**
 * Microsoft’s characters for the value of an app role, without those that are usually remainders of a list, a
 * quotation, a file, a template or a placeholder: " ' ` , ; # { } [ ] < > $ *
 */
const APP_ROLE = /^(?!\.)[\w!%&()+\-./:=?@^|~]+$/;
/** The form of a group’s name in an on-premises directory. */
const DISTINGUISHED_NAME = /^(?:cn|ou|dc|uid)=/i;
const UNRESOLVED = /^%\w+%$/;
/** Words by which programs write that there is no value. */
const NO_VALUE = /^(?:null|nil|undefined|none|true|false)$/i;

/** A group’s ID, in lower case, or the value of an app role. A problem is the end of a sentence. */
export function parseGrantingValue(text: string): GrantingValue | { readonly problem: string } {
  const item = text.trim();
  if (isUuid(item) && !isEmptyUuid(item)) return { kind: 'group', value: item.toLowerCase() };
  const problem = idProblem(item) ?? appRoleProblem(item);
  return problem === undefined
    ? { kind: 'app_role', value: item }
    : { problem: `holds ${quoted(item)}, ${problem}` };
}

function idProblem(item: string): string | undefined {
  if (isEmptyUuid(item)) return 'which is the empty GUID and no group’s ID';
  const ids = item.match(GUID) ?? [];
  if (ids.length > 1) return 'which is several group IDs: put commas between them';
  if (ids.length === 1 && !ONLY_DIGITS.test(item))
    return 'which is a group ID (a GUID) and more than that: write the ID alone, and commas between several';
  return ids.length === 1 || isNearlyId(item)
    ? `which is nearly a group ID (a GUID): ${slipOf(item)}`
    : undefined;
}

/** No name has so many hexadecimal digits, so the text is a misspelt ID; two wrong letters are allowed. */
function isNearlyId(item: string): boolean {
  const letters = lettersOf(item);
  const foreign = letters.replace(/[\da-f]/gi, '').length;
  const decimal = letters.replace(/\D/g, '').length;
  const isLong = letters.length >= 28 || (letters.length >= 16 && decimal >= 4);
  return isLong && letters.length <= 44 && foreign <= 2;
}

function slipOf(item: string): string {
  if (/[^\da-f]/i.test(lettersOf(item))) return 'it may hold the digits 0 to 9 and the letters a to f only';
  if (!ONLY_DIGITS.test(item)) return 'it may hold digits, letters and hyphens only, and nothing around them';
  if (!item.includes('-')) return `its hyphens are missing, as in ${EXAMPLE}`;
  const difference = item.length - EXAMPLE.length;
  if (difference === 0) return `a hyphen is in the wrong place; right is ${EXAMPLE}`;
  const count = Math.abs(difference);
  const characters = count === 1 ? 'one character is' : `${count} characters are`;
  return `${characters} ${difference < 0 ? 'missing' : 'too many'}`;
}

function lettersOf(item: string): string {
  return item.replace(/^urn:uuid:/i, '').replace(/[^\p{L}\p{N}]/gu, '');
}

function appRoleProblem(item: string): string | undefined {
  const neither = 'which is neither a group ID (a GUID) nor the value of an app role';
  if (/\s/.test(item))
    return `${neither} (those have no blanks): copy the group’s Object ID, and put commas between several`;
  if (NO_VALUE.test(item)) return `${neither}: write [] for an empty list, or leave it out`;
  if (item.includes('*')) return `${neither}: there are no wildcards, name each group or app role`;
  if (DISTINGUISHED_NAME.test(item) || item.includes('\\') || parseEmail(item) !== undefined)
    return `${neither}, but the name or address of a group: copy the group’s Object ID`;
  if (!APP_ROLE.test(item) || UNRESOLVED.test(item))
    return `${neither}: those have letters, digits and . _ - : / + = @ ! ? & % ^ | ~ ( ) only, and don’t begin with a dot`;
  return item.length > LONGEST_APP_ROLE
    ? `${neither}: that has at most ${LONGEST_APP_ROLE} characters`
    : undefined;
}

export const grantingForm: GrantingForm = {
  parse: parseGrantingValue,
  inWords: 'group IDs and app-role values',
  examples: ['gateway.admin', '9c6d5f10-2b8e-4a73-b1f4-3e7a0d9c5528'],
};
