import { parseEmail } from '../identity/email.js';
import { asItLooks, mixedScripts } from '../identity/lookalike.js';
import type { Directory } from './directory.js';
import { fold } from './user-order.js';

/** Why an address that is about to be added may not be the one that was meant; undefined if nothing speaks for that. */
export async function lookalikeWarning(directory: Directory, email: string): Promise<string | undefined> {
  const looks = parseEmail(asItLooks(email));
  if (looks !== undefined && fold(looks) !== fold(email) && (await directory.findByEmail(looks)))
    return `looks like ${looks}, who is already there, but is another address`;
  const scripts = mixedScripts(email);
  return scripts === undefined ? undefined : `mixes ${scripts} letters in one word: is it meant so?`;
}
